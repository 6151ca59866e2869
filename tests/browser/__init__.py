"""Journeys in a real browser, and what they need."""
