from __future__ import annotations

import base64
import threading
import time

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors import oauth
from connectors.contract import Account
from connectors.errors import AuthorizationLost
from connectors.oauth import Token
from connectors.shared import shared
from connectors.signatures import equal, hmac_base64, hmac_hex
from tests.connectors.conftest import Serve


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    return Account(request.node.name, "test", "shop", {"client_id": "app", "client_secret": "app-secret"})


def test_a_token_is_asked_for_once_and_kept(account: Account) -> None:
    asked: list[int] = []

    def renew() -> Token:
        asked.append(1)
        return Token("fresh", time.time() + 3600)

    assert [oauth.token(account, renew) for _ in range(3)] == ["fresh"] * 3
    assert len(asked) == 1


def test_a_token_near_its_end_is_renewed(account: Account) -> None:
    oauth.keep(account, Token("old", time.time() + oauth.EARLY - 1))
    assert oauth.token(account, lambda: Token("new", time.time() + 3600)) == "new"


def test_a_forgotten_token_is_asked_for_again(account: Account) -> None:
    oauth.keep(account, Token("revoked", time.time() + 3600))
    oauth.forget(account)
    assert oauth.token(account, lambda: Token("new", time.time() + 3600)) == "new"


def test_two_workers_never_renew_at_once(account: Account) -> None:
    asked: list[int] = []

    def renew() -> Token:
        asked.append(1)
        time.sleep(0.05)
        return Token("fresh", time.time() + 3600)

    workers = [threading.Thread(target=oauth.token, args=(account, renew)) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(asked) == 1


def test_the_shared_store_never_holds_a_readable_token(account: Account) -> None:
    oauth.keep(account, Token("plain-words", time.time() + 3600))
    assert "plain-words" not in (shared().read(oauth._key(account)) or "")


def test_a_token_sealed_under_an_old_client_secret_is_asked_for_again(account: Account) -> None:
    oauth.keep(account, Token("old", time.time() + 3600))
    rotated = Account(account.id, account.kind, "shop", {"client_id": "app", "client_secret": "new-secret"})
    assert oauth.token(rotated, lambda: Token("new", time.time() + 3600)) == "new"


@pytest.mark.parametrize("in_body", [True, False])
def test_client_credentials_go_where_the_platform_wants_them(
    account: Account, serve: Serve, in_body: bool
) -> None:
    async def answer(request: Request) -> Response:
        form = dict(await request.form())
        basic = base64.b64decode(request.headers.get("authorization", " ").split(" ")[1]).decode()
        known = basic == "app:app-secret" or form.get("client_secret") == "app-secret"
        assert form["grant_type"] == "client_credentials"
        return JSONResponse(
            {"access_token": "given", "expires_in": "3600"} if known else {}, 200 if known else 401
        )

    base = serve([Route("/token", answer, methods=["POST"])])
    token = oauth.by_client_credentials(account, f"{base}/token", in_body=in_body)
    assert token.value == "given"
    assert token.expires_at == pytest.approx(time.time() + 3600, abs=5)


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_refresh_means_that_a_person_must_reconnect(
    account: Account, serve: Serve, status: int
) -> None:
    answer = Route("/token", lambda _: JSONResponse({"error": "invalid_grant"}, status), methods=["POST"])
    with pytest.raises(AuthorizationLost):
        oauth.by_refresh_token(account, f"{serve([answer])}/token", "spent")


def test_signatures_match_the_published_vectors() -> None:
    # RFC 4231, test case 2
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hmac_hex("Jefe", b"what do ya want for nothing?") == expected
    assert base64.b64decode(hmac_base64("Jefe", b"what do ya want for nothing?")).hex() == expected
    assert equal("abc", "abc")
    assert not equal("abc", "abd")
    assert not equal("abc", "é")
