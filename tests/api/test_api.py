"""The HTTP interface as gradio_client and plain HTTP see it."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from ganapp.base import locales
from ganapp.ui import binding
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False)


@pytest.fixture(scope="module")
def described(client: Client) -> dict[str, Any]:
    described: dict[str, Any] = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    return described


def open_url(url: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def test_every_task_is_an_endpoint_with_named_arguments(described: dict[str, Any]) -> None:
    assert {name.strip("/") for name in described} == set(binding.names())
    for name in binding.names():
        bound = binding.task(name)
        endpoint = described[f"/{name}"]
        assert [each["parameter_name"] for each in endpoint["parameters"]] == [entry.name for entry in bound.fields]
        for each, entry in zip(endpoint["parameters"], bound.fields):
            assert each["parameter_has_default"] is not binding.required(entry), f"{name}.{entry.name}"
            assert each["type"], f"{name}.{entry.name}"


def test_every_endpoint_is_documented(app_url: str) -> None:
    _, body = open_url(f"{app_url}/gradio_api/info")
    endpoints = json.loads(body)["named_endpoints"]
    for name in binding.names():
        first_line = (binding.task(name).run.__doc__ or "").strip().splitlines()[0]
        assert first_line in endpoints[f"/{name}"]["description"]
        told = [(each["parameter_name"], each["label"], each["type"]["description"]) for each in endpoints[f"/{name}"]["parameters"]]
        assert told == [(entry.name, entry.metadata["help"], entry.metadata["help"]) for entry in binding.task(name).fields]


def pixels(uri: str) -> bytes:
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as picture:
        return picture.tobytes()


def test_a_call_draws_and_the_same_call_draws_the_same(client: Client) -> None:
    request = {"model": "tiny", "digit": 3, "seed": 5, "pixels": 64}
    one = client.predict(**request, api_name="/sample")
    two = client.predict(**request, api_name="/sample")
    assert one["picture"].startswith("data:image/png;base64,")
    assert pixels(one["picture"]) == pixels(two["picture"]), "the manifest in it is new, with a number and a time of its own"
    other = client.predict(**{**request, "seed": 6}, api_name="/sample")
    assert pixels(other["picture"]) != pixels(one["picture"])


@pytest.mark.parametrize(("language", "header"), [("en", "en-GB"), ("zh", "zh-CN,zh;q=0.9")])
def test_a_bad_request_is_answered_with_a_sentence(app_url: str, language: str, header: str) -> None:
    caller = Client(app_url, verbose=False, headers={"accept-language": header})
    with pytest.raises(AppError) as refusal:
        caller.predict(digit=12, model="tiny", api_name="/sample")
    assert str(refusal.value) == locales.text("errors.whole_between", language, name="digit", low=0, high=9)


def test_a_model_that_does_not_exist_is_named(client: Client) -> None:
    with pytest.raises(AppError, match="no model called nobody"):
        client.predict(model="nobody", api_name="/sample")


def component(app_url: str, slug: str) -> int:
    """The number of the component that holds a page."""
    _, body = open_url(f"{app_url}/config")
    config = json.loads(body)
    numbers = config["page"][slug]["components"]
    return next(each["id"] for each in config["components"] if each["id"] in numbers and each["type"] == "html")


def test_a_page_reads_its_data(app_url: str) -> None:
    call = {"data": None, "fn_name": "data", "session_hash": "test", "component_id": component(app_url, "models")}
    status, body = open_url(f"{app_url}/gradio_api/component_server/", call)
    assert status == 200
    models = {each["id"]: each for each in json.loads(body)["models"]}
    assert models["tiny"]["title"] == {"en": "Tiny digits", "zh": "小数字"}
    assert models["tiny"]["ready"] is True


def test_only_what_a_page_offers_can_be_called(app_url: str) -> None:
    for name in ("postprocess", "get_config", "__init__", "nothing"):
        call = {"data": {}, "fn_name": name, "session_hash": "test", "component_id": component(app_url, "models")}
        status, _ = open_url(f"{app_url}/gradio_api/component_server/", call)
        assert status == 404, name


def test_a_huge_request_is_refused(app_url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"{app_url}/gradio_api/component_server/", b"{}", {"Content-Length": str(2**30)})
    with pytest.raises((urllib.error.HTTPError, urllib.error.URLError, ConnectionError)) as refusal:
        opener.open(request, timeout=30)
    if isinstance(refusal.value, urllib.error.HTTPError):
        assert refusal.value.code == 413


def test_serving_never_imports_what_only_training_or_packs_need() -> None:
    heavy = ("torchvision", "scipy", "matplotlib", "pandas.plotting._matplotlib", "onnx", "onnxruntime")  # the last two: for packs in use
    code = f"import sys; import ganapp.ui.app as app; app.build(); print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1] == "[]"
