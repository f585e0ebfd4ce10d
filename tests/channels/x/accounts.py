"""An account on X, what X tells of it (after the payloads that X publishes), and an API of X on a socket of this machine."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, Client
from typing_extensions import override

from lyhord.channels.x.adapter import X
from lyhord.channels.x.sent import Tools
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

ME, OTHER = "1111111111111111111", "2222222222222222222"
KEY, SECRET, TOKEN, TOKEN_SECRET = "the-key", "the secret/of+app", f"{ME}-token", "the&token=secret"
BEARER = "AAAA%2Fbearer"


def account(**settings: object) -> Account:
    """The inbox as the adapter gets it; secrets among `settings` go where they belong."""
    secrets = {"consumer_secret": SECRET, "access_token": TOKEN, "access_secret": TOKEN_SECRET}
    for name in ("consumer_secret", "access_token", "access_secret", "client_secret"):
        if name in settings:
            secrets[name] = str(settings.pop(name))
    return Account("workspace", "inbox", "key", "Name", {"consumer_key": KEY, **settings}, secrets)


def told(kind: str, payload: Any, includes: Any = None, whose: str = ME) -> bytes:
    """One event as X brings it."""
    data = {"event_uuid": "-7", "filter": {"user_id": whose}, "event_type": kind, "tag": "lyhord", "payload": payload}
    return json.dumps({"data": data | ({"includes": includes} if includes is not None else {})}).encode()


def read(kind: str, payload: Any, includes: Any = None, **settings: object) -> list[Inbound]:
    """What comes of it."""
    return X(account(**settings)).parse(Raw(told(kind, payload, includes)))


def user(number: str = OTHER, name: str = "Anna Öst", username: str = "anna", **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "username": username, "verified": False, **more}


def direct(sender: str = OTHER, to: str = ME, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The payload of a private message."""
    said = {"text": "hello!", "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}}
    create = {"target": {"recipient_id": to}, "sender_id": sender, "message_data": {**said, **(data or {})}}
    event = {"type": "message_create", "id": "2080765901528535096", "created_timestamp": "1784928224372"}
    users = {OTHER: {"data": user()}, ME: {"data": user(ME, "Example User", "ExampleUser")}}
    return {"direct_message_events": [{**event, "message_create": create}], "users": users}


async def _nothing(*_: Any) -> None:
    """Nothing to close or keep."""


def means(call: Any, folder: Path, base_address: str = "https://desk.example.com") -> Tools:
    """What the process lends."""
    lent = Means(
        files=Files(folder), call=call, base_address=base_address, key=b"k", keep_secrets=_nothing, close=_nothing
    )
    return X.make_tools(lent)


class Script:
    """Answers in turn, the last one again and again, and keeps what was asked."""

    def __init__(self, *answers: tuple[int, Any] | Exception, headers: Mapping[str, str] | None = None) -> None:
        self.answers = list(answers)
        self.headers = headers or {}
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        """As the way out."""
        self.calls.append(call)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer[0], self.headers, json.dumps(answer[1]).encode(), call.url)


class Api(ThreadingHTTPServer):
    """X: one app, its webhooks and subscriptions, posts and messages. Each call's signature is made anew by another implementation.

    `asked` has every call that was taken: method, path and body.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, Any]] = []
        self.hooks: list[dict[str, Any]] = []
        self.subscriptions: list[dict[str, Any]] = []
        self.posts = {"50": OTHER, "60": ME}
        self.level = "read-write-directmessages"
        self.forbidden: set[str] = set()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def admit(self, method: str, path: str, authorization: str) -> str:
        """In whose name it is asked: `app`, `account` or "" for nobody's."""
        if authorization == f"Bearer {BEARER}":
            return "app"
        fields = dict(part.split("=", 1) for part in authorization.removeprefix("OAuth ").split(", ") if "=" in part)
        given = {name: value.strip('"') for name, value in fields.items()}
        client = Client(
            KEY,
            client_secret=SECRET,
            resource_owner_key=TOKEN,
            resource_owner_secret=TOKEN_SECRET,
            signature_method=SIGNATURE_HMAC_SHA1,
            nonce=given.get("oauth_nonce"),
            timestamp=given.get("oauth_timestamp"),
        )
        _, headers, _ = client.sign(f"{self.address}{path}", http_method=method)
        wanted = headers["Authorization"].partition("oauth_signature=")[2].strip('"')
        return "account" if wanted and wanted == given.get("oauth_signature") else ""

    def take(self, method: str, path: str, body: Any, who: str) -> tuple[int, Any]:
        """What becomes of one call."""
        if path == "/oauth2/token":
            return 200, {"token_type": "bearer", "access_token": BEARER}
        hooking = path.startswith("/2/webhooks") or (method == "GET" and path.startswith("/2/activity"))
        if who != ("app" if hooking else "account"):
            return 401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized", "type": "about:blank"}
        self.asked.append((method, path, body))
        where = urlsplit(path).path.strip("/").split("/")[1:]
        if where[0] in {"webhooks", "activity"}:
            return self._hook(method, where, body)
        if where == ["users", "me"]:
            return 200, {"data": user(ME, "Example User", "ExampleUser")}
        if where == ["media", "upload"]:
            return 200, {"data": {"id": "700", "media_key": "3_700"}}
        if where[0] == "dm_conversations":
            if where[2] != OTHER:
                return 403, {
                    "title": "Forbidden",
                    "errors": [{"code": 349, "message": "You cannot send messages to this user."}],
                }
            return 201, {"data": {"dm_conversation_id": f"{ME}-{OTHER}", "dm_event_id": "900"}}
        return self._post(method, where, body)

    def _hook(self, method: str, where: list[str], body: Any) -> tuple[int, Any]:
        if where[0] == "webhooks":
            if method == "POST":
                self.hooks.append({"id": "40", "url": body["url"], "valid": True})
                return 200, {"data": self.hooks[-1]}
            for one in self.hooks if method == "PUT" else ():
                one["valid"] = one["valid"] or one["id"] == where[1]
            return 200, {"data": self.hooks} if method == "GET" else {"data": {"attempted": True}}
        if method == "POST" and body["event_type"] in self.forbidden:
            return 403, {"title": "Forbidden", "detail": "Not permitted", "status": 403, "type": "about:blank"}
        if method == "POST":
            self.subscriptions.append({**body, "subscription_id": str(len(self.subscriptions) + 1)})
            return 200, {"data": {"subscription": self.subscriptions[-1]}}
        for one in self.subscriptions if method == "PUT" else ():
            if one["subscription_id"] == where[2]:
                one.update(body)
        return 200, {"data": self.subscriptions} if self.subscriptions else {"meta": {"result_count": 0}}

    def _post(self, method: str, where: list[str], body: Any) -> tuple[int, Any]:
        if method == "DELETE":
            mine = self.posts.pop(where[1], "") == ME
            return (200, {"data": {"deleted": True}}) if mine else (404, {"title": "Not Found Error"})
        if where[-1] == "hidden":
            ours = where[1] == "50"
            return (
                (200, {"data": {"hidden": body["hidden"]}}) if ours else (403, {"title": "Forbidden", "detail": "no"})
            )
        under = body["reply"]["in_reply_to_tweet_id"]
        if under not in self.posts:
            detail = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author"
            return 403, {"title": "Forbidden", "status": 403, "type": "about:blank", "detail": detail}
        self.posts[str(800 + len(self.posts))] = ME
        return 201, {"data": {"id": list(self.posts)[-1], "text": body.get("text", "")}}


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        kind = self.headers.get("content-type") or ""
        body = json.loads(content) if kind.startswith("application/json") else content.decode()
        who = self.server.admit(self.command, self.path, self.headers.get("authorization") or "")
        status, answer = self.server.take(self.command, self.path, body, who)
        told = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(told)))
        self.send_header("x-access-level", self.server.level)
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_DELETE = do_GET = do_PUT = _answer  # noqa: N815 - named by the library

    @override
    def log_message(self, *_: Any) -> None:
        """Quietly."""
