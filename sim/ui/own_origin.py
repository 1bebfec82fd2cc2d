"""Who may open the page's connection: the page itself, and nobody else's."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

_REFUSED = 1008  # source: RFC 6455, 7.4.1: a message that violates the policy


class OwnOrigin:
    """Refuses connections that a page of another site opens, before Streamlit sees them.

    Streamlit would refuse them too, but asks a server on the Internet for this machine's address first.
    What `server.corsAllowedOrigins` and `server.allowedHosts` name is let in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] == "websocket" and not _welcome(scope):
            await send({"type": "websocket.close", "code": _REFUSED})
            return
        await self._app(scope, receive, send)


def _welcome(scope: Scope) -> bool:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, origin = headers.get(b"host", ""), headers.get(b"origin")
    if _is_here(config.get_option("server.address")) and not (
        _is_here(_name(f"//{host}")) or config.get_option("server.allowedHosts")
    ):
        return False  # a foreign name that was made to lead here
    if origin is None or origin in tuple(config.get_option("server.corsAllowedOrigins")):
        return True  # no browser leaves the origin out
    try:
        return bool(urlsplit(origin).netloc == host)
    except ValueError:
        return False


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_here(name: str | None) -> bool:
    """Whether a name means this machine alone."""
    try:
        return name == "localhost" or ip_address(name or "").is_loopback
    except ValueError:
        return False
