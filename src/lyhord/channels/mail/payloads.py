"""A raw mail into what the core understands. Pure: no I/O, and nothing that a sender can write makes it raise."""

import hashlib
import mimetypes
from typing import Literal

from msgspec import Struct

from lyhord.channels.mail.addresses import is_address, read_addresses
from lyhord.channels.mail.bodies import read_body, read_body_carefully
from lyhord.channels.mail.origin import is_verified, read_flags
from lyhord.channels.mail.reply_address import Marks
from lyhord.channels.mail.reports import is_report, read_report
from lyhord.conversations.exchange import Address, Inbound, InboundMessage, Media, Unsupported
from lyhord.kit.content import UNKNOWN, sniff
from lyhord.kit.mime.headers import VALUE_LIMIT, first_date, read_headers, read_ids
from lyhord.kit.mime.structure import Mail, Part, take_apart
from lyhord.kit.text import clean, clean_name, fold_email

SUBJECT_LIMIT = 500
MEDIA_LIMIT = 200
"""Attachments of one mail; the raw message keeps the rest."""
REFERENCE_LIMIT = 20

_RECIPIENT_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
_NO_ATTACHMENT = frozenset(
    {"text/x-amp-html", "text/x-watch-html", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


class Reading(Struct, frozen=True):
    """How to read the mails of one inbox. `addresses` are its own; `forms` are senders whose Reply-To is the real sender. `envelope`: for
    whom a mail was handed over, where that is known.

    `care`: `full` does everything; `plain` leaves HTML and quotes as they are, for a mail that was too much; `headers` reads nothing else.
    """

    workspace_id: str
    addresses: tuple[str, ...]
    signing_key: bytes
    authserv_id: str = ""
    forms: tuple[str, ...] = ()
    envelope: tuple[str, ...] = ()
    care: Literal["full", "plain", "headers"] = "full"


def read_mail(raw: bytes, reading: Reading) -> list[Inbound]:
    """What came: one message, one report about a mail of ours, or what couldn't be understood. Attachments carry their content."""
    mail = take_apart(raw) if reading.care != "headers" else Mail(read_headers(raw)[0], (), ())
    return [_Letter(mail, reading, raw).read()]


def read_refused(head: bytes, reading: Reading, reason: str) -> Unsupported:
    """A mail whose body we didn't take, told by its header fields: who wrote, and why it isn't here."""
    letter = _Letter(Mail(read_headers(head)[0], (), ()), reading, head)
    return letter.unread(reason)


class _Letter:
    """One mail while it is read."""

    def __init__(self, mail: Mail, reading: Reading, raw: bytes) -> None:
        self._mail = mail
        self._headers = mail.headers
        self._reading = reading
        self._marks = Marks(reading.signing_key, reading.workspace_id)
        self._ids = read_ids(mail.headers.get("message-id"))
        self.external_id = self._external_id(raw)

    def read(self) -> Inbound:
        if is_report(self._mail):
            status = read_report(self._mail, self.external_id, self._marks.key_of)
            return status or self.unread("problem.mail.foreign_report")
        senders = self.senders()
        if not senders or self._reading.care == "headers":
            return self.unread("problem.mail.unreadable" if senders else "problem.mail.no_sender")
        body = read_body(self._mail) if self._reading.care == "full" else read_body_carefully(self._mail)
        files = [part for part in self._mail.parts if part not in body.parts and part.type not in _NO_ATTACHMENT]
        recipients = read_addresses(self._all("to"))
        return InboundMessage(
            external_id=self.external_id,
            sender=senders,
            text=body.text,
            html=body.html,
            quoted=body.quoted,
            subject=clean_name(self._headers.text("subject"), SUBJECT_LIMIT) or None,
            at=first_date([self._headers.get("date"), *self._headers.all("received")[:5]]),
            media=tuple(_attach(part, number) for number, part in enumerate(files[:MEDIA_LIMIT], 1)),
            recipients=recipients,
            copies=read_addresses(self._all("cc")),
            answers=self._answers(),
            thread=self._thread(recipients),
            flags=self._flags(senders, cut=self._mail.cut or body.cut or len(files) > MEDIA_LIMIT),
        )

    def unread(self, reason: str) -> Unsupported:
        """What stands for it, with what its header fields say."""
        whose, answers, thread = self.senders(), self._answers(), self._thread(read_addresses(self._all("to")))
        return Unsupported(external_id=self.external_id, reason=reason, sender=whose, answers=answers, thread=thread)

    def senders(self) -> tuple[Address, ...]:
        """The one person who wrote: From, or Reply-To where From is one of the company's own web forms."""
        for field in ("from", "sender", "return-path"):
            found = read_addresses(self._headers.get(field), 1)
            if found:
                break
        else:
            return ()
        replies = read_addresses(self._headers.get("reply-to"), 1)
        if found[0].value in self._reading.forms and replies:
            return (replies[0],)
        verified = field == "from" and is_verified(self._headers, self._reading.authserv_id, found[0].value)
        return (Address("email", found[0].value, found[0].name, verified),)

    def _external_id(self, raw: bytes) -> str:
        """The message id, made unique: mailers exist that write the same id into every mail, and none of those may be taken for another."""
        told = "\0".join(self._headers.get(name) for name in ("from", "to", "date", "subject"))
        if self._ids:
            mark = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
            return f"{clean_name(self._ids[0], 900)}#{mark}"
        body = b"".join(part.body for part in self._mail.parts) or raw
        return (
            "sha256:"
            + hashlib.sha256(told.encode("utf-8", "replace") + b"\0" + body.replace(b"\r\n", b"\n")).hexdigest()
        )

    def _answers(self) -> tuple[str, ...]:
        """Earlier mails, nearest first. Ours stand there by the key under which we know them, and by their message id."""
        near = read_ids(self._headers.get("in-reply-to"))
        far = read_ids(self._headers.get("references"))
        found: list[str] = []
        for message_id in [*near, *reversed(far)][:REFERENCE_LIMIT]:
            key = self._marks.key_of(message_id)
            found += [key, clean_name(message_id, 900)] if key is not None else [clean_name(message_id, 900)]
        return tuple(dict.fromkeys(found))

    def _thread(self, recipients: tuple[Address, ...]) -> str | None:
        """The conversation whose reply address the mail was sent to."""
        others = [address for name in ("cc", *_RECIPIENT_FIELDS) for address in read_addresses(self._all(name), 20)]
        for address in [*self._reading.envelope, *(one.value for one in (*recipients, *others))]:
            thread = self._marks.conversation_of(address)
            if thread is not None:
                return thread
        return None

    def _flags(self, senders: tuple[Address, ...], *, cut: bool) -> frozenset[str]:
        flags = set(read_flags(self._headers))
        own_marks = [*self._ids, self._headers.text("x-lyhord")]
        if any(self._marks.key_of(text) is not None for text in own_marks):
            flags.add("loop")
        if self._reading.authserv_id and not senders[0].verified:
            flags.add("unverified_sender")
        if cut:
            flags.add("cut")
        return frozenset(flags)

    def _all(self, name: str) -> str:
        return ", ".join(self._headers.all(name)[:20])[: 2 * VALUE_LIMIT]


def own_sender(inbound: Inbound, addresses: tuple[str, ...]) -> bool:
    """Whether one of these addresses wrote it."""
    own = {fold_email(address) for address in addresses if is_address(address)}
    return isinstance(inbound, InboundMessage) and inbound.sender[0].value in own


def _attach(part: Part, number: int) -> Media:
    content = part.decode()
    name = part.name
    kind = sniff(content, name, part.type)
    if not name:
        kind_named = part.type if kind == UNKNOWN else kind
        name = f"attachment-{number}{mimetypes.guess_extension(kind_named) or ''}"
    if part.type == "message/rfc822":
        inner = clean_name(read_headers(content)[0].text("subject"), 100)
        kind, name = "message/rfc822", part.name or clean(f"{inner or 'message'}.eml".replace("/", "-"), 110)
    inline = read_ids(part.headers.get("content-id")) or [part.headers.get("content-id").strip("<> ")]
    inline_id = clean_name(inline[0], 200) or None
    return Media(name=name, type=kind, size=len(content), content=content, inline_id=inline_id)
