"""A number behind a Kannel gateway: its smsbox calls us with what comes, and is called with what goes."""

import hashlib
import hmac
import re
from base64 import b64decode
from urllib.parse import parse_qsl, urlencode

from lyhord.channels.sms.alphabet import is_gsm
from lyhord.channels.sms.numbers import address_of
from lyhord.channels.sms.options import Options
from lyhord.channels.sms.tools import Tools
from lyhord.channels.sms.ways import (
    BAD_LOGIN,
    BUSY,
    NO_ANSWER,
    REFERENCE,
    UNREACHABLE,
    Texts,
    called_at,
    flags_of,
    missing,
    not_understood,
)
from lyhord.conversations.account import Account, Health
from lyhord.conversations.exchange import (
    Accepted,
    Failed,
    Inbound,
    InboundMessage,
    InboundStatus,
    Outbound,
    Outcome,
    Raw,
    Reply,
    Retry,
    Unknown,
    Verdict,
)
from lyhord.conversations.optouts.model import find_wish
from lyhord.kit.clock import SECOND
from lyhord.kit.egress import Answer, Call, Refused, Unreachable

RECEIPT = "dlr"
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")
"""Kannel takes what stands in an address as it is: nothing of it may need another spelling."""
_ALL_RECEIPTS = "31"
_DELIVERED, _FAILED, _TAKEN, _REFUSED = 1, 2, 8, 16
"""Bits of a receipt's state; 4 says that it waits at the centre, which is no news."""


class Kannel(Texts):
    """One number. Kannel signs nothing: it proves itself with the password that stands in its address for us."""

    def __init__(self, account: Account, options: Options, tools: Tools | None) -> None:
        self._account = account
        self._options = options
        self._tools = tools
        self._password = account.secrets.get("kannel_password", "")
        self._call_password = account.secrets.get("call_password", "")

    def verify(self, raw: Raw) -> Verdict:
        """`Authorization: Basic` with the password for calls, whatever the name."""
        scheme, _, login = raw.headers.get("authorization", "").partition(" ")
        try:
            given = b64decode(login.strip(), validate=True).partition(b":")[2] if scheme.lower() == "basic" else b""
        except ValueError:
            given = b""
        ok = bool(self._call_password) and hmac.compare_digest(self._call_password.encode(), given)
        return Verdict(ok=ok, reason="" if ok else "the password for calls doesn't fit")

    def parse(self, raw: Raw) -> list[Inbound]:
        """A message, or the receipt of one of ours. Values are octets: a text is in the charset that stands beside it."""
        octets = dict(parse_qsl(raw.query, keep_blank_values=True, encoding="latin-1"))
        if RECEIPT in octets:
            return _receipt(octets)
        sender, digest = octets.get("from", ""), hashlib.sha256(raw.query.encode() + raw.body).hexdigest()
        if not sender or "text" not in octets:
            return not_understood(digest)
        text = _text(octets)
        if text is None:
            return not_understood(octets.get("id") or digest, "problem.sms.binary")
        seconds = octets.get("at", "")
        return [
            InboundMessage(
                external_id=octets.get("id") or digest,
                sender=(address_of(sender, self._options.country),),
                text=text,
                at=int(seconds) * SECOND if seconds.isascii() and seconds.isdigit() and len(seconds) < 12 else None,
                flags=flags_of(find_wish(text), self._options),
            )
        ]

    def ack(self, ok: bool) -> Reply:
        """Nothing: what is answered here, Kannel would send to the customer."""
        return Reply(200 if ok else 503)

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """There is no key against sending twice; receipts come with `key`."""
        told = called_at(self._account, self._options, self._tools, **{REFERENCE: key})
        query = {
            "from": self._options.number,
            "to": outbound.to.value,
            "text": outbound.text,
            "charset": "UTF-8",
            "coding": "0" if is_gsm(outbound.text) else "2",
            **({"dlr-mask": _ALL_RECEIPTS, "dlr-url": _with_password(told, self._call_password)} if told else {}),
        }
        try:
            answer = await self._call(query)
        except Refused:
            return Retry("problem.address_refused", ours=True)
        except Unreachable as error:
            return Unknown(NO_ANSWER) if error.sent else Retry(UNREACHABLE)
        return _outcome(answer, key)

    async def health(self) -> Health:
        """Whether smsbox knows the user: a message to nobody is refused for that alone."""
        lacking = missing(
            number=self._options.number,
            kannel_address=self._options.kannel_address,
            kannel_user=self._options.kannel_user,
            kannel_password=self._password,
            call_password=self._call_password,
        )
        if lacking or self._tools is None:
            return Health(ok=False, problems=lacking)
        if not _PLAIN.fullmatch(self._call_password):
            return Health(ok=False, problems=(("call_password", "problem.sms.plain_password", ""),))
        try:
            answer = await self._call({"from": self._options.number, "text": "-"})
        except Refused as error:
            return Health(ok=False, problems=(("kannel_address", "problem.address_refused", error.detail[:100]),))
        except Unreachable:
            return Health(ok=False, problems=(("kannel_address", UNREACHABLE, ""),))
        if answer.status == 403:
            return Health(ok=False, problems=(("kannel_password", BAD_LOGIN, ""),))
        if answer.status not in (200, 202, 400):
            return Health(ok=False, problems=(("kannel_address", "problem.sms.odd_answer", str(answer.status)),))
        return Health(ok=True)

    async def _call(self, query: dict[str, str]) -> Answer:
        assert self._tools is not None, "this number was opened without tools"
        login = {"username": self._options.kannel_user, "password": self._password}
        place = self._options.kannel_address
        joint = "&" if "?" in place else "?"
        return await self._tools.call(Call(url=f"{place}{joint}{urlencode({**login, **query})}"))


def _with_password(address: str, password: str) -> str:
    """Our address as Kannel is to call it, with the state of the receipt and the centre's words."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://kannel:{password}@{rest}&{RECEIPT}=%d&answer=%A"


def _receipt(octets: dict[str, str]) -> list[Inbound]:
    state, reference = octets[RECEIPT], octets.get(REFERENCE, "")
    bits = int(state) if state.isascii() and state.isdigit() and len(state) < 6 else 0
    if not reference:
        return []
    if bits & _DELIVERED:
        return [InboundStatus(reference=reference, state="delivered")]
    if bits & (_FAILED | _REFUSED):
        return [InboundStatus(reference=reference, state="failed", error=octets.get("answer", "")[:200])]
    return [InboundStatus(reference=reference, state="sent")] if bits & _TAKEN else []


def _text(octets: dict[str, str]) -> str | None:
    """The text, None for what is none (coding 1: eight bits of anything)."""
    raw, coding = octets["text"].encode("latin-1", "replace"), octets.get("coding", "")
    if coding == "1":
        return None
    charset = "utf-16-be" if coding == "2" else octets.get("charset") or "utf-8"
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _outcome(answer: Answer, key: str) -> Outcome:
    words = answer.body.decode("utf-8", "replace").strip()[:200]
    if answer.status in (200, 202):
        return Accepted(key)
    if answer.status in (401, 403):
        return Retry(BAD_LOGIN)
    if answer.status == 429:  # of something before it; Kannel itself says 503
        return Retry(BUSY, limit="account")
    if answer.status == 503:
        return Retry(BUSY)
    if answer.status >= 500:
        return Unknown(NO_ANSWER)
    return Failed(words or str(answer.status))
