"""What the settings allow a run and a picture, in the terms of those who keep to it."""

from __future__ import annotations

from app.images.limits import DecodeLimits
from app.pipeline.limits import Limits
from app.settings import Settings
from app.takeaway.animation import AnimationLimits


def run_limits(settings: Settings) -> Limits:
    """Read from the settings what one run may use."""
    return Limits(
        max_multiply_adds=settings.max_multiply_adds,
        max_run_bytes=settings.max_run_bytes,
        max_stages=settings.max_stages,
        max_side=settings.max_side,
    )


def decode_limits(settings: Settings) -> DecodeLimits:
    """Read from the settings what one picture may use."""
    return DecodeLimits(
        max_bytes=settings.max_upload_bytes,
        max_pixels=settings.max_pixels,
        max_jpeg_scans=settings.max_jpeg_scans,
        max_frames=settings.max_frames,
        max_side=settings.max_side,
    )


def animation_limits(settings: Settings) -> AnimationLimits:
    """Read from the settings what one animation may use."""
    return AnimationLimits(
        max_frames=settings.max_animation_frames,
        max_pixels=settings.max_animation_pixels,
    )
