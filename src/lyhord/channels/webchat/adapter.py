"""The web chat as a channel: nothing is fetched and nobody is called; what is said waits until the visitor's page takes it."""

import re
from hashlib import sha256
from typing import Final

from lyhord.channels.webchat.signature import SECRET_LENGTH, read_statement
from lyhord.conversations.account import Account, Door, Health
from lyhord.conversations.channel import Descriptor, Field, Within
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
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
)
from lyhord.conversations.plan import plan_by_descriptor
from lyhord.kit.problems import NotFound

_KINDS = frozenset({"text", "image", "audio", "video", "file"})
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

DESCRIPTOR: Final = Descriptor(
    channel="webchat",
    ingress="visitor",
    schemes=("webchat",),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=20_000,
    button_limit=10,
    media_limit=25_000_000,
    sent="yes",
    delivered="yes",
    read="yes",
    read_model="watermark",
    typing_in=True,
    typing_out=True,
    edit=Within(),
    delete=Within(),
    reactions=True,
    quotes=True,
    may_initiate=True,
    native_key=True,
    fields=(
        Field("company", required=False, default=""),
        Field("accent", required=False, default="#0f5e63"),
        Field("allowed_origins", "lines", required=False),
        Field("logo", required=False, default="", more=True),
        Field("pre_chat", "choice", required=False, default="none", choices=("none", "name", "name_email"), more=True),
        Field("identity_secret", "secret", required=False, more=True),
        Field("complaints", "switch", required=False, default=False, more=True),
        Field("push", "switch", required=False, default=True, more=True),
        Field("push_words", "switch", required=False, default=False, more=True),
    ),
)


class WebChat:
    """One web-chat inbox. It is called by nobody, so every webhook is refused."""

    def __init__(self, account: Account) -> None:
        self.descriptor = DESCRIPTOR
        self._account = account

    def verify(self, raw: Raw) -> Verdict:
        """Always refused: visitors speak to the visitor API."""
        return Verdict(ok=False, reason="the web chat takes no webhooks")

    def handshake(self, raw: Raw) -> Reply | None:
        """None: nobody sets anything up."""
        return None

    def parse(self, raw: Raw) -> list[Inbound]:
        """Whatever was posted is no message of ours."""
        return [Unsupported(external_id=sha256(raw.body).hexdigest(), reason="the web chat takes no webhooks")]

    def ack(self, raw: Raw, *, ok: bool) -> Reply:
        """An empty answer."""
        return Reply(status=200 if ok else 503)

    def plan(self, outbound: Outbound, context: Context) -> Plan | Refusal:
        """As the descriptor says; the panel shows plain text with links."""
        return plan_by_descriptor(self.descriptor, outbound, context)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """At once: the message is stored, and the visitor's stream takes it from there."""
        return Accepted(key)

    async def amend(self, amendment: Amendment, key: str) -> Outcome:
        """At once, as `send`: the visitor's page shows the row as it is."""
        return Accepted(key)

    async def show_typing(self, to: Address) -> None:
        """Nothing: the visitor's stream tells it."""

    async def fetch_media(self, media: Media) -> bytes:
        """Raises `NotFound`: visitors upload their files."""
        raise NotFound("the web chat has no files elsewhere")

    async def run(self, door: Door) -> None:
        """Nothing to fetch."""

    async def health(self) -> Health:
        """Whether the settings make sense; there is nobody else to ask."""
        problems = [("accent", "channel.webchat.bad_accent", "")] if not self._accent_fits() else []
        problems += [("allowed_origins", "channel.webchat.bad_origin", line) for line in self._bad_origins()]
        if 0 < len(self._account.secrets.get("identity_secret", "")) < SECRET_LENGTH:
            problems.append(("identity_secret", "channel.webchat.short_secret", str(SECRET_LENGTH)))
        logo = str(self._account.settings.get("logo") or "")
        if logo and not logo.startswith(("https://", "data:image/png;base64,", "data:image/jpeg;base64,")):
            problems.append(("logo", "channel.webchat.bad_logo", ""))
        return Health(ok=not problems, problems=tuple(problems))

    def vouch(self, statement: str, now: int) -> tuple[Address, ...]:
        """The identities that the company's site signed for (a JWT), ours first; raises `NotSignedIn` for a bad statement."""
        return read_statement(statement, self._account, now)

    def _accent_fits(self) -> bool:
        accent = str(self._account.settings.get("accent") or "")
        return not accent or _COLOUR.fullmatch(accent) is not None

    def _bad_origins(self) -> list[str]:
        lines = self._account.settings.get("allowed_origins") or ()
        found = lines.split() if isinstance(lines, str) else lines if isinstance(lines, (list, tuple)) else ()
        return [str(line) for line in found if not _ORIGIN.fullmatch(str(line))]
