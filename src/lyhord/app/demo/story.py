"""The demo's texts as values, read from the TOML files beside this module."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from lyhord.kit.clock import DAY, HOUR, MINUTE

LANGUAGES = {"en": "en", "sv": "sv", "nb": "nb", "fi": "fi", "zh": "zh-CN"}
"""The files, and the language of the customers in each."""
_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE}
_MENTION = re.compile(r"@(\w+)")


class DemoAgent(Struct, frozen=True):
    """Somebody who works in the shop. Nobody can sign in as them."""

    name: str
    email: str
    locale: str


class Shop(Struct, frozen=True):
    """The shop: its inboxes, its agents by key, and teams of agents' keys."""

    inboxes: dict[str, str]
    agents: dict[str, DemoAgent]
    teams: dict[str, list[str]]


class Line(Struct, frozen=True):
    """What one side said. `by` is mail or chat for the customer, else an agent's key; `ago` is milliseconds before now."""

    by: str
    text: str
    ago: int
    note: bool = False
    mentions: tuple[str, ...] = ()

    @property
    def by_customer(self) -> bool:
        """Whether the customer said it."""
        return self.by in {"mail", "chat"}


class Story(Struct, frozen=True, kw_only=True):
    """One customer's conversation and how its ticket ends up."""

    key: str
    name: str
    email: str
    language: str
    status: Literal["open", "pending", "snoozed", "resolved"]
    lines: tuple[Line, ...]
    subject: str | None = None
    owner: str | None = None
    snooze_days: int = 0
    about: str = ""
    attributes: Mapping[str, str | int] = {}


@cache
def read_shop() -> Shop:
    """The shop."""
    return msgspec.convert(_load("shop"), Shop)


@cache
def read_stories() -> tuple[Story, ...]:
    """Every conversation, language by language."""
    return tuple(
        _story(f"{file}-{number}", language, table)
        for file, language in LANGUAGES.items()
        for number, table in enumerate(_load(file)["conversations"], start=1)
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def _story(key: str, language: str, table: dict[str, Any]) -> Story:
    ago = sum(int(part[:-1]) * _UNITS[part[-1]] for part in table.pop("ago").split())
    lines = []
    for who, minutes, text in table.pop("lines"):
        ago -= minutes * MINUTE
        lines.append(_line(who, ago, text))
    return msgspec.convert({"key": key, "language": language, "lines": lines, **table}, Story)


def _line(who: str, ago: int, text: str) -> Line:
    by, _, note = who.partition(" ")
    agents = read_shop().agents
    named = {agent.name.split()[0]: key for key, agent in agents.items()}
    mentions = tuple(named[name] for name in _MENTION.findall(text) if name in named) if note else ()
    return Line(by, text, ago, bool(note), mentions)
