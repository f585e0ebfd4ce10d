"""Bytes of a mail into text: transfer encodings, charsets, encoded words. Nothing here raises on what a sender wrote."""

import binascii
import codecs
import re

_SAME_CHARSET = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso8859-8",
    "cp-850": "cp850",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
}
"""Names that mailers write, and the wider set that they mean."""

_CODEC = re.compile(
    r"ascii|utf-(7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp\d+|koi8-[rtu]|gb18030|hz|big5|big5hkscs"
    r"|shift_jis\w*|euc_\w+|iso2022_\w+|mac-\w+|johab|tis-620|ptcp154|kz1048"
)
"""Codecs that map bytes to characters in linear time. Python offers others, such as punycode and zip, under charset names."""

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NUMBER = re.compile(r"%([0-9a-fA-F]{2})")


def decode_transfer(data: bytes | memoryview, encoding: str) -> bytes:
    """The bytes behind a Content-Transfer-Encoding; what can't be decoded comes back as far as it could be."""
    name = encoding.strip().lower()
    if name == "base64":
        return decode_base64(data)
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    return bytes(data)


def decode_base64(data: bytes | memoryview) -> bytes:
    """Base64 as mailers write it: line ends and stray bytes are left out, missing padding is made up for."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = _NOT_BASE64.sub(b"", data)
        if len(kept) % 4 == 1:
            kept = kept[:-1]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def decode_text(data: bytes, charset: str, limit: int | None = None) -> str:
    """`data` as text: in its charset if that fits, else as UTF-8, else as Windows-1252 reads it, with U+FFFD for the rest.

    Of more than `limit` bytes the rest is left out; the character that this cuts through goes with it.
    """
    codec = find_codec(charset)
    whole = limit is None or len(data) <= limit
    data = data if whole else data[:limit]
    for name in (codec, "utf-8", "cp1252"):
        if name is not None:
            try:
                return data.decode(name) if whole else codecs.getincrementaldecoder(name)().decode(data)
            except UnicodeError:
                continue
    return data.decode(codec or "cp1252", "replace")


def find_codec(charset: str) -> str | None:
    """The codec that a charset name means, or None for names that mean none."""
    name = charset.strip().strip("'\"").lower()
    try:
        found = codecs.lookup(_SAME_CHARSET.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return found if _CODEC.fullmatch(found) else None


def decode_header(data: bytes) -> str:
    """A header as it came, bytes above 127 read as UTF-8 or Windows-1252. Encoded words are left to `decode_words`."""
    return data.decode("ascii") if data.isascii() else decode_text(data, "utf-8")


def decode_words(text: str) -> str:
    """RFC 2047: encoded words replaced by what they say. A character may be split over neighbours."""
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text)
    said: list[str] = []
    held, held_charset, at = b"", "", 0
    for word in _ENCODED_WORD.finditer(text):
        charset = word[1].partition("*")[0].lower()
        if held and (word.start() > at or charset != held_charset):
            said.append(decode_text(held, held_charset))
            held = b""
        said.append(text[at : word.start()])
        held, held_charset, at = held + _word_bytes(word[2], word[3]), charset, word.end()
    if held:
        said.append(decode_text(held, held_charset))
    return "".join([*said, text[at:]])


def decode_percent(text: str, charset: str) -> str:
    """RFC 2231: `%20` and its like, in `charset`."""
    if "%" not in text:
        return text
    data = _NUMBER.sub(lambda found: chr(int(found[1], 16)), text.encode("utf-8", "replace").decode("latin-1"))
    return decode_text(data.encode("latin-1"), charset or "utf-8")


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return decode_base64(data) if kind in "bB" else binascii.a2b_qp(data, header=True)
