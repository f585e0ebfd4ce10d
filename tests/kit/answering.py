"""A child for tests: it says what it was told with its process id, and dies, sleeps or doesn't start where it is told to."""

import os
import sys
import time

from lyhord.kit.pipes import read_frame, write_frame


def main() -> None:
    if "broken" in sys.argv:
        sys.exit(1)
    write_frame(sys.stdout.buffer, b"")
    while (said := read_frame(sys.stdin.buffer)) is not None:
        if said == b"die":
            os._exit(1)
        if said == b"sleep":
            time.sleep(600)
        write_frame(sys.stdout.buffer, b"%s %d" % (said, os.getpid()))


if __name__ == "__main__":
    main()
