"""Messenger as a channel: one Facebook Page, with its private messages and what is said on it in public."""

import msgspec
from msgspec.structs import replace

from lyhord.channels.messenger.feed import SCHEME, UNSHOWN, read_change
from lyhord.channels.messenger.hooking import check, keep_hooked
from lyhord.channels.messenger.options import DESCRIPTOR, read_options
from lyhord.channels.messenger.outgoing import (
    Request,
    form_values,
    plan_parts,
    to_action,
    to_amending,
    to_request,
)
from lyhord.channels.meta.events import Event, read_events
from lyhord.channels.meta.graph import Graph, Trouble
from lyhord.channels.meta.sending import MEANINGS, WINDOW, ask_name, fetch_file, outcome_of, take_id, upload_of
from lyhord.channels.meta.talk import Listener, read_talk
from lyhord.channels.meta.webhook import answer_challenge, verify
from lyhord.conversations.account import Account, Door, Health, Means
from lyhord.conversations.adapting import needed
from lyhord.conversations.channel import Window
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
    Unsupported,
    Verdict,
    unread_id,
)
from lyhord.kit.problems import NotFound

__all__ = ["DESCRIPTOR", "Messenger"]


class Messenger:
    """One Page. Without `means` it reads and plans, but can't reach Meta."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out and the files."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self._listener = Listener(SCHEME, "messenger", self._options.app_id)
        self._key = account.key
        self._means = means
        self.descriptor = replace(
            DESCRIPTOR,
            typing_out=self._options.typing,
            window=DESCRIPTOR.window if self._options.human_agent else Window("inbound", WINDOW),
            public=self._options.comments,
        )

    def verify(self, raw: Raw) -> Verdict:
        """By the signature with the app secret."""
        return verify(self._options.app_secret, raw)

    def handshake(self, raw: Raw) -> Reply | None:
        """The challenge, where the verify token fits."""
        return answer_challenge(raw, self._options.verify_token)

    def parse(self, raw: Raw) -> list[Inbound]:
        """What one call tells."""
        try:
            return [one for event in read_events(raw.body) for one in self._read(event)]
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return [Unsupported(external_id=unread_id(raw.body), reason=UNSHOWN)]

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """Nothing but that it was stored; otherwise it is sent again, for up to 36 hours."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; in public without a window."""
        return plan_parts(self._options, self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """One message or comment. Meta can't tell a second attempt from a second message; the echo of a message settles it."""
        try:
            answer = await self._ask(to_request(self._options, outbound, key))
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return outcome_of(trouble)
        return Accepted(take_id(answer, "message_id", "id"))

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """React; hide, show, edit or delete what is public. Done twice it is done once, so that no answer means trying again."""
        request = to_amending(self._options, amendment)
        if isinstance(request, str):
            return Failed(request)
        try:
            await self._ask(request)
        except Trouble as trouble:
            return outcome_of(trouble, again=True)
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """For some twenty seconds; that what was said was read, too, where the inbox wants it told. Raises `Trouble`."""
        if self._options.seen:
            await self._ask(to_action(self._options, to, "mark_seen"))
        await self._ask(to_action(self._options, to, "typing_on"))

    async def fetch_media(self, media: Media) -> bytes:
        """The file behind an address that Meta told."""
        return await fetch_file(needed(self._means).call, media)

    async def fetch_name(self, who: Address) -> str:
        """What a customer who has written is called."""
        return await ask_name(self._page, who, "name", "first_name")

    async def run(self, door: Door) -> None:
        """Be subscribed to the Page, until cancelled."""
        await keep_hooked(
            self._page, self._app, self._options, door, f"{needed(self._means).base_address}/in/{self._key}"
        )

    async def health(self) -> Health:
        """Asks Meta whose token it is, and of which app."""
        return await check(self._page, self._app, self._options, needed(self._means).base_address)

    def _read(self, event: Event) -> list[Inbound]:
        """An app has one address for all its Pages: what is of another one isn't ours to answer, but isn't lost in silence."""
        if event.object != "page":
            return [Unsupported(external_id=event.name, reason=UNSHOWN)]
        if self._options.page_id and event.owner not in (self._options.page_id, "0"):  # "0" when the dashboard tests
            return [Unsupported(external_id=event.name, reason="channel.messenger.of_other_page")]
        if event.kind != "changes":
            return read_talk(self._listener, event)
        return read_change(event) if self._options.comments else []

    async def _ask(self, request: Request) -> msgspec.Raw:
        if request.body is None:
            return await self._page.delete(request.path)
        if request.media is None:
            return await self._page.post(request.path, request.body)
        upload = await upload_of(needed(self._means).files, request.media, request.field)
        return await self._page.upload(request.path, form_values(request.body), upload)

    @property
    def _page(self) -> Graph:
        mine = self._options
        return Graph(
            needed(self._means).call, mine.token, secret=mine.app_secret, server=mine.server, meanings=MEANINGS
        )

    @property
    def _app(self) -> Graph:
        mine = self._options
        return Graph(needed(self._means).call, f"{mine.app_id}|{mine.app_secret}", server=mine.server)
