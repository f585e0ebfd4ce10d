"""What a company says about its component, read from an account; and what the channel can do."""

import re

from msgspec import Struct

from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field, Within

SCHEME = "xmpp"
MOST_TEXT = 20_000
_KINDS = frozenset({"text", "image", "audio", "video", "file"})
_DOMAIN = re.compile(r"[^\s/@<>'\"&]{1,250}")
_LOCAL = re.compile(r"[^\s/@<>'\"&:]{1,250}")

DESCRIPTOR = Descriptor(
    channel="xmpp",
    ingress="socket",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=MOST_TEXT,
    sent="yes",
    delivered="partial",
    read="partial",
    read_model="watermark",
    typing_in=True,
    typing_out=True,
    edit=Within(),
    delete=Within(),
    reactions=True,
    quotes=True,
    may_initiate=True,
    groups=True,
    payload_type="application/xml",
    fields=(
        Field("host"),
        Field("port", "number", default=5347),
        Field("domain"),
        Field("secret", "secret"),
        Field("localpart", default="support"),
        Field("rooms", "lines", required=False),
        Field("tls", "switch", required=False, default=False, more=True),
        Field("nick", required=False, default="", more=True),
        Field("upload_service", required=False, default="", more=True),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("reads", "switch", required=False, default=False, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. The secret stays with the account."""

    host: str
    port: int
    domain: str
    localpart: str
    tls: bool
    nick: str
    rooms: tuple[str, ...]
    upload_service: str
    typing: bool
    reads: bool

    @property
    def address(self) -> str:
        """Whom customers write to."""
        return f"{self.localpart}@{self.domain}"


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    settings = account.settings
    port, rooms = settings.get("port"), settings.get("rooms")
    return Options(
        host=_text(settings.get("host")),
        port=port if isinstance(port, int) and 0 < port < 65_536 else 5347,
        domain=_text(settings.get("domain")).lower(),
        localpart=_text(settings.get("localpart")).lower() or "support",
        tls=settings.get("tls") is True,
        nick=_text(settings.get("nick")) or account.name,
        rooms=tuple(
            bare_of(_text(one)) for one in (rooms if isinstance(rooms, list) else ()) if is_address(_text(one))
        ),
        upload_service=_text(settings.get("upload_service")).lower(),
        typing=settings.get("typing") is not False,
        reads=settings.get("reads") is True,
    )


def bare_of(address: str) -> str:
    """An address without its resource, as it is compared: the rest knows no capitals."""
    return address.partition("/")[0].lower()


def is_address(text: str) -> bool:
    """Whether it is the address of a person or room; a resource may follow."""
    local, at, domain = text.partition("/")[0].partition("@")
    return bool(at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain))


def problems_of(options: Options, secret: str) -> tuple[tuple[str, str, str], ...]:
    """What can't be right, before anybody is asked."""
    missing = [
        (name, "field.missing", "")
        for name, value in (("host", options.host), ("domain", options.domain), ("secret", secret))
        if not value
    ]
    if options.domain and not is_address(options.address):
        missing.append(("localpart", "channel.xmpp.bad_address", options.address))
    return tuple(missing)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
