"""What a company says about its mailbox, read from an account; and the questions that ask for it."""

from collections.abc import Mapping
from typing import Literal, cast

from msgspec import Struct

from lyhord.channels.mail.addresses import is_address
from lyhord.channels.mail.payloads import Reading
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field
from lyhord.kit.text import fold_email

Security = Literal["tls", "starttls", "plain"]

MEGABYTE = 1_000_000
LIMIT_MEGABYTES = 60
_KINDS = frozenset({"text", "html", "image", "audio", "video", "file"})
_SECURITIES = ("tls", "starttls", "plain")

_IMAP = ("receive", "imap")
_SMTP = ("receive", "smtp")
_PASSWORD = ("auth", "password")
_OAUTH = ("auth", "google", "microsoft", "oauth2")

FIELDS = (
    Field("address", "email"),
    Field("receive", "choice", default="imap", choices=("imap", "smtp", "none")),
    Field("imap_host", when=_IMAP),
    Field("listen_host", default="127.0.0.1", when=_SMTP),
    Field("listen_port", "number", when=_SMTP),
    Field("smtp_host"),
    Field("auth", "choice", default="password", choices=("password", "google", "microsoft", "oauth2", "none")),
    Field("username", required=False, when=(*_OAUTH, "password")),
    Field("password", "secret", when=_PASSWORD),
    Field("client_id", when=_OAUTH),
    Field("client_secret", "secret", required=False, when=_OAUTH),
    Field("refresh_token", "secret", when=_OAUTH),
    Field("token_address", when=("auth", "oauth2")),
    Field("imap_security", "choice", required=False, default="tls", choices=_SECURITIES, when=_IMAP, more=True),
    Field("imap_port", "number", required=False, when=_IMAP, more=True),
    Field("imap_folder", required=False, default="INBOX", when=_IMAP, more=True),
    Field("smtp_security", "choice", required=False, default="tls", choices=_SECURITIES, more=True),
    Field("smtp_port", "number", required=False, more=True),
    Field("aliases", "lines", required=False, more=True),
    Field("reply_addresses", "choice", required=False, default="none", choices=("none", "plus", "domain"), more=True),
    Field("reply_domain", when=("reply_addresses", "domain"), more=True),
    Field("forms", "lines", required=False, more=True),
    Field("trusted_server", required=False, more=True),
    Field("limit_megabytes", "number", required=False, default=LIMIT_MEGABYTES, more=True),
    Field("read_receipts", "switch", required=False, default=False, more=True),
)

DESCRIPTOR = Descriptor(
    channel="mail",
    ingress="smtp",
    schemes=("email",),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    markup="html",
    media_limit=25 * MEGABYTE,
    sent="yes",
    delivered="partial",
    read="partial",
    read_model="message",
    subject=True,
    copies=True,
    quotes=True,
    signatures=True,
    threads=True,
    may_initiate=True,
    undo_seconds=10,
    payload_type="message/rfc822",
    fields=FIELDS,
)


class Server(Struct, frozen=True):
    """Where to connect, and how the way there is protected."""

    host: str
    port: int
    security: Security


class Options(Struct, frozen=True):
    """The settings of one mailbox, with every value of its type. Secrets stay with the account."""

    address: str
    addresses: tuple[str, ...]
    receive: str
    imap: Server
    folder: str
    smtp: Server
    auth: str
    username: str
    listen: Server
    limit: int
    trusted_server: str
    reply_addresses: str
    reply_domain: str
    read_receipts: bool
    forms: tuple[str, ...]
    client_id: str
    token_address: str

    @property
    def domain(self) -> str:
        """The domain of the address, in which our message ids are made."""
        return self.address.rpartition("@")[2] or "localhost"


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    answers = _Answers(account.settings)
    address = fold_email(answers.text("address"))
    aliases = tuple(fold_email(line) for line in answers.lines("aliases") if is_address(line))
    return Options(
        address=address,
        addresses=tuple(dict.fromkeys((address, *aliases))),
        receive=answers.text("receive") or "imap",
        imap=answers.server("imap"),
        folder=answers.text("imap_folder") or "INBOX",
        smtp=answers.server("smtp"),
        auth=answers.text("auth") or "password",
        username=answers.text("username") or address,
        listen=Server(answers.text("listen_host") or "127.0.0.1", answers.number("listen_port", 0), "plain"),
        limit=max(1, answers.number("limit_megabytes", LIMIT_MEGABYTES)) * MEGABYTE,
        trusted_server=answers.text("trusted_server"),
        reply_addresses=answers.text("reply_addresses") or "none",
        reply_domain=answers.text("reply_domain").lower(),
        read_receipts=answers.settings.get("read_receipts") in {True, "true", "on", "1"},
        forms=tuple(fold_email(line) for line in answers.lines("forms")),
        client_id=answers.text("client_id"),
        token_address=answers.text("token_address"),
    )


def make_reading(account: Account, options: Options, signing_key: bytes) -> Reading:
    """How mails of this inbox are read."""
    return Reading(account.workspace_id, options.addresses, signing_key, options.trusted_server, options.forms)


class _Answers(Struct, frozen=True):
    settings: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.settings.get(name)
        return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default

    def lines(self, name: str) -> list[str]:
        value = self.settings.get(name)
        found = value.split() if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
        return [str(line).strip() for line in found if str(line).strip()]

    def server(self, name: str) -> Server:
        security = self.text(f"{name}_security")
        kind = cast("Security", security) if security in _SECURITIES else "tls"
        usual = {"imap": {"tls": 993}, "smtp": {"tls": 465, "starttls": 587, "plain": 25}}[name].get(kind, 143)
        return Server(self.text(f"{name}_host"), self.number(f"{name}_port", usual), kind)
