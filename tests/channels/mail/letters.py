"""Mails for tests, written in a line, and the inbox that reads them."""

from pathlib import Path

from lyhord.channels.mail.payloads import Reading, read_mail
from lyhord.conversations.exchange import Inbound, InboundMessage

FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "mail"
KEY = b"key of the tests, 32 bytes long!"
INBOX = "care@example.com"


def reading(**more: object) -> Reading:
    """The inbox care@example.com."""
    return Reading("workspace", (INBOX,), KEY, **more)  # type: ignore[arg-type]


def letter(body: str | bytes = "Hello", drop: tuple[str, ...] = (), /, **fields: str) -> bytes:
    """A mail of Anna's. Names of fields are written with underscores; `drop` leaves fields out."""
    head = {
        "From": "Anna Berg <anna@customer.test>",
        "To": INBOX,
        "Subject": "My order",
        "Date": "Mon, 2 Mar 2026 10:00:00 +0100",
        "Message-ID": "<1@customer.test>",
    }
    head.update({name.replace("_", "-"): value for name, value in fields.items()})
    lines = [f"{name}: {value}" for name, value in head.items() if name not in drop]
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def read(raw: bytes, **more: object) -> Inbound:
    """What the one mail became."""
    (inbound,) = read_mail(raw, reading(**more))
    return inbound


def read_message(raw: bytes, **more: object) -> InboundMessage:
    """The message that the mail became."""
    inbound = read(raw, **more)
    assert isinstance(inbound, InboundMessage), inbound
    return inbound


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """The body and the content type of a multipart, to be passed to `letter` as `Content_Type` and body."""
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def part(content: bytes, **fields: str) -> bytes:
    """One part with its fields."""
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return head.encode() + b"\r\n" + content
