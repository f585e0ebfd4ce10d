"""Instagram as a channel: one professional account, with its private messages and the comments below what it posts."""

import json

import msgspec
from msgspec.structs import replace

from lyhord.channels.instagram.comments import SCHEME, UNSHOWN, read_change
from lyhord.channels.instagram.hooking import check, keep_hooked
from lyhord.channels.instagram.options import DESCRIPTOR, read_options
from lyhord.channels.instagram.outgoing import (
    Request,
    plain_name,
    plan_parts,
    to_action,
    to_amending,
    to_request,
)
from lyhord.channels.meta.events import Event, read_events
from lyhord.channels.meta.graph import SERVER, Graph, Trouble
from lyhord.channels.meta.sending import MEANINGS, WINDOW, ask_name, fetch_file, kind_of, outcome_of, take_id, upload_of
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
from lyhord.kit.clock import DAY, system_clock
from lyhord.kit.problems import NotFound

__all__ = ["DESCRIPTOR", "Instagram"]
_TEXT = frozenset({"text"})


class Instagram:
    """One account. Without `means` it reads and plans, but can't reach Meta."""

    @staticmethod
    def make_tools(means: Means) -> Means:
        """Inboxes share nothing but the way out and the files."""
        return means

    def __init__(self, account: Account, means: Means | None = None) -> None:
        self._options = read_options(account)
        self._listener = Listener(SCHEME, "instagram", self._options.app_id)
        self._account = account
        self._means = means
        self.descriptor = replace(
            DESCRIPTOR,
            kinds_out=DESCRIPTOR.kinds_out if self._options.by_page else _TEXT,
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
        """One message or comment. Meta can't tell a second attempt from a second message, so that no answer is `Unknown`."""
        try:
            attachment = await self._upload(outbound.media[0]) if outbound.media and not outbound.place else None
        except NotFound:
            return Failed("file.lost")
        except Trouble as trouble:
            return outcome_of(trouble, again=True)
        try:
            answer = await self._ask(to_request(self._options, outbound, attachment))
        except Trouble as trouble:
            return outcome_of(trouble)
        return Accepted(take_id(answer, "message_id", "id"))

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """React; hide, show or delete a comment. Done twice it is done once, so that no answer means trying again."""
        request = to_amending(amendment)
        if isinstance(request, str):
            return Failed(request)
        try:
            await self._ask(request)
        except Trouble as trouble:
            return outcome_of(trouble, again=True)
        return Accepted("")

    async def show_typing(self, to: Address) -> None:
        """For some seconds; that what was said was read, too, where the inbox wants it told. Raises `Trouble`."""
        if self._options.seen:
            await self._ask(to_action(to, "mark_seen"))
        await self._ask(to_action(to, "typing_on"))

    async def fetch_media(self, media: Media) -> bytes:
        """The file behind an address that Meta told."""
        return await fetch_file(needed(self._means).call, media)

    async def fetch_name(self, who: Address) -> str:
        """What a customer who has written is called."""
        return await ask_name(self._graph, who, "name", "username")

    async def run(self, door: Door) -> None:
        """Be subscribed to the account, with a token that lives, until cancelled."""

        async def keep_token(token: str) -> None:
            secrets = {**self._account.secrets, "token": token}
            await needed(self._means).keep_secrets(self._account.workspace_id, self._account.inbox_id, secrets)

        await keep_hooked(self._graph, self._options, door, keep_token, lambda: system_clock() // DAY)

    async def health(self) -> Health:
        """Asks Meta whose token it is."""
        return await check(self._graph, self._app, self._options, needed(self._means).base_address)

    def _read(self, event: Event) -> list[Inbound]:
        """An app has one address for all its accounts: what is of another one isn't ours to answer, but isn't lost in silence."""
        if event.object != "instagram":
            return [Unsupported(external_id=event.name, reason=UNSHOWN)]
        if self._options.account_id and event.owner not in (self._options.account_id, "0"):
            return [Unsupported(external_id=event.name, reason="channel.instagram.of_other_account")]
        if event.kind != "changes":
            return read_talk(self._listener, event)
        return read_change(event) if self._options.comments else []

    async def _upload(self, media: Media) -> dict[str, object]:
        """Bring a file there first, by way of the Page; what stands for it in the message then."""
        upload = await upload_of(needed(self._means).files, media, "filedata", name=plain_name(media))
        about = {"attachment": {"type": kind_of(media), "payload": {"is_reusable": "true"}}}
        fields = {"platform": "instagram", "message": json.dumps(about)}
        answer = await self._graph.upload("me/message_attachments", fields, upload)
        return {"type": "MEDIA_SHARE", "payload": {"id": take_id(answer, "attachment_id")}}

    async def _ask(self, request: Request) -> msgspec.Raw:
        if request.body is None:
            return await self._graph.delete(request.path)
        return await self._graph.post(request.path, request.body)

    @property
    def _graph(self) -> Graph:
        mine = self._options
        secret = mine.app_secret if mine.by_page else ""
        return Graph(needed(self._means).call, mine.token, secret=secret, server=mine.server, meanings=MEANINGS)

    @property
    def _app(self) -> Graph:
        mine = self._options
        return Graph(
            needed(self._means).call,
            f"{mine.app_id}|{mine.app_secret}",
            server=SERVER if not mine.by_page else mine.server,
        )
