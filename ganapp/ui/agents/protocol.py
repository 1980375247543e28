"""The tools by the Model Context Protocol, at /mcp: streamable HTTP, each request for itself.

The protocol is the package mcp's; where that is missing, the address says so. /gradio_api/mcp/ is the same: it is where clients look for
the tools of a Space.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

import ganapp
from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.ui.server.limits import LARGEST
from ganapp.ui.server.routes import refused

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

ADDRESS = re.compile(r"/(?:gradio_api/)?mcp/?")
INSTRUCTIONS = (
    "Tools of Likeness: enlarge, repair and repaint photos, draw digits, say numbers, write Chinese quatrains, train small GANs. "
    "Pictures go in as addresses or data URIs; results come back as a picture to look at and an address that holds the whole file for "
    "an hour. The address of a result may be given to the next tool."
)


@cache
def server() -> Server[Any, Any]:
    """The server of the protocol with our tools."""
    from mcp.server.lowlevel import Server as McpServer

    made: Server[Any, Any] = McpServer("likeness", ganapp.__version__, INSTRUCTIONS)

    made.list_tools()(_listed)  # type: ignore[no-untyped-call]
    made.call_tool()(_called)
    return made


async def _listed() -> list[types.Tool]:
    from mcp import types

    from ganapp.ui.agents import tool

    return [
        types.Tool(
            name=each.name,
            description=each.description,
            inputSchema=each.schema(),
            annotations=types.ToolAnnotations(readOnlyHint=not each.changes, openWorldHint=each.outside),
        )
        for each in tool.tools().values()
    ]


async def _called(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    from mcp import types

    from ganapp.ui.agents import tool
    from ganapp.ui.agents.caller import Caller

    asked: Any = server().request_context.request
    caller = Caller.of(asked.scope)
    try:
        return types.CallToolResult(content=await tool.call(name, arguments, caller))
    except UserError as refusal:
        words = refusal.sentence(caller.language)
    except progress.Cancelled:
        words = "cancelled"
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], isError=True)


class Agents:
    """ASGI middleware: answers what comes to the protocol's address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not ADDRESS.fullmatch(scope.get("path", "")):
            await self.app(scope, receive, send)
        elif importlib.util.find_spec("mcp") is None:
            await refused(UserError("agents_missing"), 501)(scope, receive, send)
        else:
            await _met(scope, receive, send)


async def _met(scope: Scope, receive: Receive, send: Send) -> None:
    """One request, by a manager of its own: nothing is kept between two of them, so any process may answer the next."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    manager = StreamableHTTPSessionManager(server(), stateless=True, max_request_body_size=LARGEST)
    with visitor.at((scope.get("client") or ("",))[0]):
        async with manager.run():
            await manager.handle_request(scope, receive, send)
