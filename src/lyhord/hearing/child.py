"""The process that thinks of messages, so that a server has neither models nor that work: `python -m lyhord.hearing.child ROOT [closely]`.

On standard input come frames (four bytes of length, then MessagePack of `Reading`), on standard output one frame of MessagePack answers
each, behind an empty one that says that it is ready. A frame that begins with `!` tells what went wrong. It works behind all others.
"""

import contextlib
import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from lyhord.hearing.thinking import Answer, Reading, think
from lyhord.kit.files import Files
from lyhord.kit.pipes import read_frame, write_frame

CLOSELY = "closely"
FAULT, NOTHING = b"!", b"-"
PATIENT = 10
"""How much less its work is than that of others, as `nice` says it."""
MEMORY_BYTES = 4 << 30
"""Of addresses, in most of which nothing is."""


def main() -> None:
    """Think until standard input ends."""
    os.nice(PATIENT)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read by numpy; more of them would take time of those who wait
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ponder = _make_ponder(Files(Path(sys.argv[1])), closely=CLOSELY in sys.argv[2:])
    decode, encode = msgspec.msgpack.Decoder(Reading).decode, msgspec.msgpack.Encoder().encode
    write_frame(sys.stdout.buffer, b"")
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            write_frame(sys.stdout.buffer, _answer(ponder, decode(frame), encode))


def _make_ponder(files: Files, *, closely: bool) -> Callable[[Reading], dict[str, Answer]]:
    from lyhord.hearing.reasons.closely import Closer  # noqa: PLC0415 - for this process alone, as all of these
    from lyhord.hearing.reasons.embedders import EMBEDDERS  # noqa: PLC0415
    from lyhord.hearing.reasons.points import EMBEDDER, POINTS_OF  # noqa: PLC0415
    from lyhord.hearing.reasons.telling import Models  # noqa: PLC0415

    models = Models(files)
    return Closer(models, POINTS_OF, EMBEDDERS[EMBEDDER]).think if closely else partial(think, teller=models)


def _answer(
    ponder: Callable[[Reading], dict[str, Answer]], reading: Reading, encode: Callable[[object], bytes]
) -> bytes:
    from lyhord.hearing.reasons.closely import NothingCloser  # noqa: PLC0415 - as above

    try:
        return encode(ponder(reading))
    except NothingCloser:
        return NOTHING
    except Exception as error:  # noqa: BLE001 - whoever asked says it, and tries with fewer
        return FAULT + repr(error)[:1_000].encode("utf-8", "replace")


if __name__ == "__main__":
    main()
