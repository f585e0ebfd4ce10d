"""Writes the pages under docs/reference from the code: settings, commands, events. `--check` only says whether they are up to date."""

import sys
from pathlib import Path

from lyhord.app.command import COMMANDS
from lyhord.app.settings import list_settings
from lyhord.app.wiring import EVENTS
from lyhord.kit.events import kind_of

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Made by `make reference`; change the code instead. -->\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {"settings.md": _settings(), "commands.md": _commands(), "events.md": _events()}


def _settings() -> str:
    lines = [
        "# Settings",
        "",
        MADE,
        (
            "A setting comes from the built-in value, then from `lyhord.toml` (or the file that `--config` or `LYHORD_CONFIG` names), "
            "then from the environment; the last one wins. Unknown settings are refused. `lyhord settings` shows what is in force."
        ),
        "",
        "| setting | in the environment | kind | default | meaning |",
        "|---|---|---|---|---|",
    ]
    for one in list_settings():
        default = f"`{one.default}`" if one.default else "empty"
        lines.append(f"| `{one.name}` | `{one.variable}` | {one.kind} | {default} | {one.meaning} |")
    return "\n".join(lines) + "\n"


def _commands() -> str:
    lines = ["# Commands", "", MADE]
    for command in COMMANDS:
        arguments = [one for one in command.options if not one.name.startswith("--")]
        shown = [f"[{one.name.upper()}]" if one.optional else one.name.upper() for one in arguments]
        words = " ".join(["lyhord", *command.words])
        lines += [f"## {words}", "", f"    {' '.join([words, *shown])}", "", command.help, ""]
        for one in command.options:
            name = one.name if one.name.startswith("--") else one.name.upper()
            lines.append(f"- `{name}`: {one.help}")
        lines += [""] if command.options else []
    return "\n".join(lines).rstrip() + "\n"


def _events() -> str:
    lines = [
        "# Events",
        "",
        MADE,
        "What happens in a workspace, in its log and on the live stream. An event names things by id and carries small facts.",
        "",
        "| kind | what happened | facts |",
        "|---|---|---|",
    ]
    for event in sorted(EVENTS, key=kind_of):
        meaning = " ".join((event.__doc__ or "").split())
        facts = ", ".join(f"`{name}`" for name in event.__struct_fields__)
        lines.append(f"| `{kind_of(event)}` | {meaning} | {facts} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages, or check them."""
    stale = [name for name, text in pages().items() if not _is_same(FOLDER / name, text)]
    if "--check" in sys.argv:
        sys.exit(f"Run `make reference`: {', '.join(stale)} are out of date." if stale else 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)


def _is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    main()
