"""A number at Twilio, or at a service that speaks like it: signed form calls come in, messages go out by REST."""

import hashlib
import hmac
from base64 import b64encode
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from typing_extensions import override

from lyhord.channels.sms.numbers import address_of
from lyhord.channels.sms.options import Options
from lyhord.channels.sms.tools import Tools
from lyhord.channels.sms.ways import (
    BAD_LOGIN,
    BAD_NUMBER,
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
from lyhord.conversations.adapting import judge
from lyhord.conversations.exchange import (
    Accepted,
    Failed,
    Inbound,
    InboundMessage,
    InboundStatus,
    Media,
    Outbound,
    Outcome,
    Raw,
    Reply,
    Retry,
    Unknown,
    Verdict,
)
from lyhord.conversations.optouts.model import Wish, find_wish
from lyhord.kit.egress import Answer, Call, Refused, Unreachable
from lyhord.kit.problems import NotFound

SIGNATURE = "x-twilio-signature"
MOST_MEDIA = 10
MEDIA_SECONDS = 30.0

_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "undelivered": "failed", "failed": "failed"}
_WISHES: dict[str, Wish] = {"STOP": "opt_out", "START": "opt_in"}
_REASONS = {
    "21610": "plan.opted_out",
    **dict.fromkeys(("21211", "21214", "21217", "21612", "21614", "30005", "30006"), BAD_NUMBER),
    "30003": "problem.sms.phone_off",
    "30004": "problem.sms.blocked",
    "30007": "problem.sms.filtered",
}
_ENDINGS = {"image/jpeg": "jpg", "video/3gpp": "3gp", "audio/mpeg": "mp3", "text/vcard": "vcf", "text/x-vcard": "vcf"}


class Twilio(Texts):
    """One number. Without `tools` it reads and verifies, but neither sends nor fetches."""

    def __init__(self, account: Account, options: Options, tools: Tools | None) -> None:
        self._account = account
        self._options = options
        self._tools = tools
        self._token = account.secrets.get("auth_token", "")

    def verify(self, raw: Raw) -> Verdict:
        """`X-Twilio-Signature`: base64 of HMAC-SHA1 over our public address and the sorted answers of the form."""
        address = called_at(self._account, self._options, self._tools)
        if not (self._token and address):
            return Verdict(ok=False, reason="no token, or no public address to verify with")
        url = f"{address}?{raw.query}" if raw.query else address
        wanted = sign(self._token, url, _form(raw))
        return judge(wanted, raw.headers.get(SIGNATURE, ""), "signature doesn't fit the public address and the body")

    def parse(self, raw: Raw) -> list[Inbound]:
        """A message, or what became of one of ours."""
        form = dict(_form(raw))
        sid = form.get("MessageSid") or form.get("SmsSid") or ""
        state = form.get("MessageStatus") or form.get("SmsStatus") or ""
        if sid and state in _STATES:
            reference = dict(parse_qsl(raw.query)).get(REFERENCE) or sid
            return [_status(reference, sid, state, form.get("ErrorCode") or "")]
        if sid and form.get("From") and "Body" in form:
            return [self._message(sid, form)]
        if sid and state:
            return []  # on its way, which is no news
        return not_understood(hashlib.sha256(raw.body + raw.query.encode()).hexdigest())

    def ack(self, ok: bool) -> Reply:
        """An empty set of instructions: nothing is answered here."""
        return Reply(200 if ok else 503, b"<Response></Response>" if ok else b"", "text/xml")

    async def send(self, outbound: Outbound, key: str) -> Outcome:
        """There is no key against sending twice: what isn't answered is unknown, and the receipt settles it by `key`."""
        service = self._options.messaging_service
        told = called_at(self._account, self._options, self._tools, **{REFERENCE: key})
        form = [
            ("To", outbound.to.value),
            ("Body", outbound.text),
            ("MessagingServiceSid", service) if service else ("From", self._options.number),
            *([("StatusCallback", told)] if told else []),
            *(("MediaUrl", item.url) for item in outbound.media if item.url),
        ]
        try:
            answer = await self._call("Messages.json", form)
        except Refused:
            return Retry("problem.address_refused", ours=True)
        except Unreachable as error:
            return Unknown(NO_ANSWER) if error.sent else Retry(UNREACHABLE)
        return _outcome(answer)

    @override
    async def fetch_media(self, media: Media) -> bytes:
        """The file of a picture message, with our credentials only where Twilio itself is asked."""
        if not media.url or self._tools is None:
            raise NotFound("there is no such file")
        own = media.url.startswith(f"{self._options.api_address}/")
        answer = await self._tools.call(
            Call(url=media.url, headers=self._headers() if own else {}, seconds=MEDIA_SECONDS, hops=3)
        )
        if answer.status in (403, 404, 410):
            raise NotFound(f"the file is gone ({answer.status})")
        if answer.status != 200:
            raise Unreachable(f"the file can't be had now ({answer.status})", sent=True)
        return answer.body

    async def health(self) -> Health:
        """Whether the account lets us in."""
        lacking = missing(number=self._options.number or self._options.messaging_service)
        lacking += missing(account_sid=self._options.account_sid, auth_token=self._token)
        if lacking or self._tools is None:
            return Health(ok=False, problems=lacking)
        if not called_at(self._account, self._options, self._tools).startswith(("http://", "https://")):
            return Health(ok=False, problems=(("public_address", "problem.sms.no_public_address", ""),))
        try:
            answer = await self._call("")
        except Refused as error:
            return Health(ok=False, problems=(("api_address", "problem.address_refused", error.detail[:100]),))
        except Unreachable:
            return Health(ok=False, problems=(("api_address", UNREACHABLE, ""),))
        if answer.status == 200:
            return Health(ok=True, who=str(_told(answer).get("friendly_name") or ""))
        field = "account_sid" if answer.status == 404 else "auth_token" if answer.status == 401 else "api_address"
        key = BAD_LOGIN if answer.status in (401, 403, 404) else "problem.sms.odd_answer"
        return Health(ok=False, problems=((field, key, str(answer.status)),))

    def _message(self, sid: str, form: dict[str, str]) -> InboundMessage:
        answered = _WISHES.get(form.get("OptOutType", ""))
        return InboundMessage(
            external_id=sid,
            sender=(address_of(form["From"], self._options.country),),
            text=form["Body"],
            media=tuple(_media(form)),
            flags=flags_of(answered or find_wish(form["Body"]), self._options, confirmed=answered is not None),
        )

    async def _call(self, what: str, form: list[tuple[str, str]] | None = None) -> Answer:
        assert self._tools is not None, "this number was opened without tools"
        place = f"{self._options.api_address}/2010-04-01/Accounts/{quote(self._options.account_sid, safe='')}"
        headers = self._headers()
        if form is None:
            return await self._tools.call(Call(url=f"{place}.json", headers=headers))
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode(form).encode()
        return await self._tools.call(Call(url=f"{place}/{what}", method="POST", headers=headers, body=body))

    def _headers(self) -> dict[str, str]:
        login = b64encode(f"{self._options.account_sid}:{self._token}".encode()).decode()
        return {"authorization": f"Basic {login}"}


def sign(token: str, url: str, form: list[tuple[str, str]]) -> str:
    """The signature of a call: of equal names each value counts once."""
    said = "".join(name + value for name, value in sorted(set(form)))
    return b64encode(hmac.new(token.encode(), (url + said).encode("utf-8", "replace"), hashlib.sha1).digest()).decode()


def _form(raw: Raw) -> list[tuple[str, str]]:
    return parse_qsl(raw.body.decode("utf-8", "replace"), keep_blank_values=True)


def _status(reference: str, sid: str, state: str, code: str) -> InboundStatus:
    error = _REASONS.get(code, code) if state in ("undelivered", "failed") else ""
    return InboundStatus(reference=reference, state=_STATES[state], external_id=sid, error=error)  # type: ignore[arg-type]


def _media(form: dict[str, str]) -> list[Media]:
    count = form.get("NumMedia", "0")
    found: list[Media] = []
    for number in range(min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() and len(count) < 4 else 0):
        url = form.get(f"MediaUrl{number}", "")
        kind = form.get(f"MediaContentType{number}", "") or "application/octet-stream"
        if url:
            ending = _ENDINGS.get(kind) or kind.rpartition("/")[2].partition(";")[0]
            found.append(Media(f"{number + 1}.{ending}", kind, 0, url=url))
    return found


def _told(answer: Answer) -> dict[str, object]:
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.MsgspecError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _outcome(answer: Answer) -> Outcome:
    told = _told(answer)
    if 200 <= answer.status < 300:
        return Accepted(str(told.get("sid") or "")) if told.get("sid") else Unknown(NO_ANSWER)
    if answer.status in (429, 503):
        wait = answer.headers.get("retry-after", "")
        seconds = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else None
        return Retry(BUSY, seconds, limit="account" if answer.status == 429 else None)
    if answer.status in (401, 403):
        return Retry(BAD_LOGIN)
    if answer.status >= 500:
        return Unknown(NO_ANSWER)
    code = str(told.get("code") or answer.status)
    return Failed(_REASONS.get(code) or f"{code}: {told.get('message') or ''}"[:200])
