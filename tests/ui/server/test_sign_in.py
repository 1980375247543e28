"""Signing in, against an OpenID provider on 127.0.0.1: who may train then, what the browser keeps, and what a stranger can make of it."""

from __future__ import annotations

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from ganapp.base import guesses, paths
from ganapp.base.errors import UserError
from ganapp.jobs import accounts, incoming, quota, visitor
from ganapp.jobs.accounts import Account
from ganapp.ui import binding
from ganapp.ui.server import observing, openid, sign_in
from ganapp.ui.server.address import Addresses
from ganapp.ui.server.observing import Observed
from ganapp.ui.server.routes import Routes
from tests.conftest import awaited
from tests.support.fakeopenid import SECRET, FakeOpenID

KEY = "a key of somebody, of more than twenty signs"
PLACE = "http://127.0.0.1:8000"


async def told(scope: Any, receive: Any, send: Any) -> None:
    """Behind the middleware: who the request comes from."""
    who = visitor.account()
    await JSONResponse({"name": who and who.name, "trains": who and who.trains})(scope, receive, send)


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenID]:
    server = FakeOpenID()
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    for name in ("SPACE_ID", "SPACE_HOST", "GANAPP_TRAINING", "GANAPP_TRAINING_PASSWORD", "GANAPP_ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sign_in, "tries", guesses.Guesses(burst=20, seconds=6.0))
    openid._endpoints.cache_clear()
    yield server
    server.close()


@pytest.fixture
def browser(provider: FakeOpenID) -> TestClient:
    routes = Routes(told, sign_in.ROUTES)
    return TestClient(Observed(Addresses(routes)), base_url=PLACE, follow_redirects=False)


def to_provider(browser: TestClient, to: str = "train") -> str:
    """Go to the provider; the address by which it sends the browser back."""
    away = browser.get("/login/huggingface", params={"to": to})
    assert away.status_code == 302, away.headers
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), openid._Straight)
    try:
        opener.open(away.headers["location"])
    except urllib.error.HTTPError as answer:
        return str(answer.headers["location"])
    raise AssertionError("the provider asks nothing here")


def through(browser: TestClient, to: str = "train") -> str:
    """Sign in; where it ends."""
    back = browser.get(to_provider(browser, to))
    assert (back.status_code, back.headers["cache-control"]) == (303, "no-store")
    return str(back.headers["location"])


def test_who_signs_in_is_known_to_every_part(browser: TestClient, provider: FakeOpenID, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert through(browser) == "../train"
        assert browser.get("/digits").json() == {"name": "alice", "trains": True}
    kept = {cookie.name: cookie for cookie in browser.cookies.jar}
    assert set(kept) == {accounts.COOKIE}, "what was needed on the way is removed"
    assert kept[accounts.COOKIE].has_nonstandard_attr("HttpOnly")
    assert kept[accounts.COOKIE].get_nonstandard_attr("SameSite") == "lax", "no other site's page sends it"
    facts = accounts.opened("account", str(kept[accounts.COOKIE].value))
    assert facts is not None
    assert facts.keys() == {"name", "groups", "until"}
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))  # this test's own client
    assert "request" in logged
    for secret in (*provider.given, SECRET):
        assert secret not in logged
        assert secret not in str(kept)
    assert len(provider.given) == 2
    assert provider.tokens == [], "the token was used once"
    assert browser.post("/logout").status_code == 204
    assert browser.get("/digits").json() == {"name": None, "trains": None}


@pytest.mark.parametrize(("listed", "who", "trains"), [
    ("*", {"preferred_username": "anybody"}, True),
    ("Alice, bob", {"preferred_username": "alice"}, True),
    ("bob", {"preferred_username": "alice"}, False),
    ("team", {"preferred_username": "alice", "orgs": [{"preferred_username": "Team"}, {"preferred_username": "other"}]}, True),
    ("team", {"preferred_username": "alice", "orgs": [{"preferred_username": "team", "pendingSSO": True}]}, False),
    ("team", {"preferred_username": "alice", "orgs": "team"}, False),
    ("team", {"preferred_username": "alice", "name": "team"}, False),
])  # fmt: skip
def test_anybody_or_named_users_and_organisations(
    listed: str, who: dict[str, Any], trains: bool, browser: TestClient, provider: FakeOpenID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANAPP_TRAINING_ACCOUNTS", listed)
    provider.who = who
    assert through(browser) == "../train"
    assert browser.get("/").json() == {"name": who["preferred_username"], "trains": trains}
    monkeypatch.setenv("GANAPP_TRAINING_ACCOUNTS", "somebody-else")
    assert not browser.get("/").json()["trains"], "the list is asked each time"


@pytest.mark.parametrize(("settings", "password", "account", "refusal"), [
    ({}, "", None, "training_account"),
    ({}, "", "alice", ""),
    ({}, "", "mallory", "training_other_account"),
    ({}, "sesame", None, ""),
    ({"GANAPP_TRAINING_PASSWORD": "class"}, "", None, "training_either"),
    ({"GANAPP_TRAINING_PASSWORD": "class"}, "class", None, ""),
    ({"GANAPP_TRAINING_PASSWORD": "class"}, "class", "mallory", ""),
    ({"GANAPP_TRAINING_PASSWORD": "class"}, "", "alice", ""),
    ({"GANAPP_TRAINING": "off"}, "", "alice", "training_off"),
    ({"OAUTH_CLIENT_ID": ""}, "", None, "training_account"),
])  # fmt: skip
def test_everything_that_trains_asks_for_an_account(
    settings: dict[str, str], password: str, account: str | None, refusal: str, provider: FakeOpenID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GANAPP_TRAINING_ACCOUNTS": "alice", "GANAPP_ADMIN_PASSWORD": "sesame", **settings}.items():
        monkeypatch.setenv(name, value)
    order = {"recipe": "gan", "steps": 0, "settings": {}}
    wanted = {
        "train_estimate": {"order": order, "measure": False},
        "job_publish": {"id": "0" * 10, "repository": "a/b"},
        "data_add": {"upload": "0" * 20},
        "hub_start": {"order": order, "token": "t" * 20, "flavour": "t4-small"},
    }
    with visitor.signed_in(Account(account) if account else None):
        values = {"key": KEY, "password": password}
        found = [awaited(binding.procedure(name)({**values, **fields})) for name, fields in wanted.items()]
        refusals = [str(each.get("error", {}).get("key", "")) for each in found]
        for act in (sent, lambda who: quota.check(who)):
            try:
                act(visitor.of(KEY, password))
                refusals.append("")
            except UserError as problem:
                refusals.append(problem.key)
        looked = awaited(binding.procedure("jobs_list")(values))
    if refusal:
        assert refusals == [refusal] * len(refusals)
    else:
        assert not [each for each in refusals if each.startswith("training_")]
    assert "error" not in looked, "looking goes on"


def sent(who: visitor.Visitor) -> None:
    """Begin to send a picture for a training."""
    with suppress(ZeroDivisionError), incoming.Incoming(who, "0" * 20, "a.png"):
        raise ZeroDivisionError


def test_the_page_is_told_who_is_signed_in(provider: FakeOpenID, monkeypatch: pytest.MonkeyPatch) -> None:
    def options() -> dict[str, Any]:
        return awaited(binding.procedure("train_options")({}))

    assert (options()["training"], options()["account"]) == ("account", {})
    with visitor.signed_in(Account("alice")):
        assert options()["account"] == {"name": "alice", "trains": True}
    monkeypatch.setenv("GANAPP_TRAINING_PASSWORD", "class")
    assert options()["training"] == "either"
    monkeypatch.delenv("GANAPP_TRAINING_ACCOUNTS")
    assert (options()["training"], options()["account"]) == ("password", None)


def test_a_cookie_that_we_did_not_write_is_nobody(provider: FakeOpenID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = accounts.kept(Account("alice"))
    shown = lambda text: accounts.shown(f"a=b; {accounts.COOKIE}={text}; c")  # noqa: E731
    assert shown(good) == Account("alice")
    body, _, signature = good.partition(".")
    others = ["", ".", good[:-1], f"{body}.", f"{body[:-2]}AA.{signature}", "x" * 10_000, "\ud800.é", f"{good}.{signature}"]
    others.append(accounts.sealed("sign in", {"name": "alice", "groups": []}, 60))
    others.append(accounts.sealed("account", {"name": "alice", "groups": []}, -1))
    with monkeypatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(tmp_path / "another"))
        others.append(accounts.kept(Account("alice")))
    assert [shown(each) for each in others] == [None] * len(others)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + accounts.SECONDS + 1)
    assert shown(good) is None
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.delenv("GANAPP_TRAINING_ACCOUNTS")
    assert shown(good) is None


def test_nobody_comes_back_who_did_not_leave_from_here(browser: TestClient, provider: FakeOpenID) -> None:
    """Else a stranger could sign a reader in as themselves by a link."""
    back = to_provider(browser)
    stranger = TestClient(browser.app, base_url=PLACE, follow_redirects=False)
    before = len(provider.asked)
    for address in (back, back.replace("state=", "state=x"), "/login/callback?code=1", "/login/callback", "/login/callback?state=&code=1"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "../train?sign_in=late")
        assert accounts.COOKIE not in answer.headers.get("set-cookie", "")
    assert len(provider.asked) == before, "the provider was not asked"
    assert browser.get(back.replace("state=", "state=x")).headers["location"] == "../train?sign_in=late"
    assert browser.get(back).headers["location"] == "../train"
    assert browser.get(back).headers["location"] == "../train?sign_in=late", "a way back is gone once"


def test_a_person_may_say_no(browser: TestClient, provider: FakeOpenID) -> None:
    provider.who = None
    assert through(browser) == "../train?sign_in=refused"
    assert browser.get("/").json()["name"] is None


@pytest.mark.parametrize("fault", ["token 500", "token 302", "userinfo 500", "userinfo 307", "markup", "no name", "a number", "silent"])
def test_a_provider_that_does_not_answer_right_signs_nobody_in(fault: str, browser: TestClient, provider: FakeOpenID) -> None:
    what, _, status = fault.partition(" ")
    if status.isdigit():
        provider.statuses[f"/{what}"] = int(status)
    provider.who = {"markup": {"preferred_username": "<img src=x>"}, "no": {}, "a": {"preferred_username": 7}}.get(what, provider.who)
    back = to_provider(browser)
    if fault == "silent":
        provider.close()
    answer = browser.get(back)
    assert answer.headers["location"] == "../train?sign_in=failed"
    assert accounts.COOKIE not in answer.headers["set-cookie"]
    assert not [path for _, path, _ in provider.asked if path == "/elsewhere"], "nothing is sent elsewhere"


@pytest.mark.parametrize("issuer", ["https://huggingface.co", "http://127.0.0.1:1/other"])
def test_a_provider_that_names_itself_otherwise_is_not_used(issuer: str, browser: TestClient, provider: FakeOpenID) -> None:
    provider.issuer = issuer
    assert browser.get("/login/huggingface").headers["location"] == "../train?sign_in=failed"


def test_only_safe_connections_carry_a_secret() -> None:
    good = ["https://huggingface.co", "http://127.0.0.1:8000/x", "http://localhost/y"]
    bad = ["http://huggingface.co", "http://127.0.0.1.evil.com", "ftp://a", "https://", "//a", "", None, "http://[::", "file:///etc/passwd"]
    assert [openid.safe(each) for each in (*good, *bad)] == [True] * len(good) + [False] * len(bad)


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "../x", "", "nowhere", "train?x"])
def test_the_way_back_leads_to_our_pages_alone(to: str, browser: TestClient) -> None:
    assert through(browser, to) == "../train"
    assert through(browser, "models") == "../models"


def test_another_site_can_neither_sign_out_nor_read(browser: TestClient) -> None:
    assert browser.get("/logout").status_code == 405
    assert browser.post("/login/callback").status_code == 405


def test_where_nobody_is_asked_nobody_can_sign_in(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANAPP_TRAINING_ACCOUNTS")
    assert browser.get("/login/huggingface").json()["error"]["key"] == "sign_in_off"
    monkeypatch.setenv("GANAPP_TRAINING_ACCOUNTS", "*")
    monkeypatch.setenv("OAUTH_CLIENT_SECRET", "")
    assert browser.get("/login/callback").json()["error"]["key"] == "sign_in_off"


def test_coming_back_is_slowed(browser: TestClient, provider: FakeOpenID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "tries", guesses.Guesses(burst=2, seconds=60.0))
    assert [through(browser) for _ in range(4)] == ["../train"] * 2 + ["../train?sign_in=failed"] * 2
    assert len([path for _, path, _ in provider.asked if path == "/token"]) == 2


def test_on_a_space_people_come_back_to_its_own_name(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/likeness")
    monkeypatch.setenv("SPACE_HOST", "me-likeness.hf.space,example.org")
    away = browser.get("/login/huggingface", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert "redirect_uri=https%3A%2F%2Fme-likeness.hf.space%2Flogin%2Fcallback" in away.headers["location"]
    assert "secure" in away.headers["set-cookie"].lower()


def test_the_secret_stays_in_the_server(provider: FakeOpenID) -> None:
    assert SECRET not in paths.child_environment().values()
    assert observing.kind("/login/callback") == "login"
