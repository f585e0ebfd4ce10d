"""Matrix as a channel: one user, for whom the company's homeserver lets us speak and tells us what happens."""

import asyncio
from functools import cached_property
from typing import Any

import msgspec

from lyhord.channels.matrix.homeserver import CLIENT, NO_TOKEN, UNREACHABLE, Homeserver, Trouble
from lyhord.channels.matrix.options import DESCRIPTOR, problems_of, read_options, registration
from lyhord.channels.matrix.outgoing import plan_parts, to_content, to_edit, to_reaction
from lyhord.channels.matrix.payloads import Place, dict_of, read_place, text_of
from lyhord.channels.matrix.reading import events_of, read_transaction
from lyhord.channels.matrix.rooms import Rooms, quoted
from lyhord.conversations.account import Account, Door, Handout, Health, Means
from lyhord.conversations.adapting import judge, needed
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Inbound,
    Media,
    Outbound,
    Outcome,
    Plan,
    Raw,
    Refusal,
    Reply,
    Verdict,
)
from lyhord.kit.clock import SECOND
from lyhord.kit.pacing import full_jitter
from lyhord.kit.problems import NotFound

LOOK_SECONDS = 600.0
TYPING_LASTS = 8 * SECOND
_OWN = "/_matrix/app/v1/"
_DONE = "M_DUPLICATE_ANNOTATION"

__all__ = ["DESCRIPTOR", "Matrix"]


class Matrix:
    """One user. Without `means` it reads and plans, but can't reach its homeserver."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out, the files and the key that tokens are made with."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._account = account
        self._means = means
        self._options = read_options(account, means.key if means else b"")
        self.descriptor = msgspec.structs.replace(DESCRIPTOR, typing_out=self._options.typing)

    def verify(self, raw: Raw) -> Verdict:
        """By the token that the registration gave the homeserver."""
        given = raw.headers.get("authorization", "").removeprefix("Bearer ")
        return judge(self._options.hs_token, given, "token of the homeserver doesn't fit")

    def handshake(self, raw: Raw) -> Reply | None:
        """Whether we have some user or room that nobody has met, we never do; and whether we are there."""
        _, known, asked = raw.path.partition(_OWN)
        if not known or asked.startswith("transactions/") or not self.verify(raw).ok:
            return None
        return _json(200, {}) if asked == "ping" else _json(404, {"errcode": "M_NOT_FOUND"})

    async def look_up(self, raw: Raw) -> None:
        """Accept invitations, and find out who is in the rooms that something happened in. Raises `Trouble`."""
        await self._rooms.look_up(events_of(raw.body))

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one transaction says."""
        if self._means is None:
            return read_transaction(raw.body, {}, self._options.user)
        return read_transaction(raw.body, self._rooms.known, self._options.user, self._rooms.before)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """An empty object, or that the homeserver is to come again."""
        return _json(200 if ok else 503, {})

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says, each file in an event of its own."""
        return plan_parts(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One event. The homeserver knows by `key` whether it has it already."""
        try:
            room = outbound.group_id or await self._rooms.open_direct(outbound.to.value)
            address = await self._upload(outbound.media[0]) if outbound.media else ""
            sent = await self._put(room, "m.room.message", key, to_content(outbound, address))
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return trouble.outcome
        return Accepted(Place(room, sent).id)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Edit, redact or react; done twice it is done once."""
        place = read_place(amendment.message)
        if place is None:
            return Failed(f"amend.no_{amendment.deed}")
        try:
            if amendment.deed == "react":
                await self._react(place, amendment.emoji, key)
            elif amendment.deed == "remove":
                await self._redact(place, key)
            elif amendment.outbound is not None:
                await self._put(place.room, "m.room.message", key, to_edit(amendment.outbound, place.event))
        except Trouble as trouble:
            return Accepted("") if trouble.code == _DONE else trouble.outcome
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """For some seconds, in the room of a person; raises `Trouble`."""
        await self.show_typing_in(await self._rooms.open_direct(to.value))

    async def show_typing_in(self, group_id: str) -> None:
        """For some seconds, in a room; raises `Trouble`."""
        path = f"{CLIENT}/rooms/{quoted(group_id)}/typing/{quoted(self._options.user)}"
        await self._server.ask("PUT", path, {"typing": True, "timeout": TYPING_LASTS})

    async def show_read(self, to: Address, message: str, group_id: str | None = None) -> None:
        """How far the company has read, where the inbox shows it; raises `Trouble`."""
        place = read_place(message)
        if place is not None and self._options.reads:
            path = f"{CLIENT}/rooms/{quoted(place.room)}/receipt/m.read/{quoted(place.event)}"
            await self._server.ask("POST", path, {})

    async def fetch_media(self, media: Media) -> bytes:
        """The bytes behind the homeserver's address of a file."""
        return await self._server.fetch(media.url or "")

    def hand_out(self) -> Handout:
        """The registration that the homeserver needs."""
        return registration(self._options, self._account.key, needed(self._means).base_address)

    async def run(self, door: Door) -> None:
        """Make our user and its name known once the homeserver lets us, and look from time to time whether it still does."""
        tries = 0
        while True:
            health = await self.health()
            if health.ok and await self._introduced():
                tries = 0
                await door.report(health)
                await asyncio.sleep(LOOK_SECONDS)
                continue
            tries += 1
            if not health.ok:
                await door.report(health)
            await asyncio.sleep(min(LOOK_SECONDS, 1 + full_jitter(tries) / SECOND))

    async def health(self) -> Health:
        """Asks the homeserver who it is, then who we are."""
        wrong = problems_of(self._options)
        if wrong:
            return Health(ok=False, problems=wrong)
        try:
            await self._server.ask("GET", "/_matrix/client/versions", seconds=4)
            me = text_of(await self._server.ask("GET", f"{CLIENT}/account/whoami", seconds=4), "user_id")
        except Trouble as trouble:
            if trouble.code in NO_TOKEN:
                return Health(ok=False, problems=(("", "channel.matrix.not_registered", ""),), waits=True)
            said = trouble.words if trouble.lasting else ""
            return Health(ok=False, problems=(("homeserver", _reason(trouble), said),))
        if me != self._options.user:
            return Health(ok=False, problems=(("server_name", "channel.matrix.other_user", me),))
        return Health(ok=True, who=me, link=f"https://matrix.to/#/{me}")

    async def _introduced(self) -> bool:
        """Whether our user is there and has the inbox's name."""
        user, name = self._options.user, {"displayname": self._account.name}
        new = {"type": "m.login.application_service", "username": self._options.localpart, "inhibit_login": True}
        try:
            await self._server.ask("POST", f"{CLIENT}/register", new)
        except Trouble as trouble:
            if not trouble.lasting:
                return False
        try:
            await self._server.ask("PUT", f"{CLIENT}/profile/{quoted(user)}/displayname", name)
        except Trouble as trouble:
            return trouble.lasting
        return True

    async def _upload(self, media: Media) -> str:
        content = await needed(self._means).files.read(media.file or "") if media.content is None else media.content
        return await self._server.upload(media.name, media.type, content)

    async def _put(self, room: str, kind: str, key: str, content: dict[str, Any]) -> str:
        path = f"{CLIENT}/rooms/{quoted(room)}/send/{kind}/{quoted(key)}"
        return text_of(await self._server.ask("PUT", path, content, seconds=60), "event_id")

    async def _redact(self, place: Place, key: str) -> None:
        path = f"{CLIENT}/rooms/{quoted(place.room)}/redact/{quoted(place.event)}/{quoted(key)}"
        await self._server.ask("PUT", path, {})

    async def _react(self, place: Place, emoji: str, key: str) -> None:
        """Ours are what the homeserver says they are: whatever else we answered with is taken back."""
        path = f"/_matrix/client/v1/rooms/{quoted(place.room)}/relations/{quoted(place.event)}/m.annotation/m.reaction"
        found = (await self._server.ask("GET", f"{path}?limit=100")).get("chunk")
        mine = [
            (text_of(one, "event_id"), text_of(dict_of(dict_of(one, "content"), "m.relates_to"), "key"))
            for one in (found if isinstance(found, list) else [])
            if one.get("sender") == self._options.user
        ]
        for number, (event, sign) in enumerate(mine):
            if sign and sign != emoji:
                await self._redact(Place(place.room, event), f"{key}.{number}")
        if emoji and emoji not in {sign for _, sign in mine}:
            await self._put(place.room, "m.reaction", key, to_reaction(place.event, emoji))

    @cached_property
    def _server(self) -> Homeserver:
        return Homeserver(needed(self._means).call, self._options)

    @cached_property
    def _rooms(self) -> Rooms:
        return Rooms(self._server, self._options.user)


def _json(status: int, body: dict[str, str]) -> Reply:
    return Reply(status, msgspec.json.encode(body), "application/json")


def _reason(trouble: Trouble) -> str:
    if getattr(trouble.outcome, "ours", False):
        return "problem.address_refused"
    return "channel.matrix.bad_server" if trouble.lasting else UNREACHABLE
