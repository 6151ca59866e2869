"""What a page carries as JSON: all that it would otherwise have to ask for before it can draw."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from markupsafe import Markup

from app.api.limits import run_limits
from app.api.routes_operations import describe_kernels, describe_operations
from app.images.samples import Samples
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.scenes.parameters import describe_address
from app.settings import Settings


def boot(bundle_url: str, samples: Samples, settings: Settings) -> dict[str, Any]:
    """Collect what the page would otherwise have to ask for before it can draw.

    Parameters
    ----------
    bundle_url : str
        Address of the first run's bundle.
    samples : Samples
        The pictures to choose from.
    settings : Settings
        For the limits that the page shows.

    Returns
    -------
    dict
        JSON with samples, kernels, operations, limits, the table of the address, recipe and bundle;
        with "origin" where links shall name another server than the page's own address.
    """
    return {
        "samples": samples.list(),
        **describe_kernels(),
        **describe_operations(),
        "limits": {
            "max_upload_bytes": settings.max_upload_bytes,
            "max_pixels": settings.max_pixels,
            "max_side": settings.max_side,
            "max_stages": settings.max_stages,
            "max_multiply_adds": settings.max_multiply_adds,
            "max_animation_frames": settings.max_animation_frames,
            "max_animation_pixels": settings.max_animation_pixels,
            "max_animation_bytes": settings.max_animation_bytes,
        },
        "address": _address(run_limits(settings)),
        "recipe": default_recipe(),
        "bundle": bundle_url,
        **({"origin": settings.public_url} if settings.public_url else {}),
    }


@lru_cache(maxsize=4)
def _address(limits: Limits) -> dict[str, Any]:
    return describe_address(limits)


def script_safe(content: Any) -> Markup:
    r"""Write JSON that cannot end the script element it is put in.

    Examples
    --------
    >>> script_safe({"title": "</script>"})
    Markup('{"title":"\\u003c/script>"}')
    """
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))
