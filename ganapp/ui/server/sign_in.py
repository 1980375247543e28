"""Signing in with an account of Hugging Face, where training asks for one (docs/deploy.md): /login/huggingface, /login/callback, /logout.

Gradio's own (`gradio.oauth`) needs two more packages, takes the token of whoever signs in into its cookie, and lets other sites' frames
send that cookie. Here nothing but a name is kept, in a cookie that only our own pages send.
"""

from __future__ import annotations

import hmac
import re
import secrets
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.guesses import Guesses
from ganapp.jobs import accounts, visitor
from ganapp.ui.page import all_pages
from ganapp.ui.server import address, openid
from ganapp.ui.server.routes import FRESH, Route

PENDING = "likeness-sign-in"  # the cookie that is kept between leaving and coming back
MINUTES = 10  # between leaving for the provider and coming back
tries = Guesses(burst=20, seconds=6.0)  # at coming back, each of which asks the provider, by address


def _provider() -> openid.Provider:
    found = paths.openid()
    if found is None or not paths.training_accounts():
        raise UserError("sign_in_off")
    return found


def _back(request: Request) -> str:
    """Where the provider sends people back to: what it knows of this app must say the same."""
    home = paths.space_host()
    return f"{f'https://{home}' if home else address.outside(request.scope)}/login/callback"


def _keep(response: Response, request: Request, name: str, value: str, seconds: float) -> None:
    """Have the browser keep a cookie; "" removes it. Only requests of our own pages carry it, also where other apps have the same host, and
    no script reads it."""
    outside = urlsplit(address.outside(request.scope))
    safe, place = outside.scheme == "https" or bool(paths.space_host()), f"{outside.path.rstrip('/')}/"
    response.set_cookie(name, value, max_age=int(seconds) if value else 0, path=place, secure=safe, httponly=True, samesite="lax")


async def _leave(request: Request, _: tuple[str, ...]) -> Response:
    """To the provider. `to` names the page to come back to."""
    provider, state, verifier = _provider(), secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    wanted = request.query_params.get("to", "")
    to = wanted if any(page.slug == wanted for page in all_pages()) else "train"
    try:
        away = await run_in_threadpool(openid.address, provider, _back(request), state, verifier)
    except UserError:
        return _home(to, "failed")
    response = RedirectResponse(away, 302, FRESH)
    held = accounts.sealed("sign in", {"state": state, "verifier": verifier, "to": to}, 60 * MINUTES)
    _keep(response, request, PENDING, held, 60 * MINUTES)
    return response


def _home(to: str, problem: str = "") -> RedirectResponse:
    """To one of our pages, below whatever path the app lies under; problem: what the page shall say."""
    return RedirectResponse(f"../{to}" + (f"?sign_in={problem}" if problem else ""), 303, FRESH)


async def _return(request: Request, _: tuple[str, ...]) -> Response:
    """From the provider: who it is goes into a cookie."""
    provider = _provider()
    held = accounts.opened("sign in", request.cookies.get(PENDING, "")) or {"state": "", "to": "train"}
    said = {name: values[0] for name, values in parse_qs(request.url.query).items()}
    state = said.get("state", "").encode("utf-8", "replace")
    if not held["state"] or not hmac.compare_digest(state, held["state"].encode()):
        return _home(held["to"], "late")
    if "code" not in said:
        response = _home(held["to"], "refused" if said.get("error") == "access_denied" else "failed")
    elif tries.take(visitor.address()):
        return _home(held["to"], "failed")
    else:
        response = await _known(request, provider, said["code"], held)
    _keep(response, request, PENDING, "", 0)
    return response


async def _known(request: Request, provider: openid.Provider, code: str, held: dict[str, str]) -> RedirectResponse:
    try:
        who = await run_in_threadpool(openid.account, provider, _back(request), code, held["verifier"])
    except UserError:
        return _home(held["to"], "failed")
    response = _home(held["to"])
    _keep(response, request, accounts.COOKIE, accounts.kept(who), accounts.SECONDS)
    return response


async def _out(request: Request, _: tuple[str, ...]) -> Response:
    """No longer signed in here; the provider is not asked."""
    response = Response(status_code=204, headers=FRESH)
    _keep(response, request, accounts.COOKIE, "", 0)
    return response


ROUTES = (
    Route(re.compile(r"/login/huggingface"), _leave),
    Route(re.compile(r"/login/callback"), _return),
    Route(re.compile(r"/logout"), _out, ("POST",)),
)
