"""What a Mastodon server would tell, written by hand after recorded answers of Mastodon 4; and one that answers as it is told."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lyhord.channels.mastodon.adapter import Mastodon
from lyhord.conversations.account import Account, Health, Means
from lyhord.conversations.exchange import Inbound, Raw
from lyhord.kit.egress import Answer, Call
from lyhord.kit.files import Files

TOKEN = "a-token-that-only-tests-know"
ANNA: dict[str, Any] = {
    "id": "110",
    "username": "Anna",
    "acct": "Anna@other.example",
    "display_name": "Anna Öst",
    "url": "https://other.example/@Anna",
    "bot": False,
    "fields": [],
    "emojis": [],
}
MENTION = '<span class="h-card" translate="no"><a href="https://social.example/@desk" class="u-url mention">@<span>desk</span></a></span>'


def status(status_id: str = "201", **more: Any) -> dict[str, Any]:
    """A post of Anna's that names us."""
    return {
        "id": status_id,
        "created_at": "2026-03-01T09:00:00.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://other.example/users/Anna/statuses/{status_id}",
        "url": f"https://other.example/@Anna/{status_id}",
        "edited_at": None,
        "content": f"<p>{MENTION} Where is my lamp?</p>",
        "reblog": None,
        "account": ANNA,
        "media_attachments": [],
        "mentions": [{"id": "1", "username": "desk", "url": "https://social.example/@desk", "acct": "desk"}],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        **more,
    }


def notification(notification_id: str = "31", kind: str = "mention", **more: Any) -> dict[str, Any]:
    """Something that happened to us."""
    return {
        "id": notification_id,
        "type": kind,
        "created_at": "2026-03-01T09:00:01.000Z",
        "group_key": f"ungrouped-{notification_id}",
        "account": ANNA,
        "status": status(),
        **more,
    }


def told(**what: Any) -> bytes:
    """One thing as it is kept."""
    return json.dumps(what).encode()


def account(**settings: Any) -> Account:
    """The inbox of the account."""
    return Account(
        "workspace", "inbox", "key", "Desk", {"server": "https://social.example", **settings}, {"token": TOKEN}
    )


Responder = Callable[[Call], tuple[int, Any] | tuple[int, Any, Mapping[str, str]] | Exception]


class Server:
    """The other side: answers as it is told, and keeps what was asked."""

    def __init__(self, answer: Responder) -> None:
        self.answer = answer
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        """As the way out."""
        self.calls.append(call)
        found = self.answer(call)
        if isinstance(found, Exception):
            raise found
        status, body, *headers = found
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Answer(status, headers[0] if headers else {}, content, call.url)

    def bodies(self) -> list[Any]:
        """What was sent as JSON."""
        return [json.loads(one.body) for one in self.calls if one.headers.get("content-type") == "application/json"]

    def adapter(self, folder: Path, **settings: Any) -> Mastodon:
        """An inbox on this server."""

        async def nothing(*_: Any) -> None:
            """Keep and close nothing."""

        means = Means(
            files=Files(folder), call=self.call, base_address="", key=b"k", keep_secrets=nothing, close=nothing
        )
        return Mastodon(account(**settings), means)


class RecordingDoor:
    """A door that keeps what comes and what is to be remembered."""

    def __init__(self) -> None:
        self.raws: list[Raw] = []
        self.inbounds: list[Inbound] = []
        self.reports: list[Health] = []
        self.state: Mapping[str, object] = {}

    async def receive(self, raw: Raw, inbounds: Sequence[Inbound]) -> None:
        """Keep it."""
        self.raws.append(raw)
        self.inbounds += inbounds

    async def recall(self) -> Mapping[str, object]:
        """What was remembered."""
        return self.state

    async def remember(self, state: Mapping[str, object]) -> None:
        """Until it is asked for."""
        self.state = json.loads(json.dumps(state))

    async def report(self, health: Health) -> None:
        """How the account is."""
        self.reports.append(health)
