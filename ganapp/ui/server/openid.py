"""What is said to the OpenID provider, Hugging Face unless the deployer names another: OAuth 2.0's authorization code with PKCE.

https://openid.net/specs/openid-connect-core-1_0.html (the endpoints, userinfo), RFC 7636 (PKCE), https://huggingface.co/docs/hub/oauth
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import urllib.error
import urllib.request
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ganapp.base.errors import UserError
from ganapp.jobs.accounts import Account

SECONDS = 10.0  # that the provider may take for each answer
LARGEST = 1 << 20  # bytes of one
NAME = re.compile(r"[\w.-]{1,96}")
NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
Provider = tuple[str, str, str]  # as paths.openid() has it


class _Straight(urllib.request.HTTPRedirectHandler):
    """No answer leads elsewhere: code, secret and token are for the provider alone."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Straight)


def _answer(address: str, form: dict[str, str] | None = None, authorization: str = "") -> dict[str, Any]:
    """The JSON object at an address. UserError for anything else; what was sent and said stands in no error."""
    headers = {"Accept": "application/json", "User-Agent": "Likeness", **({"Authorization": authorization} if authorization else {})}
    body = urlencode(form).encode() if form is not None else None
    try:
        with _opener.open(urllib.request.Request(address, body, headers), timeout=SECONDS) as answer:
            said = json.loads(answer.read(LARGEST))
    except (OSError, ValueError) as problem:  # URLError is an OSError
        raise UserError("sign_in_failed") from (None if form else problem)
    if not isinstance(said, dict):
        raise UserError("sign_in_failed")
    return said


def safe(address: object) -> bool:
    """Whether what is sent there can be read by nobody else."""
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) or parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")


@cache
def _endpoints(issuer: str) -> dict[str, str]:
    """Addresses of the provider, as it tells them. UserError when it cannot be reached, or is not the one it was asked as."""
    if not safe(issuer):
        raise UserError("sign_in_failed")
    told = _answer(f"{issuer}/.well-known/openid-configuration")
    if str(told.get("issuer", "")).rstrip("/") != issuer or not all(safe(told.get(name)) for name in NEEDED):
        raise UserError("sign_in_failed")
    return {name: str(told[name]) for name in NEEDED}


def address(provider: Provider, back: str, state: str, verifier: str) -> str:
    """Where a person is sent to sign in, from where they come to `back`, with `state`. UserError when the provider cannot be reached."""
    issuer, client, _ = provider
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"response_type": "code", "client_id": client, "redirect_uri": back, "scope": "openid profile", "state": state}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    start = _endpoints(issuer)["authorization_endpoint"]
    return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"


def account(provider: Provider, back: str, code: str, verifier: str) -> Account:
    """Who came back with this code. UserError where the provider does not say; its token is used once and kept nowhere."""
    issuer, client, secret = provider
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    ours = base64.b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
    token = _answer(_endpoints(issuer)["token_endpoint"], form, f"Basic {ours}").get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise UserError("sign_in_failed")
    told = _answer(_endpoints(issuer)["userinfo_endpoint"], authorization=f"Bearer {token}")
    name = told.get("preferred_username")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UserError("sign_in_failed")
    return Account(name, _organisations(told.get("orgs")))


def _organisations(told: object) -> tuple[str, ...]:
    """Names of those whose resources the account may reach: one that still asks for a second sign-in is left out."""
    every = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    names = [each.get("preferred_username") for each in every if not (each.get("pendingSSO") or each.get("missingMFA"))]
    return tuple(name for name in names if isinstance(name, str) and NAME.fullmatch(name))
