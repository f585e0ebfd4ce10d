"""What a file is, told by its first bytes. What a sender claims is believed only where a lie does no harm."""

import codecs
import re

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""The only types that may be shown in a page; all else is a download. Pixels are never decoded here."""

UNKNOWN = "application/octet-stream"
HEAD = 4096
"""How many first bytes `sniff` wants."""

_utf8 = codecs.getincrementaldecoder("utf-8")
_SURE = 0.4
"""What puremagic gives to a signature of four bytes; less is as often a word as a format."""

_CLAIM = re.compile(r"(audio|video|font|application)/[a-z0-9][a-z0-9.+-]{0,99}")
_ACTIVE = re.compile(r"html|xml|svg|script|flash|java")
_MARKUP = re.compile(r"<(svg|!doctype html|html|head|body|script|iframe|!doctype svg)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TEXT_BY_ENDING = {
    "csv": "text/csv",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "md": "text/markdown",
    "json": "application/json",
    "eml": "message/rfc822",
}
_SAME = {
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
}


_AUDIO = {
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
    "application/ogg": "audio/ogg",
    "video/ogg": "audio/ogg",
    "video/mp4": "audio/mp4",
}
"""What a container may be called that holds sound alone, which its first bytes don't tell."""


def sniff(head: bytes, name: str, claimed: str) -> str:
    """The media type of a file that starts with `head` (`HEAD` bytes are enough), lower case, without parameters.

    `name` and `claimed` only choose between what the bytes allow. A result in `INLINE` was seen in the bytes.
    """
    head = head[:HEAD]
    text = _decode(head)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if text is None:
        kind = _picture(head) or _signature(head, ending)
        said = _claim(claimed)
        return said if not kind or said == _AUDIO.get(kind) else kind
    return _markup(text) or _signature(head, ending) or _TEXT_BY_ENDING.get(ending, "text/plain" if text else UNKNOWN)


def may_inline(content_type: str) -> bool:
    """Whether a page may show it: pictures without scripts only."""
    return content_type in INLINE


def _picture(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if head[4:12] in {b"ftypavif", b"ftypavis"} else ""


def _signature(head: bytes, ending: str) -> str:
    """What puremagic sees. Never a type that a page would show: those are `_picture`'s alone."""
    if not head:
        return ""
    import puremagic  # noqa: PLC0415 - an idle server spares it

    try:
        found = puremagic.magic_string(head, filename=f"file.{ending}" if ending.isalnum() else None)
    except puremagic.PureError:
        return ""
    kinds = [kind for kind in found if kind.mime_type and kind.confidence >= _SURE]
    if not kinds:
        return ""
    if head.startswith(b"PK\x03\x04") and kinds[0].extension != f".{ending}":
        return "application/zip"
    kind = _SAME.get(kinds[0].mime_type, kinds[0].mime_type)
    return UNKNOWN if kind in INLINE else kind


def _markup(text: str) -> str:
    """HTML, SVG and XML are called so, whatever they are named: a browser runs what stands in them."""
    start = text.lstrip("\ufeff \t\r\n\f")
    if not start.startswith("<"):
        return ""
    found = _MARKUP.search(start)
    if found is None:
        return "application/xml" if start[:5].lower() == "<?xml" else ""
    return "image/svg+xml" if "svg" in found[1].lower() else "text/html"


def _decode(head: bytes) -> str | None:
    """The text that these bytes are, or None when they aren't text. The last character may be cut off."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    try:
        text = _utf8().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        text = head.decode("cp1252", "ignore")
    return None if _CONTROL.search(text) else text


def _claim(claimed: str) -> str:
    kind = claimed.partition(";")[0].strip().lower()
    return kind if _CLAIM.fullmatch(kind) and not _ACTIVE.search(kind) else UNKNOWN
