"""The three sizes that the design draws, in CSS pixels."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import ViewportSize

Theme = Literal["light", "dark"]

DESKTOP = ViewportSize(width=1440, height=900)
TABLET = ViewportSize(width=1024, height=768)
PHONE = ViewportSize(width=390, height=844)
SCREENS = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}
THEMES: tuple[Theme, ...] = ("light", "dark")
