"""What adapters make of calls that others recorded (`../shared/fixtures`): counted by channel, and written down by `make channels`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from lyhord.conversations.exchange import Raw, Unsupported
from tests.contract.accounts import CHANNELS, Subject

FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"
FILE = Path(__file__).with_name("channels") / "recordings.json"
_SUBJECTS = {one.name: one for one in reversed(CHANNELS)}


class Recording(NamedTuple):
    """One call as it came, and the settings of the inbox that is called."""

    name: str
    body: bytes
    settings: Mapping[str, str] = {}


class Figures(Struct, frozen=True, kw_only=True):
    """What became of a channel's recordings, which are `whose`.

    `read` is how many brought something that was said or done, `nothing` how many were of no conversation. `unsupported` names those that
    are shown as not understood, with the message key that says so, `failed` those that raised, or couldn't be read at all.
    """

    whose: str
    read: int
    nothing: int
    unsupported: dict[str, str]
    failed: dict[str, str]


def calls() -> dict[str, tuple[str, list[Recording]]]:
    """By channel, whose they are and the calls themselves; what else lies there (answers of an API, say) is left out."""
    meta = FIXTURES / "meta"
    line = json.loads((FIXTURES / "line" / "webhook.json").read_bytes())
    return {
        "mail": ("chatwoot/chatwoot", _files(FIXTURES / "mail", "*.eml")),
        "messenger": ("restfb/restfb", _called(_files(meta / "webhooks"), "page_id")),
        "instagram": ("restfb/restfb", _called(_files(meta / "instagram"), "account_id")),
        "whatsapp": ("facebook/openapi", _numbered(_files(FIXTURES / "whatsapp" / "in"))),
        "line": (
            "line/line-bot-sdk-python",
            [
                Recording(f"{number} {event['type']}", json.dumps({**line, "events": [event]}).encode())
                for number, event in enumerate(line["events"], 1)
            ],
        ),
    }


def count() -> dict[str, Figures]:
    """What becomes of all of them now."""
    return {
        channel: figures_of(whose, _SUBJECTS[channel], recordings) for channel, (whose, recordings) in calls().items()
    }


def decode(written: bytes) -> dict[str, Figures]:
    """What the file says."""
    return msgspec.json.decode(written, type=dict[str, Figures])


def encode(figures: Mapping[str, Figures]) -> bytes:
    """Such a file."""
    return msgspec.json.format(msgspec.json.encode(figures, order="sorted"), indent=2) + b"\n"


def figures_of(whose: str, subject: Subject, recordings: Iterable[Recording]) -> Figures:
    """What becomes of recordings at an inbox of one channel."""
    read = nothing = 0
    unsupported, failed = {}, {}
    for name, body, settings in recordings:
        try:
            found = subject.adapter(**settings).parse(Raw(body))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            failed[name] = repr(error)
            continue
        odd = [one for one in found if isinstance(one, Unsupported)]
        if any(one.external_id.startswith("raw:") for one in odd):
            failed[name] = "not read"
        elif odd and len(odd) == len(found):
            unsupported[name] = odd[0].reason
        else:
            read, nothing = (read + 1, nothing) if found else (read, nothing + 1)
    return Figures(whose=whose, read=read, nothing=nothing, unsupported=unsupported, failed=failed)


def _files(folder: Path, pattern: str = "*.json") -> list[Recording]:
    return [Recording(path.stem, path.read_bytes()) for path in sorted(folder.glob(pattern))]


def _called(recordings: Iterable[Recording], setting: str) -> list[Recording]:
    """The calls among them, each to the page or account that it is about."""
    entries = ((one, json.loads(one.body).get("entry")) for one in recordings)
    return [one._replace(settings={setting: str(entry[0].get("id") or "")}) for one, entry in entries if entry]


def _numbered(recordings: Iterable[Recording]) -> list[Recording]:
    """Each to the number that it is about."""
    values = ((one, json.loads(one.body)["entry"][0]["changes"][0]["value"]) for one in recordings)
    return [one._replace(settings={"number_id": value["metadata"]["phone_number_id"]}) for one, value in values]
