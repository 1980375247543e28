"""What a deployer reads is what the code does: one table of limits, names of the app, and no page of another site acts here."""

from __future__ import annotations

import dataclasses

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Scope

from ganapp.base import limits, paths
from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.ui.server import headers, hosts, rates, tickets
from tests.security.conftest import App
from tests.support import limits_table
from tests.support.awaited import awaited

OTHER = "https://other.example"


def test_the_table_of_limits_is_what_the_code_does() -> None:
    written = limits_table.PAGE.read_text(encoding="utf-8")
    assert written == limits_table.page(written), "docs/deploy.md is out of date: run python -m tests.support.limits_table"
    fields = [field.name for field in dataclasses.fields(limits.Limits)]
    assert sorted(limits.VARIABLES) == sorted(limits_table.SAID) == sorted(fields)


def test_a_space_bounds_everything_and_a_machine_of_ones_own_little(monkeypatch: pytest.MonkeyPatch) -> None:
    at_home = paths.limits()
    monkeypatch.setenv("SPACE_ID", "somebody/likeness")
    on_a_space = paths.limits()
    for field in dataclasses.fields(limits.Limits):
        home, space = getattr(at_home, field.name), getattr(on_a_space, field.name)
        assert space > 0, field.name
        assert home == 0 or home >= space or field.name == "free_mb", field.name
    monkeypatch.setenv("GANAPP_REQUESTS_PER_VISITOR", "50")
    assert paths.limits().address_requests == 100
    monkeypatch.setenv("GANAPP_MEGAPIXELS", "0")
    assert paths.limits().megapixels == 24, "0 is not every picture"
    for nonsense in ("-3", "many"):
        monkeypatch.setenv("GANAPP_MEGAPIXELS", nonsense)
        monkeypatch.setenv("GANAPP_RESULT_MEGAPIXELS", nonsense)
        assert (paths.most_megapixels(), paths.result_megapixels()) == (24, 100), "what is no number lifts no bound"


def test_who_sends_too_many_requests_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_REQUESTS_PER_VISITOR", "30")
    rates._spent.cache_clear()

    refusals: list[UserError] = []

    def sent(page: str, address: str, most: int, heavy: bool = False) -> int:
        count = 0
        with visitor.at(address), tickets.ticketed(f"{page}.1"):
            for _ in range(most):
                try:
                    rates.count(heavy)
                except UserError as refusal:
                    refusals.append(refusal)
                else:
                    count += 1
        return count

    assert sent("one", "192.0.2.1", 40) == 30
    assert sent("two", "192.0.2.1", 40) == 30
    assert sent("three", "192.0.2.1", 40) == 0, "keys can be made up, addresses cannot"
    assert sent("one", "192.0.2.2", 5, heavy=True) == 3, "what keeps the machine busy counts as ten"
    assert sent("one", "", 40) == 40, "the shell is nobody's visitor"
    assert {refusal.key for refusal in refusals} == {"rate_limit"}
    assert all(0 < int(str(refusal.values["seconds"])) <= 20 for refusal in refusals), "told how long to wait"


@pytest.mark.parametrize(
    ("settings", "asked", "right"),
    [
        ({}, "localhost:7860", True),
        ({}, "127.0.0.1:7860", True),
        ({}, "[::1]:7860", True),
        ({}, "192.168.1.7", True),
        ({}, "attacker.example", False),  # a name that was made to lead to 127.0.0.1
        ({}, "localhost.attacker.example", False),
        ({}, "", False),
        ({}, "a b", False),
        ({"GANAPP_HOSTS": "likeness.example, Other.example"}, "LIKENESS.example.", True),
        ({"GANAPP_HOSTS": "likeness.example"}, "attacker.example", False),
        ({"GANAPP_HOSTS": "likeness.example", "SPACE_ID": "a/b"}, "attacker.example", False),
        ({"GANAPP_HOSTS": "*"}, "attacker.example", True),
        ({"SPACE_ID": "a/b"}, "a-b.hf.space", True),
        ({"GRADIO_SERVER_NAME": "0.0.0.0"}, "machine-in-the-cellar", True),
        ({"GRADIO_SERVER_NAME": "0.0.0.0"}, '"><b>', False),
    ],
)
def test_only_our_own_names_are_answered(settings: dict[str, str], asked: str, right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GANAPP_HOSTS", "SPACE_ID", "GRADIO_SERVER_NAME", "GRADIO_SHARE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert hosts.known(hosts.name(asked)) is right


@pytest.mark.parametrize(
    ("sent", "right"),
    [
        ({}, False),
        ({"origin": "http://likeness.example:7860", "host": "likeness.example:7860"}, False),
        ({"origin": "https://likeness.example", "host": "127.0.0.1:7860", "x-forwarded-host": "likeness.example"}, False),
        ({"origin": "https://likeness.example", "host": "127.0.0.1", "sec-fetch-site": "same-origin"}, False),
        ({"origin": OTHER, "host": "likeness.example"}, True),
        ({"origin": "null", "host": "likeness.example"}, True),
        ({"origin": "http://likeness.example", "host": "likeness.example", "sec-fetch-site": "cross-site"}, True),
        ({"origin": "https://next.likeness.example", "host": "likeness.example", "sec-fetch-site": "same-site"}, True),
        ({"origin": "http://localhost:3000", "host": "127.0.0.1:7860", "sec-fetch-site": "cross-site"}, True),
    ],
)
def test_a_page_of_another_site_is_told_apart(sent: dict[str, str], right: bool) -> None:
    assert hosts.from_elsewhere(Headers(sent)) is right


def test_the_started_app_answers_no_other_site(app: App) -> None:
    call = app.body("digits", "sample", {"digit": 3, "model": "tiny"})
    with app.client() as client:
        assert client.post("/gradio_api/component_server", json=call).status_code == 200
        for origin in (OTHER, "null", "http://localhost:1"):
            for host in (app.address.removeprefix("http://"), "attacker.example"):
                told = {"origin": origin, "host": host}
                asked = {**told, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
                answers = [client.options("/gradio_api/component_server", headers=asked)]
                answers += [client.post("/gradio_api/component_server", json=call, headers=told)]
                answers += [client.post("/gradio_api/call/sample", json={"data": []}, headers=told)]
                answers += [client.post("/jobs/data/0123456789abcdef0123/a.png", content=b"x", headers=told)]
                answers += [client.get(path, headers=told) for path in ("/config", "/gradio_api/info", "/digits", "/results/" + "0" * 32)]
                for answer in answers:
                    assert not [name for name in answer.headers if name.startswith("access-control-")], answer.request.url
                for answer in answers[:4]:
                    assert answer.status_code in (403, 405, 421), answer.request.url
        strange = client.get("/digits", headers={"host": "attacker.example"})
        assert strange.status_code == 421
        assert "attacker.example" in strange.json()["error"]["zh"]


def test_every_answer_says_what_a_browser_may_do(app: App) -> None:
    with app.client() as client:
        page = client.get("/digits", headers={"accept": "text/html"})
        script = next(part for part in page.text.split('"') if part.endswith(".js") and part.startswith("static"))
        ours = ("/digits", "/nothing/here", "/results/" + "0" * 32, "/jobs/0123/order.json", f"/{script}")
        for path in (*ours, "/config", "/gradio_api/upload"):
            answer = client.get(path, headers={"accept": "text/html"})
            for name, value in (headers.OF_ALL | headers.OWN).items():
                assert answer.headers[name] == value, (path, name)
            if not answer.headers["content-type"].startswith("text/javascript"):
                policy = answer.headers["content-security-policy"]
                assert "default-src 'self'" in policy if path == "/digits" else "default-src 'none'" in policy, path
                assert "frame-ancestors 'self' https://huggingface.co" in policy, path
        assert "content-security-policy" not in client.get(f"/{script}").headers, "a worker's script would be bound by it"
    assert "'unsafe-inline'" not in page.headers["content-security-policy"].partition("script-src ")[2]


def test_a_socket_of_another_site_is_closed() -> None:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def inner(*_: object) -> None:
        raise AssertionError("reached")

    scope: Scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"localhost"), (b"origin", OTHER.encode())]}
    awaited(hosts.Hosts(inner)(scope, None, send))  # type: ignore[arg-type]
    assert said == [{"type": "websocket.close", "code": 1008}]


def test_preview_pictures_may_be_shown_by_others(app: App) -> None:
    page = httpx.get(f"{app.address}/digits", trust_env=False).text
    picture = next(part for part in page.split('"') if part.endswith(".jpg") and part.startswith("http"))
    answer = httpx.get(picture, trust_env=False)
    assert answer.status_code == 200
    assert "cross-origin-resource-policy" not in answer.headers
