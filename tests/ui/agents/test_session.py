"""An agent's session with the running app, by the Python SDK of the Model Context Protocol."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import threading
import time
import urllib.request
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import numpy as np
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ImageContent, TextContent
from PIL import Image

from ganapp.ui.agents import blocks
from tests.conftest import PATIENCE, awaited

PHOTO = Image.fromarray(np.random.default_rng(5).integers(60, 200, (40, 60, 3), np.uint8).repeat(1, 0))
RESULT = re.compile(r"https?://\S+/results/[0-9a-f]{32}")


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """A site with one photo, whatever is asked for; /gone is not there."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            body = png(PHOTO)
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()


@asynccontextmanager
async def session(app_url: str, **headers: str) -> AsyncIterator[ClientSession]:
    direct = httpx.AsyncClient(trust_env=False, timeout=PATIENCE, headers=headers)
    async with direct, streamable_http_client(f"{app_url}/mcp", http_client=direct) as (read, write, _), ClientSession(read, write) as made:
        await made.initialize()
        yield made


def within(app_url: str, talk: Callable[[ClientSession], Awaitable[Any]], **headers: str) -> Any:
    async def talked() -> Any:
        async with session(app_url, **headers) as opened:
            return await talk(opened)

    return awaited(talked())


def words(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def facts(result: CallToolResult) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(words(result).splitlines()[-1])
    return told


def check(result: CallToolResult, pictures: int) -> None:
    assert not result.isError, words(result)
    shown = [block for block in result.content if isinstance(block, ImageContent)]
    assert len(shown) == pictures
    for block in shown:
        Image.open(io.BytesIO(base64.b64decode(block.data))).load()
    for block in result.content:
        if isinstance(block, TextContent):
            assert len(block.text.encode()) <= 4096
            assert "base64" not in block.text


def fetched(result: CallToolResult) -> bytes:
    address = RESULT.search(words(result))
    assert address, words(result)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address[0], timeout=60) as answer:
        body: bytes = answer.read()
    return body


def test_tools_are_few_typed_and_explained(app_url: str) -> None:
    listed = within(app_url, lambda made: made.list_tools()).tools
    assert 8 <= len(listed) <= 12
    for tool in listed:
        assert len(tool.description) > 40, tool.name
        for name, argument in tool.inputSchema["properties"].items():
            assert argument["type"] in ("string", "integer", "number", "boolean"), f"{tool.name}.{name}: arguments are flat"
            assert argument["description"], f"{tool.name}.{name}"
        assert set(tool.inputSchema["required"]) <= set(tool.inputSchema["properties"])
    names = {tool.name for tool in listed}
    assert {"upscale_photo", "repair_photo", "stylize_photo", "draw_digit", "start_training", "training_result"} <= names
    assert not names & {"jobs_list", "job_drive", "pack_add", "train_options"}, "what serves the pages alone is no tool"


def test_a_session_from_a_photo_to_a_trained_model(app_url: str, web: str) -> None:
    async def talk(made: ClientSession) -> None:
        large = await made.call_tool("upscale_photo", {"picture": f"{web}/photo.png", "factor": 2, "model": "fidelity"})
        check(large, 1)
        assert Image.open(io.BytesIO(fetched(large))).size == (120, 80)
        address = RESULT.search(words(large))
        assert address
        mask = Image.new("L", (120, 80))
        mask.paste(255, (20, 20, 40, 36))
        by_mask = {"picture": address[0], "mask": "data:image/png;base64," + base64.b64encode(png(mask)).decode(), "grow": 0}
        mended = await made.call_tool("repair_photo", by_mask)
        check(mended, 1)
        assert facts(mended)["outside_changed"] == 0
        by_box = await made.call_tool("repair_photo", {"picture": address[0], "boxes": "20,20,20,16", "grow": 0})
        alike = [np.asarray(Image.open(io.BytesIO(fetched(each)))) for each in (by_box, mended)]
        assert np.array_equal(*alike), "a box marks what a mask of it marks"
        small = {"data": "mnist", "steps": 20, "width": 4, "batch": 16, "name": "An agent's"}
        started = facts(await made.call_tool("start_training", small))
        training = {"training": started["training"]}
        end = time.monotonic() + PATIENCE
        while True:
            status = await made.call_tool("training_status", training)
            if facts(status)["state"] not in ("waiting", "running"):
                break
            assert time.monotonic() < end
            await asyncio.sleep(0.5)
        check(status, 1)
        assert (facts(status)["state"], facts(status)["step"]) == ("done", 20)
        result = await made.call_tool("training_result", training)
        check(result, 0)
        with zipfile.ZipFile(io.BytesIO(fetched(result))) as archive:
            assert {"config.json", "model.safetensors"} <= {name.rpartition("/")[2] for name in archive.namelist()}
        assert facts(await made.call_tool("change_training", {**training, "action": "delete"})) == {"state": "deleted"}
        gone = await made.call_tool("training_status", training)
        assert gone.isError

    within(app_url, talk)


def test_what_needs_no_photo(app_url: str) -> None:
    async def talk(made: ClientSession) -> None:
        check(await made.call_tool("draw_digit", {"digit": 7, "seed": 2, "slant": 1.5}), 1)
        poem = await made.call_tool("write_poem", {"heads": "春"})
        check(poem, 0)
        assert words(poem).startswith("春")
        styles = await made.call_tool("list_styles", {})
        check(styles, 0)
        assert "starry-night: " in words(styles)
        models = await made.call_tool("list_models", {"task": "upscale"})
        check(models, 0)
        assert "upscale-x4-photo (upscale)" in words(models)

    within(app_url, talk)


def test_large_results_are_shown_small_and_kept_whole() -> None:
    from ganapp.ui.agents.caller import Caller

    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (900, 1200, 3), np.uint8))
    shown, told = blocks.File("noise.png", "image/png", png(noise), "0" * 32).blocks(Caller("http://here"))
    assert isinstance(shown, ImageContent)
    assert isinstance(told, TextContent)
    assert Image.open(io.BytesIO(base64.b64decode(shown.data))).size == (768, 576)
    assert "http://here/results/" + "0" * 32 in told.text
    assert [
        len(block.text.encode()) <= 4096 for block in blocks.text("诗" * 3000 + "\n" + "x" * 3000) if isinstance(block, TextContent)
    ] == [True] * 2
    assert len(blocks.facts({"long": "x" * 9000, "short": 1})) == 1


@pytest.mark.parametrize(
    ("tool", "given", "sentence"),
    [
        ("upscale_photo", {"picture": "photo.png"}, "begins with http"),
        ("upscale_photo", {"picture": "http://localhost:1/x.png"}, "private network"),
        ("upscale_photo", {"picture": "http://[::ffff:10.0.0.1]/x.png"}, "private network"),
        ("upscale_photo", {"picture": "http://169.254.169.254/latest"}, "private network"),
        ("upscale_photo", {"picture": "WEB/gone"}, "answered 404"),
        ("upscale_photo", {"picture": "/results/" + "0" * 32}, "no longer kept"),
        ("upscale_photo", {"picture": "WEB/photo.png", "factor": 90}, "90"),
        ("repair_photo", {"picture": "WEB/photo.png"}, "one of the two"),
        ("repair_photo", {"picture": "WEB/photo.png", "boxes": "1,2"}, "left,top,width,height"),
        ("training_status", {"training": "mine"}, "start_training"),
        ("nothing", {}, "nothing"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(app_url: str, web: str, tool: str, given: dict[str, Any], sentence: str) -> None:
    asked = {name: value.replace("WEB", web) if isinstance(value, str) else value for name, value in given.items()}
    result = within(app_url, lambda made: made.call_tool(tool, asked))
    assert result.isError
    assert sentence in words(result) or tool == "nothing"


def test_refusals_speak_chinese_to_who_prefers_it(app_url: str) -> None:
    headers = {"accept-language": "zh-CN"}
    result = within(app_url, lambda made: made.call_tool("training_status", {"training": "mine"}), **headers)
    assert "原样填写" in words(result)


def test_the_address_that_clients_of_spaces_know(app_url: str) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    kinds = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"{app_url}/gradio_api/mcp/", body, kinds), timeout=60) as answer:
        assert answer.status == 200
        assert b'"result"' in answer.read()
