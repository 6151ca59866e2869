"""Scenes: what a teacher set up, and the address that stands for it."""
