"""How text becomes SMS: the alphabet of GSM 03.38 with its extension, UCS-2 for everything else, and what fits into one segment."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
_EXTENDED = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_CODES: dict[str, bytes] = {
    **{character: bytes((code,)) for code, character in enumerate(BASIC) if code != ESCAPE},
    **{character: bytes((ESCAPE, code)) for code, character in _EXTENDED.items()},
}

_GSM_ALONE, _GSM_OF_SEVERAL = 160, 153
_UCS2_ALONE, _UCS2_OF_SEVERAL = 70, 67
"""Septets, or units of 16 bits, of a message that is alone, and of one among several, which begin with six octets of order."""


def is_gsm(text: str) -> bool:
    """Whether each character is in the alphabet or its extension."""
    return all(character in _CODES for character in text)


def encode_gsm(text: str) -> bytes:
    """One octet for each septet, two for a character of the extension; what isn't in the alphabet becomes a question mark."""
    return b"".join(_CODES.get(character, b"?") for character in text)


def decode_gsm(octets: bytes) -> str:
    """The text of unpacked septets. An extension that nobody defined is the character without it."""
    text: list[str] = []
    escaped = False
    for code in octets:
        if code == ESCAPE and not escaped:
            escaped = True
            continue
        plain = BASIC[code] if code < len(BASIC) else "\N{REPLACEMENT CHARACTER}"
        text.append(_EXTENDED.get(code, plain) if escaped else plain)
        escaped = False
    return "".join(text)


def encode_ucs2(text: str) -> bytes:
    """Units of 16 bits, the high octet first; half a character becomes a question mark."""
    return text.encode("utf-16-be", "replace")


def segments_of(text: str) -> list[str]:
    """The texts of the SMS in which `text` leaves. No character is cut in two. Empty text is one."""
    gsm = is_gsm(text)
    alone, several = (_GSM_ALONE, _GSM_OF_SEVERAL) if gsm else (_UCS2_ALONE, _UCS2_OF_SEVERAL)
    sizes = [len(_CODES[character]) if gsm else 1 + (character > "\uffff") for character in text]
    if sum(sizes) <= alone:
        return [text]
    pieces: list[str] = []
    start = used = 0
    for place, size in enumerate(sizes):
        if used + size > several:
            pieces.append(text[start:place])
            start, used = place, 0
        used += size
    return [*pieces, text[start:]]


def is_costly(text: str) -> bool:
    """Whether a few characters outside the alphabet make it more SMS than it would be without them."""
    odd = sum(1 for character in text if character not in _CODES)
    if not 0 < odd <= len(text) // 10:
        return False
    return len(segments_of(text)) > len(segments_of("".join(c if c in _CODES else "?" for c in text)))
