"""Writes the pages under docs/reference from the code: settings, commands, events, channels.

`--check` only says whether they are up to date.
"""

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lyhord.app.channels import NO_TIMERS, NOT_OFFERED, Channels
from lyhord.app.command import COMMANDS
from lyhord.app.settings import list_settings
from lyhord.app.wiring import EVENTS
from lyhord.conversations.channel import Descriptor, Within
from lyhord.kit.events import kind_of
from lyhord.kit.words import catalogue
from lyhord.workspaces.doors import Proof

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
RECORDINGS = ROOT / "tests" / "channels" / "recordings.json"
"""What became of recorded calls; `tests/recordings.py` writes it."""
MADE = "<!-- Made by `make reference`; change the code instead. -->\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {"settings.md": _settings(), "commands.md": _commands(), "events.md": _events(), "channels.md": _channels()}


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


def _channels() -> str:
    lines = [
        "# Channels",
        "",
        MADE,
        "What each channel can do, from its descriptor. An inbox's settings may narrow it.",
        "",
        (
            "A channel is *proved* when software that nobody here wrote accepted what we send and produced what we read, on the day that "
            "stands there; with less than both it has *recordings only*. `make channels` writes this down, from the tests that it ran."
        ),
        "",
    ]
    channels = Channels()
    found = channels.list_descriptors()
    rows = [{"proof": _proof(channels.proof_of(one.channel)), **_abilities(one)} for one in found]
    lines += ["| | " + " | ".join(catalogue("en")[f"channel.{one.channel}.name"] for one in found) + " |"]
    lines += ["|---|" + "---|" * len(found)]
    lines += [f"| {name} | " + " | ".join(row[name] for row in rows) + " |" for name in rows[0]]
    readmes = ", ".join(f"[{one.channel}](../../src/lyhord/channels/{one.channel}/README.md)" for one in found)
    lines += ["", f"How to connect each, and where it ends: {readmes}.", "", "## Recordings", "", *_recordings(found)]
    lines += ["", "## Words that vanish where nobody tells us", ""]
    lines += [f"- **{name}**: {why}" for name, why in NO_TIMERS.items()]
    lines += ["", "## Not offered", ""]
    lines += [f"- **{missing.name}**: {missing.why}" for missing in NOT_OFFERED]
    return "\n".join(lines) + "\n"


def _recordings(found: Sequence[Descriptor]) -> list[str]:
    """What became of the calls that others recorded, and which of them nobody understands."""
    figures = json.loads(RECORDINGS.read_text(encoding="utf-8"))
    words = catalogue("en")
    table, unsupported = [], []
    for one in found:
        if one.channel not in figures:
            continue
        name, said = words[f"channel.{one.channel}.name"], figures[one.channel]
        odd, failed = said["unsupported"], said["failed"]
        calls = said["read"] + said["nothing"] + len(odd) + len(failed)
        counts = f"{calls} | {said['read']} | {said['nothing']} | {len(odd)} | {len(failed)}"
        table.append(f"| {name} | {counts} | {said['whose']} |")
        unsupported += [
            f"- **{name}**, “{words[reason]}”: {', '.join(f'`{call}`' for call in odd if odd[call] == reason)}"
            for reason in sorted(set(odd.values()))
        ]
    return [
        (
            "What becomes of calls that others recorded, as `make channels` counted it. Of all other channels no recordings were to be "
            "had: they are tested with software of others, as *proof* says, or with calls written by hand from their owners' documentation."
        ),
        "",
        "| | calls | read | of no conversation | shown as not understood | failed | from |",
        "|---|---|---|---|---|---|---|",
        *table,
        "",
        "Shown as not understood, with the original kept:",
        "",
        *unsupported,
    ]


def _abilities(can: Descriptor) -> dict[str, str]:
    """What a channel can do, by what a reader asks."""
    unit = "units of UTF-16" if can.limit_unit == "utf16" else can.limit_unit
    window = can.window and f"{can.window.seconds // 3600} hours after they wrote"
    polled = "polling or webhook" if any(one.name == "receive" for one in can.fields) else "polling"
    ways = {"smtp": "IMAP or SMTP", "poll": polled, "visitor": "our own panel"}
    return {
        "comes in by": ways.get(can.ingress, can.ingress),
        "formatted": _yes(can.markup != "none"),
        "longest text": f"{can.text_limit:,} {unit}, then {can.overflow}" if can.text_limit else "no limit",
        "largest file": f"{can.media_limit // 1_000_000} MB",
        "buttons": _buttons(can),
        "templates": _yes(can.templates),
        "the company may write first": _yes(can.may_initiate),
        "may answer": window or "always",
        "known to be delivered": can.delivered,
        "known to be read": can.read,
        "shows that somebody writes": _yes(can.typing_out),
        "edits of what we said": _within(can.edit),
        "withdrawals of what we said": _within(can.delete),
        "reactions": _yes(can.reactions),
        "quotes what is answered": "by itself" if can.quotes else "as text",
        "groups": _yes(can.groups),
        "subject, copies": f"{_yes(can.subject)}, {_yes(can.copies)}",
        "public posts and comments": _yes(can.public),
        "private answers to them": _private(can),
        "words that vanish": _yes(can.expires),
        "hides comments": _yes(can.hide),
        "side conversations": _yes(can.threads),
        "tells duplicates of what we send": _yes(can.native_key),
    }


def _proof(proof: Proof) -> str:
    if proof.label == "ours":
        return "both ends are ours"
    names = " and ".join(proof.names)
    if proof.label == "proved":
        return f"proved on {_day(proof.on)} with {names}"
    return "recordings only" + (f"; {names} accepted what we send on {_day(proof.on)}" if names else "")


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"


def _yes(can: bool) -> str:
    return "yes" if can else "no"


def _buttons(can: Descriptor) -> str:
    limits = [str(can.button_limit)] if can.button_limit else []
    limits += [f"a list of {can.list_limit}"] if can.list_limit > can.button_limit else []
    return ", else ".join(limits) or "as numbered lines"


def _private(can: Descriptor) -> str:
    if not can.public:
        return "no"
    return "yes" if can.may_initiate else f"once, {_within(can.private_answer)}" if can.private_answer else "no"


def _within(within: Within | None) -> str:
    if within is None:
        return "no"
    time = "yes" if within.seconds is None else f"for {within.seconds // 3600} hours"
    return f"{time}, in public" if within.public else time


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
