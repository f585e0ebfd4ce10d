"""The process that parses mails, so that one that takes too long or too much can be killed: `python -m lyhord.channels.mail.child ROOT`.

On standard input come frames (four bytes of length, then JSON of `Job`, then as many bytes of mail as it says), and on standard output
one frame of JSON answers each, behind an empty one that says that it is ready; a frame that begins with `!` tells a fault of ours, such
as a full disk. Attachments are in the file store when the answer comes.
"""

import contextlib
import resource
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from lyhord.channels.mail.payloads import Reading, read_mail
from lyhord.conversations.exchange import Inbound, InboundMessage
from lyhord.kit.files import Files
from lyhord.kit.pipes import read_frame, write_frame
from lyhord.kit.storing import StorageFull

OWN_FAULT = b"!"
CPU_SECONDS = 10
MEMORY_BYTES = 512 << 20


class Job(Struct, frozen=True):
    """One mail: `size` bytes follow, or it lies in the store as `file`."""

    reading: Reading
    size: int = 0
    file: str | None = None


def parse_into_store(files: Files, job: Job, raw: bytes) -> list[Inbound]:
    """What the mail says, with the attachments put into the store instead of carried along."""
    return [_store_media(files, inbound) for inbound in read_mail(raw, job.reading)]


def _answer(files: Files, job: Job, body: bytes | None) -> bytes:
    try:
        raw = body if body is not None else files.path(job.file or "").read_bytes()
        return msgspec.json.encode(parse_into_store(files, job, raw))
    except (OSError, StorageFull) as error:  # told to the parent, who keeps the mail where it was
        return OWN_FAULT + str(error).encode("utf-8", "replace")


def _store_media(files: Files, inbound: Inbound) -> Inbound:
    if not isinstance(inbound, InboundMessage) or not inbound.media:
        return inbound
    kept = tuple(
        msgspec.structs.replace(media, content=None, file=files.put_now(media.content or b"").sha256)
        for media in inbound.media
    )
    return msgspec.structs.replace(inbound, media=kept)


def _allow_cpu() -> None:
    """Ten more seconds from now: the kernel ends the process that needs longer for one mail."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS, hard))


def main() -> None:
    """Parse until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files = Files(Path(sys.argv[1]))
    write_frame(sys.stdout.buffer, b"")
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            job = msgspec.json.decode(frame, type=Job)
            body = sys.stdin.buffer.read(job.size) if job.file is None else None
            _allow_cpu()
            write_frame(sys.stdout.buffer, _answer(files, job, body))


if __name__ == "__main__":
    main()
