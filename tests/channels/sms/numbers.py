"""Numbers at each way, with a way out that a test answers."""

from collections.abc import Callable

from lyhord.channels.sms.adapter import Sms
from lyhord.channels.sms.tools import Tools
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Address, Media, Outbound
from lyhord.kit.egress import Answer, Call

PUBLIC = "https://help.example"
OURS, CUSTOMER = "+46701740605", "+46701740606"
TOKEN = "token-of-the-number"


class Outside:
    """What is out there: remembers what it was asked, and answers or fails as told."""

    def __init__(self, answer: Answer | Exception | Callable[[Call], Answer] | None = None) -> None:
        self.answer = answer
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Answer:
        """As `Egress.call`."""
        self.calls.append(call)
        if isinstance(self.answer, Exception):
            raise self.answer
        assert self.answer is not None
        return self.answer if isinstance(self.answer, Answer) else self.answer(call)


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    """What a service says."""
    return Answer(status, headers, body, "https://api.example")


def number(outside: Outside | None = None, **settings: object) -> Sms:
    """A number at Twilio, or elsewhere as the settings say."""
    way = settings.get("way", "twilio")
    secrets = {
        "twilio": {"auth_token": TOKEN},
        "kannel": {"kannel_password": "sendsms-password", "call_password": "calls-secret"},
        "smpp": {"smpp_password": "pw"},
    }[str(way)]
    given = {
        "number": OURS,
        "account_sid": "AC1",
        "kannel_address": "http://10.0.0.5:13013/cgi-bin/sendsms",
        "kannel_user": "firm",
        "system_id": "firm",
        "smpp_host": "127.0.0.1",
        **settings,
    }
    account = Account("workspace", "inbox", "key", "Number", given, secrets)
    return Sms(account, Tools((outside or Outside()).call, PUBLIC, address_of=lend))


def lend(media: Media, until: int) -> str:
    """The address of a file."""
    return f"{PUBLIC}/file/{media.name}?lent={media.file}" if media.file else ""


def outbound(text: str = "Hello", to: str = CUSTOMER) -> Outbound:
    """What the company says."""
    return Outbound(to=Address("tel", to), text=text)
