"""E-mail as a channel: what it can do, and one mailbox's way in and out."""

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from lyhord.channels.mail.compose import check_addresses
from lyhord.channels.mail.options import DESCRIPTOR, make_reading, read_options
from lyhord.channels.mail.payloads import read_mail, read_refused
from lyhord.channels.mail.reply_address import Marks
from lyhord.channels.mail.tools import Tools
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.adapting import needed
from lyhord.conversations.exchange import (
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
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.problems import NotFound

if TYPE_CHECKING:
    from lyhord.channels.mail.servers import Servers

HEAD_BYTES = 256_000

__all__ = ["DESCRIPTOR", "Mail"]


class Mail:
    """One mailbox. Without `tools` it reads, plans and composes, but neither fetches nor sends files."""

    make_tools = Tools.lent

    def __init__(self, account: Account, tools: Tools | None = None) -> None:
        self.descriptor = DESCRIPTOR
        self._account = account
        self._tools = tools
        self._options = read_options(account)
        self._signing_key = tools.signing_key if tools is not None else secrets.token_bytes(32)
        self._marks = Marks(self._signing_key, account.workspace_id)

    def verify(self, raw: Raw) -> Verdict:
        """Always refused: mail is fetched, or comes to the SMTP receiver; nobody posts it."""
        return Verdict(ok=False, reason="mail takes no webhooks")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """The mail in `raw.body`, in this process. `run` parses in a child instead."""
        return read_mail(raw.body, make_reading(self._account, self._options, self._signing_key))

    async def read_apart(self, raw: bytes) -> list[Inbound]:
        """As `parse`, in a child that can be killed, with the attachments put into the file store."""
        reading = make_reading(self._account, self._options, self._signing_key)
        return await needed(self._tools).parsers.parse(reading, raw)

    def refuse_large(self, head: bytes) -> Inbound:
        """What stands for a mail over the limit."""
        reading = make_reading(self._account, self._options, self._signing_key)
        return read_refused(head[:HEAD_BYTES], reading, "problem.mail.too_large")

    @property
    def addresses(self) -> tuple[str, ...]:
        """The inbox's own addresses, folded."""
        return self._options.addresses

    @property
    def limit(self) -> int:
        """Bytes of the largest mail that is taken."""
        return self._options.limit

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """An empty answer."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; refused where an address of the envelope is none."""
        refused = check_addresses(outbound) if outbound.to.value else None
        if refused is not None:
            return Refusal("plan.bad_address")
        return plan_by_descriptor(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """By the company's SMTP server. The same key is the same mail, by its message id."""
        refused = check_addresses(outbound)
        if refused is not None:
            return Failed(f"problem.mail.no_address: {refused[:100]}")
        return await self._servers.send(outbound, key)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """Refused: what was mailed stays as it was mailed."""
        return Failed("amend.not_here")

    async def show_typing(self, to: Address) -> None:
        """Nothing: mail knows of none."""

    async def fetch_media(self, media: Media) -> bytes:
        """Raises `NotFound`: attachments come with their mail."""
        raise NotFound("files of mails are in the store")

    async def run(self, door: Door) -> None:
        """Fetch from the IMAP folder, or listen for forwarded mail, until cancelled."""
        await self._servers.run(door)

    async def health(self) -> Health:
        """Signs in at both servers, or tells what is missing for that."""
        return await self._servers.check()

    @cached_property
    def _servers(self) -> "Servers":
        from lyhord.channels.mail.servers import Servers  # noqa: PLC0415 - mail libraries take memory that an idle server spares

        return Servers(self._account, self._options, needed(self._tools))
