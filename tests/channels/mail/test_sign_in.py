"""OAuth 2: a refresh token becomes an access token at the issuer, and Dovecot asks that same issuer whether it is good."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from lyhord.channels.mail.adapter import Mail
from lyhord.channels.mail.options import read_options
from lyhord.channels.mail.sign_in import PRESETS, SignIn, SignInRefused
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account
from lyhord.kit.egress import Answer, Call, Unreachable
from tests.channels.mail.doors import RecordingDoor, make_account, running
from tests.channels.mail.test_servers import customer_mail, post
from tests.counterparts.postoffice import PostOffice

SECRETS = {"client_secret": "client secret", "refresh_token": "refresh-1"}


class Issuer:
    """Hands out access tokens for the refresh token that it gave last, and tells servers whose a token is."""

    def __init__(self) -> None:
        self.refresh = "refresh-1"
        self.good: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self.lifetime = 3600
        self.revoked = False

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/token":
            self.asked.append(form)
            if form.get("refresh_token") != self.refresh or form.get("client_secret") != "client secret":
                return 400, {"error": "invalid_grant"}
            token = f"access-{len(self.asked)}"
            self.good.add(token)
            self.refresh = f"refresh-{len(self.asked) + 1}"
            return 200, {"access_token": token, "expires_in": self.lifetime, "refresh_token": self.refresh}
        good = form.get("token") in self.good and not self.revoked
        return 200, {"active": good, **({"username": "desk@support.test"} if good else {})}


@pytest.fixture
def issuer(office: PostOffice) -> Iterator[Issuer]:
    """On loopback, where Dovecot expects it."""
    known = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = known.answer(self.path, form)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    Handler.log_message = lambda *_: None  # type: ignore[method-assign]
    server = ThreadingHTTPServer(("127.0.0.1", office.issuer), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def oauth_account(office: PostOffice, secrets: Mapping[str, str] = SECRETS) -> Account:
    address = f"http://127.0.0.1:{office.issuer}/token"
    return make_account(office, secrets, auth="oauth2", client_id="lyhord", token_address=address)


async def test_both_ways_open_with_a_token(
    office: PostOffice, tools: Tools, door: RecordingDoor, issuer: Issuer
) -> None:
    mail = Mail(oauth_account(office), tools)
    assert (await mail.health()).problems == ()
    async with running(mail, door):
        await post(office, customer_mail("By token"))
        await door.until(lambda: door.messages)
    assert door.messages[0].subject == "By token"
    assert {form["grant_type"] for form in issuer.asked} == {"refresh_token"}


async def test_a_refused_refresh_token_names_its_field(office: PostOffice, tools: Tools, issuer: Issuer) -> None:
    health = await Mail(oauth_account(office, {**SECRETS, "refresh_token": "old"}), tools).health()
    assert {problem[:2] for problem in health.problems} == {("refresh_token", "problem.mail.token_refused")}
    assert "old" not in repr(health)


async def test_a_token_that_the_server_refuses_is_bad_credentials(
    office: PostOffice, tools: Tools, issuer: Issuer
) -> None:
    issuer.revoked = True
    health = await Mail(oauth_account(office), tools).health()
    assert {problem[1] for problem in health.problems} == {"problem.mail.bad_credentials"}


async def test_a_token_is_kept_until_it_ends_and_a_new_refresh_token_for_good(
    office: PostOffice, tools: Tools, issuer: Issuer
) -> None:
    kept: list[Mapping[str, str]] = []

    async def keep(workspace_id: str, inbox_id: str, secrets: Mapping[str, str]) -> None:
        assert (workspace_id, inbox_id) == ("workspace", "inbox")
        kept.append(dict(secrets))

    tools.keep_secrets = keep
    account = oauth_account(office)
    sign_in = SignIn(account, read_options(account), tools)
    first, second = [(await sign_in.credentials()).token for _ in range(2)]
    assert first == second == "access-1"
    sign_in.forget()
    assert (await sign_in.credentials()).token == "access-2"
    assert [secrets["refresh_token"] for secrets in kept] == ["refresh-2", "refresh-3"]


@pytest.mark.parametrize("provider", ["google", "microsoft"])
async def test_large_providers_need_no_address(tools: Tools, provider: str) -> None:
    called: list[Call] = []

    async def call(asked: Call) -> Answer:
        called.append(asked)
        return Answer(200, {}, b'{"access_token": "t", "expires_in": 3599, "token_type": "Bearer"}', asked.url)

    tools.call = call
    account = Account("w", "i", "k", "Desk", {"address": "desk@shop.test", "auth": provider, "client_id": "c"}, SECRETS)
    credentials = await SignIn(account, read_options(account), tools).credentials()
    assert (credentials.username, credentials.token, credentials.password) == ("desk@shop.test", "t", "")
    assert called[0].url == PRESETS[provider]
    assert b"refresh_token=refresh-1" in called[0].body


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"error": "invalid_grant"}', SignInRefused),
        (401, b"no JSON", SignInRefused),
        (500, b"oops", Unreachable),
        (200, b"{}", Unreachable),
    ],
)
async def test_an_issuers_answers(tools: Tools, status: int, body: bytes, error: type[Exception]) -> None:
    async def call(asked: Call) -> Answer:
        return Answer(status, {}, body, asked.url)

    tools.call = call
    account = Account("w", "i", "k", "Desk", {"address": "desk@shop.test", "auth": "google"}, SECRETS)
    with pytest.raises(error):
        await SignIn(account, read_options(account), tools).credentials()
