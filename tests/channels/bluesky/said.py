"""What Bluesky's services would tell, written by hand after their published lexicons; and a server that answers as it is told."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lyhord.channels.bluesky.adapter import Bluesky
from lyhord.channels.bluesky.session import Tools
from lyhord.conversations.account import Account
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

PASSWORD = "four-four-four-four"
ME = "did:plc:firm"
ANNA: dict[str, Any] = {"did": "did:plc:anna", "handle": "anna.example", "displayName": "Anna Öst", "labels": []}
NAME = "app.bsky.notification.listNotifications"


def uri(key: str, who: str = "did:plc:anna") -> str:
    """The address of a post."""
    return f"at://{who}/app.bsky.feed.post/{key}"


def record(text: str = "Where is my lamp?", **more: Any) -> dict[str, Any]:
    """A post."""
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-03-01T09:00:00.000Z",
        "langs": ["en"],
        **more,
    }


def notification(key: str = "3aaa", reason: str = "mention", **more: Any) -> dict[str, Any]:
    """Something that happened to us."""
    return {
        "uri": uri(key),
        "cid": f"bafy{key}",
        "author": ANNA,
        "reason": reason,
        "record": record(),
        "isRead": False,
        "indexedAt": "2026-03-01T09:00:01.000Z",
        "labels": [],
        **more,
    }


def entry(kind: str = "logCreateMessage", **more: Any) -> dict[str, Any]:
    """A line of the log of private messages."""
    message = {
        "id": "c1",
        "rev": "1",
        "text": "In private",
        "sender": {"did": ANNA["did"]},
        "sentAt": "2026-03-01T09:00:00.000Z",
    }
    return {"$type": f"chat.bsky.convo.defs#{kind}", "rev": "2", "convoId": "k1", "message": message, **more}


def told(**what: Any) -> bytes:
    """One thing as it is kept."""
    return json.dumps(what).encode()


def account(**settings: Any) -> Account:
    """The inbox of the account."""
    return Account("workspace", "inbox", "key", "Firm", {"handle": "@firm.example", **settings}, {"password": PASSWORD})


Found = tuple[int, Any] | tuple[int, Any, Mapping[str, str]] | Exception


class Services:
    """The other side: signs everybody in, answers the rest as it is told, and keeps what was asked."""

    def __init__(self, answer: Callable[[str, Call], Found]) -> None:
        self.answer = answer
        self.calls: list[Call] = []
        self.signed_in = 0

    async def call(self, call: Call) -> Answer:
        """As the way out."""
        name = call.url.partition("/xrpc/")[2].partition("?")[0]
        if name in {"com.atproto.server.createSession", "com.atproto.server.refreshSession"}:
            self.signed_in += 1
            session = {"did": ME, "handle": "firm.example", "accessJwt": f"a{self.signed_in}", "refreshJwt": "r"}
            return Answer(200, {}, json.dumps(session).encode(), call.url)
        self.calls.append(call)
        found = self.answer(name, call)
        if isinstance(found, Exception):
            raise found
        status, body, *headers = found
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, headers[0] if headers else {}, content, call.url)

    def asked(self, name: str) -> list[Any]:
        """What was sent to a procedure."""
        return [json.loads(one.body) for one in self.calls if one.url.endswith(f"/xrpc/{name}")]

    def tools(self, folder: Path) -> Tools:
        """What a process shares."""
        return Tools(self.call, Files(folder), lambda: 1_772_355_600_000)

    def adapter(self, folder: Path, **settings: Any) -> Bluesky:
        """An inbox there."""
        return Bluesky(account(**settings), self.tools(folder))
