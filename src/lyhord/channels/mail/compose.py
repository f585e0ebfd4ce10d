"""What leaves: a mail with text, HTML, files and the fields that keep it in its thread. Pure but for the files, which are passed in."""

import re
from collections.abc import Sequence
from email.utils import formatdate
from html import escape

from msgspec import Struct

from lyhord.channels.mail.addresses import is_address
from lyhord.channels.mail.options import Options
from lyhord.channels.mail.reply_address import Marks
from lyhord.conversations.exchange import Address, Media, Outbound
from lyhord.kit.mime.writing import (
    Piece,
    ascii_address,
    encode_words,
    fold_ids,
    format_address,
    join_pieces,
    one_line,
    write_file,
    write_mail,
    write_text,
)
from lyhord.kit.text import clean_name

SUBJECT_LIMIT = 500
REFERENCES = 20

_ANSWERED = re.compile(r"\s*(?:re|sv|vs|aw|antw|odp|rif|ref|回复|答复|回覆)\s*(?:\[\d+\])?\s*[::]", re.IGNORECASE)
_QUOTED = ' style="margin:0 0 0 .8ex;border-left:2px solid #ccc;padding-left:1ex"'
_FITTING = ' style="max-width:100%;height:auto"'
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


class Letter(Struct, frozen=True):
    """A mail ready to leave: the envelope and the bytes. `international` where an address needs SMTPUTF8."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    content: bytes
    international: bool


def check_addresses(outbound: Outbound) -> str | None:
    """The first address to which no mail can be sent, or None."""
    every = (outbound.to, *outbound.copies, *outbound.blind_copies)
    return next((address.value for address in every if not is_address(address.value)), None)


def compose(outbound: Outbound, key: str, options: Options, marks: Marks, files: Sequence[bytes]) -> Letter:
    """The mail that `key` names. `files` are the contents of what `media_of` names, in order. Every address must be one."""
    message_id = marks.message_id(key, options.domain)
    visible = (outbound.to, *outbound.copies)
    values = [ascii_address(address.value) for address in (*visible, *outbound.blind_copies)]
    fields = [
        ("Date", formatdate()),
        ("From", format_address(outbound.sender_name, ascii_address(options.address))),
        ("To", _addresses([outbound.to])),
        *([("Cc", _addresses(outbound.copies))] if outbound.copies else []),
        ("Subject", encode_words(write_subject(outbound))),
        ("Message-ID", f"<{message_id}>"),
        *_thread_fields(outbound, options, marks),
        *_machine_fields(outbound, options),
        ("X-Lyhord", message_id),
    ]
    content = write_mail(fields, _body(outbound, files))
    return Letter(
        sender=ascii_address(options.address),
        recipients=tuple(dict.fromkeys(values)),
        message_id=message_id,
        content=content,
        international=not all(value.isascii() for value in (*values, options.address)),
    )


def write_subject(outbound: Outbound) -> str:
    """The subject with `Re:` where the mail answers one and doesn't say so yet."""
    subject = one_line(outbound.subject or "")[:SUBJECT_LIMIT]
    if not clean_name(subject, SUBJECT_LIMIT):  # nothing in it that anybody could see
        subject = ""
    if subject and outbound.answers and not _ANSWERED.match(subject):
        return f"Re: {subject}"
    return subject or one_line(outbound.text)[:60]


def write_html(text: str) -> str:
    """Plain words as HTML: lines and links, nothing else."""
    pieces: list[str] = []
    at = 0
    for link in _LINK.finditer(text):
        address = escape(link[0])
        pieces += [escape(text[at : link.start()]), f'<a href="{address}">{address}</a>']
        at = link.end()
    pieces.append(escape(text[at:]))
    return f"<div>{''.join(pieces)}</div>".replace("\r\n", "\n").replace("\n", "<br>\n")


def media_of(outbound: Outbound) -> tuple[Media, ...]:
    """The files that the mail carries: those that go along, then the pictures of the signature."""
    return outbound.media + (outbound.signature.media if outbound.signature else ())


def _body(outbound: Outbound, files: Sequence[bytes]) -> Piece:
    text, html = outbound.text, _formatted(outbound.text, outbound.html)
    signature = outbound.signature
    if signature:
        text += f"\n\n-- \n{signature.text}"
        html += f'<div class="signature">-- <br>\n{_formatted(signature.text, signature.html)}</div>'
    inline: list[Piece] = []
    attached: list[Piece] = []
    for media, content in zip(media_of(outbound), files, strict=True):
        shown = bool(media.inline_id) and f'"cid:{media.inline_id}"' in html
        piece = write_file(media.name, media.type, content, media.inline_id if shown else None)
        (inline if shown else attached).append(piece)
    words = join_pieces(
        "alternative",
        [write_text(text, "plain"), join_pieces("related", [write_text(html, "html"), *inline])],
    )
    return join_pieces("mixed", [words, *attached])


def _formatted(text: str, html: str | None) -> str:
    """What mail programs would draw otherwise, or not at all, has its style with it; they read no style sheets."""
    if not html:
        return write_html(text)
    return (
        "<div>" + html.replace("<blockquote>", f"<blockquote{_QUOTED}>").replace("<img ", f"<img{_FITTING} ") + "</div>"
    )


def _addresses(addresses: Sequence[Address]) -> str:
    return ",\r\n ".join(format_address(address.name, ascii_address(address.value)) for address in addresses)


def _thread_fields(outbound: Outbound, options: Options, marks: Marks) -> list[tuple[str, str]]:
    ids = [_message_id(external_id, options, marks) for external_id in (*outbound.references, outbound.answers or "")]
    known = list(dict.fromkeys(text for text in ids if text))[-REFERENCES:]
    near = _message_id(outbound.answers or "", options, marks)
    fields = [("In-Reply-To", fold_ids([near]))] if near else []
    if known:
        fields.append(("References", fold_ids(known)))
    reply_domain = options.reply_domain if options.reply_addresses == "domain" else ""
    if options.reply_addresses == "plus" or reply_domain:
        address = marks.reply_address(options.address, outbound.conversation_id, reply_domain)
        if address is not None:
            fields.append(("Reply-To", format_address(outbound.sender_name, ascii_address(address))))
    return fields


def _machine_fields(outbound: Outbound, options: Options) -> list[tuple[str, str]]:
    """An automatic mail says so and asks for silence; only a person's mail may ask whether it was read."""
    if outbound.automatic:
        return [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    if options.read_receipts:
        return [("Disposition-Notification-To", f"<{ascii_address(options.address)}>")]
    return []


def _message_id(external_id: str, options: Options, marks: Marks) -> str:
    """The message id behind an external id: theirs carries a mark after it, ours may be the key alone."""
    if external_id.startswith("sha256:"):
        return ""
    message_id = re.sub(r"#[0-9a-f]{12}$", "", external_id)
    if message_id and "@" not in message_id and message_id == external_id:
        return marks.message_id(message_id, options.domain)
    return message_id
