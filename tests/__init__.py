"""Tests: folders mirror those of app/ and static/."""
