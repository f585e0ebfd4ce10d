"""python -m bench.hearing [PART [OPTIONS]]: all parts, or the one that is named. Each is a module with a `main`."""

import sys
from importlib import import_module

PARTS = ("language", "reasons", "first", "personal", "mood", "topics", "finding", "speed", "beside")


def main() -> None:
    """Measure what was asked for."""
    asked = sys.argv[1:2] or PARTS
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        sys.exit(f"There is no part {unknown[0]}; there are {', '.join(PARTS)}.")
    for part in asked:
        print(f"== {part}")
        module = import_module(f"bench.hearing.{part}")
        module.main(sys.argv[2:]) if sys.argv[2:] else module.main()


if __name__ == "__main__":
    main()
