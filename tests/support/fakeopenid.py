"""An OpenID provider on 127.0.0.1: who signs in there is `who`, without being asked; what does not keep to the protocol is refused.

    provider = FakeOpenID()
    provider.who = {"preferred_username": "alice", "orgs": [{"preferred_username": "team"}]}   # None: says no
    provider.settings()     the environment of an app whose people sign in there

Codes are for one use, tokens too. `asked` holds every request as (method, path, body).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

CLIENT, SECRET = "likeness-of-the-tests", "a secret: of/the tests"


class FakeOpenID:
    def __init__(self) -> None:
        self.who: dict[str, Any] | None = {"preferred_username": "alice"}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: list[str] = []
        self.given: list[str] = []  # every code and token
        self.asked: list[tuple[str, str, str]] = []
        self.issuer = ""  # another name than its own
        self.statuses: dict[str, int] = {}  # path -> status in place of an answer
        bound = type("Bound", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def settings(self, accounts: str = "*") -> dict[str, str]:
        return {
            "OPENID_PROVIDER_URL": self.url,
            "OAUTH_CLIENT_ID": CLIENT,
            "OAUTH_CLIENT_SECRET": SECRET,
            "GANAPP_TRAINING_ACCOUNTS": accounts,
        }

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def new(self, kind: str) -> str:
        self.given.append(f"{kind}-{secrets.token_hex(12)}")
        return self.given[-1]


class _Handler(BaseHTTPRequestHandler):
    provider: FakeOpenID

    def log_message(self, *_: Any) -> None:
        pass

    def said(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refused(self) -> bool:
        status = self.provider.statuses.get(urlsplit(self.path).path)
        if status in (302, 307):
            self.send_response(status)
            self.send_header("Location", f"{self.provider.url}/elsewhere")
            self.end_headers()
        elif status:
            self.said({}, status)
        return bool(status)

    def do_GET(self) -> None:  # noqa: N802
        provider, path = self.provider, urlsplit(self.path).path
        provider.asked.append(("GET", self.path, ""))
        if self.refused():
            return
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            self.said({"issuer": provider.issuer or provider.url, **{name: f"{provider.url}/{at}" for name, at in names.items()}})
        elif path == "/authorize":
            self.authorize({name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()})
        elif path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in provider.tokens or provider.who is None:
                self.said({"error": "invalid_token"}, 401)
                return
            provider.tokens.remove(token)
            self.said({"sub": "1", **provider.who})
        else:
            self.said({}, 404)

    def authorize(self, asked: dict[str, str]) -> None:
        right = asked.get("client_id") == CLIENT and asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256"
        if not right or asked.get("scope") != "openid profile" or len(asked.get("state", "")) < 20:
            self.said({"error": "invalid_request"}, 400)
            return
        if self.provider.who is None:
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = self.provider.new("code")
            self.provider.codes[code] = asked
            back = {"code": code, "state": asked["state"]}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.provider.asked.append(("POST", self.path, body))
        if self.refused():
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        ours = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        asked = self.provider.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = [unquote(each) for each in ours.split(":")] == [CLIENT, SECRET] and asked is not None
        if not right or asked["redirect_uri"] != form.get("redirect_uri") or asked["code_challenge"] != proof:
            self.said({"error": "invalid_grant"}, 400)
            return
        token = self.provider.new("token")
        self.provider.tokens.append(token)
        self.said({"access_token": token, "token_type": "bearer"})
