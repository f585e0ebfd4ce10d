"""What a company says about its homeserver, read from an account; what the channel can do; and the file for the homeserver."""

import hashlib
import hmac
import json
import re

from msgspec import Struct

from lyhord.conversations.account import Account, Handout
from lyhord.conversations.channel import Descriptor, Field, Within

SCHEME = "matrix"
MOST_TEXT = 16_000
"""Bytes of words in one event: with their formatting twice of that, all of it must stay under 65,536."""
_USER = re.compile(r"@[^\s:]{1,200}:[^\s/@]{1,200}")
_LOCAL = re.compile(r"[a-z0-9._=/+-]{1,100}")
_KINDS = frozenset({"text", "html", "image", "audio", "video", "file"})

DESCRIPTOR = Descriptor(
    channel="matrix",
    ingress="webhook",
    schemes=(SCHEME,),
    kinds_in=_KINDS,
    kinds_out=_KINDS,
    text_limit=MOST_TEXT,
    limit_unit="bytes",
    markup="html",
    sent="yes",
    read="partial",
    read_model="watermark",
    typing_in=True,
    typing_out=True,
    edit=Within(),
    delete=Within(),
    reactions=True,
    quotes=True,
    may_initiate=True,
    native_key=True,
    groups=True,
    hands_out=True,
    media_limit=50_000_000,
    fields=(
        Field("homeserver"),
        Field("server_name"),
        Field("localpart", default="support"),
        Field("typing", "switch", required=False, default=True, more=True),
        Field("reads", "switch", required=False, default=False, more=True),
    ),
)


class Options(Struct, frozen=True):
    """The settings of one inbox, with every value of its type. The tokens are those of the registration."""

    homeserver: str
    server_name: str
    localpart: str
    typing: bool
    reads: bool
    as_token: str
    hs_token: str

    @property
    def user(self) -> str:
        """Whom customers write to."""
        return f"@{self.localpart}:{self.server_name}"


def read_options(account: Account, key: bytes) -> Options:
    """The settings of `account`. Its tokens follow from `key` and the inbox, in every process the same."""
    settings = account.settings
    return Options(
        homeserver=str(settings.get("homeserver") or "").strip().rstrip("/"),
        server_name=str(settings.get("server_name") or "").strip(),
        localpart=str(settings.get("localpart") or "support").strip().lower(),
        typing=settings.get("typing") is not False,
        reads=settings.get("reads") is True,
        as_token=_token(key, "as", account.key),
        hs_token=_token(key, "hs", account.key),
    )


def is_user(text: str) -> bool:
    """Whether it is a Matrix id of a person."""
    return bool(_USER.fullmatch(text)) and len(text) <= 255


def problems_of(options: Options) -> tuple[tuple[str, str, str], ...]:
    """What can't be right, before anybody is asked."""
    found = []
    if not options.homeserver.startswith(("http://", "https://")):
        found.append(("homeserver", "channel.matrix.no_address", ""))
    if not _LOCAL.fullmatch(options.localpart):
        found.append(("localpart", "channel.matrix.bad_localpart", ""))
    elif not is_user(options.user):
        found.append(("server_name", "channel.matrix.bad_server_name", ""))
    return tuple(found)


def registration(options: Options, key: str, base_address: str) -> Handout:
    """The file that the homeserver reads at its start; JSON strings are YAML, so that no name can break it."""
    name = f"lyhord-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    lines = [
        f"id: {name}",
        f"url: {json.dumps(f'{base_address}/in/{key}')}",
        f"as_token: {options.as_token}",
        f"hs_token: {options.hs_token}",
        f"sender_localpart: {json.dumps(options.localpart)}",
        "rate_limited: false",
        "receive_ephemeral: true",
        "de.sorunome.msc2409.push_ephemeral: true",
        "namespaces:",
        "  users:",
        "    - exclusive: true",
        f"      regex: {json.dumps(re.escape(options.user))}",
        "  rooms: []",
        "  aliases: []",
    ]
    return Handout(f"{name}.yaml", "application/yaml", "\n".join(lines) + "\n")


def _token(key: bytes, which: str, inbox: str) -> str:
    return hmac.new(key, f"matrix {which}:{inbox}".encode(), hashlib.sha256).hexdigest()
