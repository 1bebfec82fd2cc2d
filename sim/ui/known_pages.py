"""An address that is no page leads home, in the language it asks for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PAGES = ("", "design", "results")


class KnownPages:
    """Sends browsers home that ask for a page there is not: Streamlit would say so, in English only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no page, and pages that there are."""
        if scope["type"] == "http":
            request = Request(scope)
            asks_for_page = "text/html" in request.headers.get("accept", "")
            if asks_for_page and request.url.path.strip("/") not in PAGES:
                query = f"?{request.url.query}" if request.url.query else ""
                await RedirectResponse(f"/{query}", 302)(scope, receive, send)
                return
        await self._app(scope, receive, send)
