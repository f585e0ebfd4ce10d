"""The sandbox as a channel: the tab posts signed webhooks as a vendor would; what goes out is shown in the tab."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

import msgspec

from lyhord.channels.sandbox.payloads import read_challenge, read_payload
from lyhord.channels.sandbox.plays import FIELDS, played, read_price
from lyhord.channels.sandbox.templates import TEMPLATES
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.adapting import judge
from lyhord.conversations.channel import Descriptor, Within
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
    Retry,
    Template,
    Unknown,
    Verdict,
)
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.problems import NotFound

SIGNATURE = "x-sandbox-signature"
_KINDS = frozenset({"text", "image", "audio", "video", "file"})
_LEAST_SECRET = 16

DESCRIPTOR: Final = Descriptor(
    channel="sandbox",
    ingress="webhook",
    schemes=("sandbox",),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    button_limit=10,
    list_limit=10,
    sent="yes",
    delivered="yes",
    read="yes",
    read_model="message",
    edit=Within(),
    delete=Within(),
    reactions=True,
    threads=True,
    may_initiate=True,
    opt_out=True,
    native_key=True,
    templates=True,
    echoes=True,
    expires=True,
    public=True,
    private_answer=Within(7 * DAY // SECOND),
    hide=True,
    groups=True,
    fields=FIELDS,
)

_TROUBLE: Final[dict[str, Outcome]] = {
    "retry": Retry("the sandbox was told to refuse for now", 2),
    "failed": Failed("the sandbox was told to refuse"),
    "unknown": Unknown("the sandbox was told not to answer"),
}


class Sandbox:
    """One sandbox inbox: the descriptor that its settings ask for, and a secret that signs what comes in."""

    def __init__(self, account: Account) -> None:
        self.descriptor = played(DESCRIPTOR, account.settings)
        self._trouble = _TROUBLE.get(str(account.settings.get("trouble", "")))
        self._price = read_price(account.settings)
        self._secret = str(account.settings.get("signing_key") or "").encode()

    def verify(self, raw: Raw) -> Verdict:
        """Header `X-Sandbox-Signature: sha256=<HMAC-SHA256 of the body in hex>`."""
        if len(self._secret) < _LEAST_SECRET:
            return Verdict(ok=False, reason="no signing key")
        wanted = "sha256=" + hmac.new(self._secret, raw.body, hashlib.sha256).hexdigest()
        return judge(wanted, raw.headers.get(SIGNATURE, ""), "signature doesn't fit")

    def handshake(self, raw: Raw) -> Reply | None:
        """`{"challenge": "…"}` is answered with the same words, as many vendors want it."""
        challenge = read_challenge(raw.body)
        return None if challenge is None else Reply(body=challenge.encode("utf-8", "replace"))

    def parse(self, raw: Raw) -> list[Inbound]:
        """Messages and receipts of one call; see README.md."""
        return read_payload(raw.body)

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """What the tab expects."""
        return Reply(status=200 if ok else 503, body=b'{"ok":true}' if ok else b"", content_type="application/json")

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor in play says, at the price in play for each part."""
        planned = plan_by_descriptor(self.descriptor, outbound, context)
        if isinstance(planned, Refusal) or self._price is None:
            return planned
        cost = msgspec.structs.replace(self._price, micros=self._price.micros * len(planned.parts))
        return msgspec.structs.replace(planned, cost=cost)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """Accepted at once, or whatever trouble the settings ask for."""
        return self._trouble or Accepted(key)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """As `send`."""
        return self._trouble or Accepted(key)

    async def show_typing(self, to: Address) -> None:
        """Nothing: the tab shows none."""

    async def show_typing_in(self, group_id: str) -> None:
        """Nothing, either."""

    async def fetch_media(self, media: Media) -> bytes:
        """Raises `NotFound`: the tab sends no addresses of files."""
        raise NotFound("the sandbox has no files elsewhere")

    async def list_templates(self) -> Sequence[Template]:
        """Some of every kind. Raises, as `fetch_media` may, while the settings ask for trouble."""
        if isinstance(self._trouble, Failed):
            raise NotFound("the sandbox was told to refuse", key="templates.trouble")
        if self._trouble is not None:
            raise ConnectionError("the sandbox was told not to answer")
        return TEMPLATES

    async def run(self, door: Door) -> None:
        """Nothing to fetch."""

    async def health(self) -> Health:
        """Whether there is a key to sign with."""
        if len(self._secret) >= _LEAST_SECRET:
            return Health(ok=True)
        return Health(ok=False, problems=(("signing_key", "channel.sandbox.short_key", str(_LEAST_SECRET)),))
