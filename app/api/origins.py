"""Where others reach this server: what absolute addresses begin with."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request

# What a Host header can be; anything else comes from somebody who is up to something.
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_USUAL_PORTS: Final = {"http": 80, "https": 443}


def origin_of(request: Request) -> str:
    """Give scheme and host of this server, as the settings or else the request name them.

    Behind a proxy a request names the proxy only when the proxy passes that on; so
    ``KERNELSCOPE_PUBLIC_URL`` goes first.

    Returns
    -------
    str
        Without a slash at the end; empty when the request names no usable host.
    """
    public: str = request.app.state.settings.public_url
    if public:
        return public
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host.lower()}" if _HOST.fullmatch(host) else ""


def is_ours(address: SplitResult, origin: str) -> bool:
    """Tell whether an address is on this server; http and https are not told apart.

    A server behind a proxy may not know that it is reached by https.

    Raises
    ------
    ValueError
        If the address has a port that is no number.

    Examples
    --------
    >>> is_ours(urlsplit("https://a.example:443/embed"), "http://a.example")
    True
    >>> is_ours(urlsplit("https://b.example/embed"), "https://a.example")
    False
    """
    own = urlsplit(origin)
    return address.scheme in _USUAL_PORTS and bool(own.netloc) and _host(address) == _host(own)


def _host(address: SplitResult) -> tuple[str, int | None]:
    """Give host and port; None for a usual one."""
    port = address.port
    return address.hostname or "", None if port in _USUAL_PORTS.values() else port
