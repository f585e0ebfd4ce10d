"""What a company says about its number, read from an account; and the questions that ask for it."""

from collections.abc import Mapping
from typing import Literal, cast

from msgspec import Struct

from lyhord.channels.sms.numbers import NAMED, to_number
from lyhord.conversations.account import Account
from lyhord.conversations.channel import Descriptor, Field
from lyhord.conversations.keywords.model import SETTING

Way = Literal["twilio", "smpp", "kannel"]
LONGEST = 1_600
TWILIO = "https://api.twilio.com"

_TWILIO, _SMPP, _KANNEL = ("way", "twilio"), ("way", "smpp"), ("way", "kannel")

FIELDS = (
    Field("way", "choice", default="twilio", choices=("twilio", "smpp", "kannel")),
    Field("number"),
    Field("account_sid", when=_TWILIO),
    Field("auth_token", "secret", when=_TWILIO),
    Field("smpp_host", when=_SMPP),
    Field("smpp_port", "number", default=2775, when=_SMPP),
    Field("smpp_tls", "switch", required=False, default=False, when=_SMPP),
    Field("system_id", when=_SMPP),
    Field("smpp_password", "secret", when=_SMPP),
    Field("kannel_address", when=_KANNEL),
    Field("kannel_user", when=_KANNEL),
    Field("kannel_password", "secret", when=_KANNEL),
    Field("call_password", "secret", when=_KANNEL),
    Field(SETTING, "lines", required=False, more=True),
    Field("messaging_service", required=False, when=_TWILIO, more=True),
    Field("pictures", "switch", required=False, default=False, when=_TWILIO, more=True),
    Field("api_address", required=False, default=TWILIO, when=_TWILIO, more=True),
    Field("system_type", required=False, default="", when=_SMPP, more=True),
    Field("smpp_alphabet", "choice", required=False, default="gsm", choices=("gsm", "latin1"), when=_SMPP, more=True),
    Field("smpp_long", "choice", required=False, default="udh", choices=("udh", "payload"), when=_SMPP, more=True),
    Field(
        "smpp_receipts", "choice", required=False, default="same", choices=("same", "decimal"), when=_SMPP, more=True
    ),
    Field("country_code", required=False, default="", more=True),
    Field("confirms", "switch", required=False, default=True, more=True),
    Field("public_address", required=False, default="", when=("way", "twilio", "kannel"), more=True),
)

DESCRIPTOR = Descriptor(
    channel="sms",
    ingress="webhook",
    schemes=("tel", NAMED),
    kinds_in=frozenset({"text", "image", "audio", "video", "file"}),
    kinds_out=frozenset({"text"}),
    text_limit=LONGEST,
    media_limit=5_000_000,
    sent="yes",
    delivered="partial",
    may_initiate=True,
    opt_out=True,
    payload_type="text/plain",
    fields=FIELDS,
)


class Options(Struct, frozen=True):
    """The settings of one number, with every value of its type. Secrets stay with the account."""

    way: Way
    number: str
    country: str
    confirms: bool
    public_address: str
    account_sid: str
    messaging_service: str
    pictures: bool
    api_address: str
    host: str
    port: int
    tls: bool
    system_id: str
    system_type: str
    latin1: bool
    payload: bool
    decimal: bool
    kannel_address: str
    kannel_user: str


def read_options(account: Account) -> Options:
    """The settings of `account`; what is missing or of a wrong type counts as not given."""
    answers = _Answers(account.settings)
    way = answers.text("way")
    country = answers.text("country_code").lstrip("+0")
    number = answers.text("number")
    return Options(
        way=cast("Way", way) if way in ("twilio", "smpp", "kannel") else "twilio",
        number=number if any(letter.isalpha() for letter in number) else to_number(number, country),
        country=country if country.isascii() and country.isdigit() else "",
        confirms=answers.settings.get("confirms") is not False,
        public_address=answers.text("public_address").rstrip("/"),
        account_sid=answers.text("account_sid"),
        messaging_service=answers.text("messaging_service"),
        pictures=way not in ("smpp", "kannel") and answers.settings.get("pictures") is True,
        api_address=(answers.text("api_address") or TWILIO).rstrip("/"),
        host=answers.text("smpp_host"),
        port=answers.number("smpp_port", 2775),
        tls=answers.settings.get("smpp_tls") is True,
        system_id=answers.text("system_id"),
        system_type=answers.text("system_type"),
        latin1=answers.text("smpp_alphabet") == "latin1",
        payload=answers.text("smpp_long") == "payload",
        decimal=answers.text("smpp_receipts") == "decimal",
        kannel_address=answers.text("kannel_address"),
        kannel_user=answers.text("kannel_user"),
    )


class _Answers(Struct, frozen=True):
    settings: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.settings.get(name)
        return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
