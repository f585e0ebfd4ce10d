"""What goes through the pipe between a process and its child: bodies with their length in four bytes before them."""

from typing import BinaryIO


def frame(body: bytes) -> bytes:
    """A body as it goes through the pipe."""
    return len(body).to_bytes(4, "big") + body


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next body, or None at the end of the stream."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Send one body at once."""
    stream.write(frame(body))
    stream.flush()
