"""Mails that were whole once."""

import random

from tests.channels.mail.letters import FIXTURES, letter, multipart, part

MIXED = 'multipart/mixed; boundary="b1"'
SEED_MAILS = [
    letter("Hej", Content_Type='text/plain; charset="utf-8"'),
    letter(
        multipart(
            "mixed",
            part(b"Hi\n> quoted", Content_Type="text/plain; charset=iso-2022-jp", Content_Transfer_Encoding="base64"),
            part(b"<p>Hi</p><blockquote type=cite>x</blockquote>", Content_Type="text/html"),
            part(b"SGVq", Content_Type="image/png; name*0*=utf-8''%41; name*1=b", Content_Transfer_Encoding="base64"),
        ),
        Content_Type=MIXED,
        References="<a@b> <c@d>",
        Cc='"=?utf-8?b?w4U=?=" <a@b.c>, (comment) d@e.f, group: g@h.i;',
    ),
    letter(
        multipart(
            "report",
            part(b"x", Content_Type="text/plain"),
            part(
                b"Original-Envelope-Id: k\r\n\r\nAction: failed\r\nStatus: 5.0.0\r\n",
                Content_Type="message/delivery-status",
            ),
        ),
        Content_Type='multipart/report; report-type=delivery-status; boundary="b1"',
    ),
]


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The mail with a few things wrong: bytes changed, pieces lost, doubled or swapped."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 12)):
        place, length = chance.randrange(len(data) + 1), chance.randint(1, 40)
        change = chance.randrange(5)
        if change == 0:
            data[place : place + length] = b""
        elif change == 1:
            data[place:place] = bytes(chance.randrange(256) for _ in range(length))
        elif change == 2:
            data[place:place] = data[place : place + length] * chance.randint(1, 30)
        elif change == 3:
            data[place:place] = chance.choice(
                [b"\r\n", b"\n\n", b"=?", b"?=", b'"', b"<", b"--b1", b"%", b"\x00", b";", b"\xff"]
            )
        else:
            other = chance.randrange(len(data) + 1)
            data[place : place + length] = data[other : other + length]
    return bytes(data)


def recorded_mails() -> list[bytes]:
    """Mails of real programs, where the recordings are; the small ones, so that a mutation hits something."""
    return [path.read_bytes() for path in sorted(FIXTURES.glob("*.eml")) if path.stat().st_size < 13_000]
