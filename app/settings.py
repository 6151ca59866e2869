"""Every limit and switch of the server, read from ``KERNELSCOPE_*`` environment variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """What one server process may use.

    Each field is the environment variable ``KERNELSCOPE_`` plus its name in capitals. The least
    limits of a run are those with which the explorer's first picture can still be computed.

    Examples
    --------
    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(env_prefix="KERNELSCOPE_", frozen=True, extra="forbid")

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. 127.0.0.1 is reachable from this machine only.",
    )
    port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        description="Port to listen on; the next free one is taken when it is in use. 0: any.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?)?$",
        description="Address under which others reach the server, scheme and host and nothing "
        "after them (https://kernelscope.example.edu). Empty: as each request names it.",
    )
    embed_frame_ancestors: str = Field(
        default="*",
        pattern=r"^[A-Za-z0-9 .:/*'\-\[\]]+$",
        description="Which pages may frame /embed: the sources of a frame-ancestors directive "
        "(https://moodle.example.edu https://*.example.org). *: all; 'none': no page.",
    )
    workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="Worker threads that decode pictures and compute runs at the same time.",
    )
    queue_length: int = Field(
        default=32,
        ge=0,
        le=10_000,
        description="Requests that may wait for a worker thread; one more is answered with 503.",
    )
    max_upload_bytes: int = Field(
        default=10 * MEBIBYTE,
        ge=1,
        description="Largest picture file, in bytes; counted while it streams in.",
    )
    max_pixels: int = Field(
        default=50_000_000,
        ge=1,
        description="Most pixels of an uploaded picture; checked before it is decoded.",
    )
    max_jpeg_scans: int = Field(
        default=100,
        ge=1,
        description="Most scans of a progressive JPEG (hundreds are an attack on the decoder).",
    )
    max_frames: int = Field(
        default=1000,
        ge=1,
        description="Most frames of an animated or multi-page picture; only the first is used.",
    )
    max_side: int = Field(
        default=1024,
        ge=48,
        le=4096,
        description="Longest side, in cells, of the picture that a run works on.",
    )
    upload_ttl_seconds: int = Field(
        default=3600,
        ge=1,
        description="How long an uploaded picture is kept in memory after its last use.",
    )
    upload_store_bytes: int = Field(
        default=256 * MEBIBYTE,
        ge=1,
        description="Memory for uploaded pictures; the least recently used one leaves first.",
    )
    max_animation_frames: int = Field(
        default=600,
        ge=2,
        description="Most frames of an animation to take home.",
    )
    max_animation_pixels: int = Field(
        default=120_000_000,
        ge=10_000,
        description="Most pixels of all frames of an animation together.",
    )
    max_animation_bytes: int = Field(
        default=64 * MEBIBYTE,
        ge=1024,
        description="Most bytes of all frames of an animation; counted while they stream in.",
    )
    max_recipe_bytes: int = Field(
        default=4 * MEBIBYTE,
        ge=1024,
        description="Largest recipe, in bytes of JSON; counted while it streams in.",
    )
    max_stages: int = Field(
        default=24,
        ge=8,
        description="Most stages of a recipe.",
    )
    max_multiply_adds: int = Field(
        default=2_000_000_000,
        ge=10_000_000,
        description="Most multiply-adds and additions of a run, estimated before it is computed.",
    )
    max_run_bytes: int = Field(
        default=512 * MEBIBYTE,
        ge=16 * MEBIBYTE,
        description="Most memory of the feature maps of a run, estimated before it is computed.",
    )
    # More is not quicker: until the cache is full every new map comes from fresh memory.
    run_cache_bytes: int = Field(
        default=128 * MEBIBYTE,
        ge=0,
        description="Memory for feature maps kept between runs, so that an edit is quick.",
    )
