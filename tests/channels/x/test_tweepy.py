"""What we ask of X is what `tweepy`, a library that others use for it, asks for the same: method, place and body."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import tweepy
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from typing_extensions import override

from lyhord.channels.x.adapter import X
from lyhord.conversations.exchange import Address, Amendment, Deed, Media, Outbound, Place
from tests.channels.x.accounts import KEY, OTHER, SECRET, TOKEN, TOKEN_SECRET, Script, account, means

TO = Address("x", OTHER)
PNG = Media("lamp.png", "image/png", 4, content=b"\x89PNG")
Asked = tuple[str, str, Any]


class Kept(BaseAdapter):
    """Takes every call, and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[PreparedRequest] = []

    @override
    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        self.asked.append(request)
        answer = Response()
        answer.status_code = 200
        answer._content = b'{"data":{"id":"1","text":"x","hidden":true,"deleted":true}}'
        return answer

    @override
    def close(self) -> None:
        """Nothing is open."""


def theirs(deed: str, *args: Any, **more: Any) -> Asked:
    """What tweepy asks, in the name of the account."""
    client, kept = tweepy.Client(None, KEY, SECRET, TOKEN, TOKEN_SECRET), Kept()
    client.session.mount("https://", kept)
    getattr(client, deed)(*args, **more, user_auth=True)
    (asked,) = kept.asked
    signed, body = asked.headers["authorization"], asked.body
    assert (signed.decode() if isinstance(signed, bytes) else signed).startswith("OAuth ")
    assert body is None or isinstance(body, str | bytes)
    return str(asked.method), urlsplit(str(asked.url)).path, json.loads(body or b"null")


async def ours(folder: Path, deed: Outbound | Amendment) -> Asked:
    """What we ask last for it."""
    script = Script((200, {"data": {"id": "700", "dm_event_id": "900"}}))
    adapter = X(account(), means(script.call, folder))
    await (adapter.send(deed, "key") if isinstance(deed, Outbound) else adapter.amend(deed, "key"))
    call = script.calls[-1]
    assert call.headers["authorization"].startswith("OAuth ")
    return call.method, urlsplit(call.url).path, json.loads(call.body or b"null")


async def test_a_reply(tmp_path: Path) -> None:
    reply = Outbound(to=TO, text="Hej då", answers="50", place=Place("20"))
    wanted = theirs("create_tweet", text="Hej då", in_reply_to_tweet_id="50")
    assert await ours(tmp_path, reply) == wanted


async def test_a_reply_with_a_picture(tmp_path: Path) -> None:
    reply = Outbound(to=TO, text="Look", answers="50", place=Place("20"), media=(PNG,))
    wanted = theirs("create_tweet", text="Look", in_reply_to_tweet_id="50", media_ids=["700"])
    assert await ours(tmp_path, reply) == wanted


@pytest.mark.parametrize("media", [(), (PNG,)])
async def test_a_private_message(media: tuple[Media, ...], tmp_path: Path) -> None:
    said = Outbound(to=TO, text="Hej", media=media)
    more = {"media_id": "700"} if media else {}
    assert await ours(tmp_path, said) == theirs("create_direct_message", participant_id=OTHER, text="Hej", **more)


@pytest.mark.parametrize(
    ("deed", "name"), [("remove", "delete_tweet"), ("hide", "hide_reply"), ("show", "unhide_reply")]
)
async def test_what_was_said_in_public_is_taken_back_hidden_and_shown(deed: Deed, name: str, tmp_path: Path) -> None:
    assert await ours(tmp_path, Amendment(deed=deed, message="60", to=TO)) == theirs(name, "60")
