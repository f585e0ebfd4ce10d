"""A mail written as bytes. Whatever is passed in, no value can end its field, and the same input gives the same bytes."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

import idna
from msgspec import Struct

LINE = 76
_CHUNK = 45
"""Bytes of UTF-8 in one encoded word: 60 characters of base64 and what stands around them."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PLAIN_WORD = re.compile(r"[!-~]{1,70}")
_ATOM_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_PIECES = 60
"""Characters of a file name in one section of RFC 2231."""


class Piece(Struct, frozen=True):
    """A body with the fields that say what it is."""

    fields: tuple[tuple[str, str], ...]
    body: bytes


def one_line(text: str) -> str:
    """`text` without anything that ends a line or a field; what can't be written as UTF-8 becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).strip()


def encode_words(text: str) -> str:
    """`text` as the value of an unstructured field, folded; RFC 2047 where plain ASCII won't do."""
    text = one_line(text)
    words = text.split(" ")
    if "=?" not in text and all(_PLAIN_WORD.fullmatch(word) for word in words if word):
        return _fold(words)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in _chunks(text))


def format_address(name: str, value: str) -> str:
    """`Name <value>`, the name quoted or encoded as it needs. `value` must be an address already."""
    name = one_line(name)
    if not name:
        return f"<{value}>"
    if name.isascii() and "=?" not in name and len(name) <= 60:
        shown = name if _ATOM_PHRASE.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        shown = encode_words_always(name)
    return f"{shown} <{value}>"


def encode_words_always(text: str) -> str:
    """`text` as encoded words, folded, also where it is ASCII."""
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in _chunks(one_line(text)))


def ascii_address(value: str) -> str:
    """The address with its domain in ASCII, as servers without SMTPUTF8 want it; unchanged where that can't be."""
    local, _, domain = value.rpartition("@")
    if domain.isascii():
        return value
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return value


def write_text(text: str, kind: str) -> Piece:
    """A part of `text/<kind>` in UTF-8."""
    data = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")).encode()
    fields = (("Content-Type", f"text/{kind}; charset=utf-8"),)
    if data.isascii() or len(data) < 2 * len(text):
        coded = binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")
        return Piece((*fields, ("Content-Transfer-Encoding", "quoted-printable")), coded)
    return Piece((*fields, ("Content-Transfer-Encoding", "base64")), _base64_lines(data))


def write_file(name: str, kind: str, content: bytes, inline_id: str | None = None) -> Piece:
    """A part that is a file; with `inline_id` it is shown where the HTML refers to `cid:<inline_id>`."""
    kind = (
        kind
        if _TOKEN.fullmatch(kind) and not kind.startswith(("multipart/", "message/"))
        else "application/octet-stream"
    )
    disposition = "inline" if inline_id else "attachment"
    fields = [
        ("Content-Type", kind),
        ("Content-Disposition", f"{disposition};\r\n {_file_name(one_line(name))}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if inline_id:
        fields.append(("Content-ID", f"<{re.sub(r'[^!-~]|[<>]', '', inline_id)}>"))
    return Piece(tuple(fields), _base64_lines(content))


def join_pieces(kind: str, pieces: Sequence[Piece]) -> Piece:
    """`multipart/<kind>` of them; one alone stays as it is. The boundary follows from the content, so that a retry is the same mail."""
    if len(pieces) == 1:
        return pieces[0]
    written = [_write(piece.fields) + b"\r\n" + piece.body for piece in pieces]
    boundary = "=_" + hashlib.sha256(b"\0".join(written) + kind.encode()).hexdigest()[:40]
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + piece + b"\r\n" for piece in written) + line + b"--\r\n"
    return Piece((("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"'),), body)


def write_mail(fields: Sequence[tuple[str, str]], piece: Piece) -> bytes:
    """The whole mail. Values in `fields` must come from this module, or be `one_line`."""
    return _write((*fields, ("MIME-Version", "1.0"), *piece.fields)) + b"\r\n" + piece.body


def fold_ids(ids: Sequence[str]) -> str:
    """Message ids, without brackets, as the value of a field."""
    return "\r\n ".join(f"<{re.sub(r'[^!-~]|[<>]', '', text)}>" for text in ids)


def _write(fields: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("utf-8", "replace")


def _chunks(text: str) -> list[bytes]:
    chunks = [b""]
    for character in text:
        data = character.encode()
        if len(chunks[-1]) + len(data) > _CHUNK:
            chunks.append(b"")
        chunks[-1] += data
    return chunks


def _fold(words: list[str]) -> str:
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) >= LINE - 12 and word:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def _file_name(name: str) -> str:
    if name.isascii() and len(name) <= _PIECES:
        return 'filename="' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    coded = [quote(name[at : at + 6], safe="") for at in range(0, len(name), 6)]
    marked = ["utf-8''" + coded[0], *coded[1:]]
    sections = [f"filename*{number}*={text}" for number, text in enumerate(marked)]
    return ";\r\n ".join(sections)


def _base64_lines(data: bytes) -> bytes:
    coded = base64.b64encode(data)
    return b"\r\n".join(coded[at : at + LINE] for at in range(0, len(coded), LINE)) + b"\r\n"
