"""Telegram's own list of its methods and types, as a judge of what we send and a source of what it may tell. Nobody here wrote it."""

import functools
import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

FIXTURE = Path(__file__).parents[4] / "shared" / "fixtures" / "telegram" / "api.min.json"
ABSENT = f"TELEGRAM'S OWN LIST OF METHODS IS ABSENT: {FIXTURE} is not there, so nothing was held against it."
_PLAIN: Mapping[str, Any] = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}
_SAMPLES: Mapping[str, Any] = {"Integer": 7, "String": "words", "Boolean": True, "Float": 1.5, "True": True}


@functools.cache
def load() -> Any:
    """The list; skips the test where it isn't there, and says so."""
    if not FIXTURE.is_file():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(ABSENT, stacklevel=1)
        sys.stderr.write(f"\n{ABSENT}\n")
        pytest.skip(ABSENT)
    return json.loads(FIXTURE.read_text(encoding="utf-8"))


def faults(method: str, body: Mapping[str, Any], *, upload: str = "") -> list[str]:
    """What Telegram's list finds wrong with a call; `upload` is the field that carries a file."""
    fields = load()["methods"][method].get("fields", [])
    return list(_faults(method, fields, {**body, **({upload: "file"} if upload else {})}))


def _faults(where: str, fields: list[Any], given: Mapping[str, Any]) -> Iterator[str]:
    known = {field["name"]: field for field in fields}
    yield from (f"{where}: {name} is unknown" for name in given if name not in known)
    yield from (f"{where}: {name} is missing" for name, one in known.items() if one["required"] and name not in given)
    for name, value in given.items():
        if name in known and not any(_fits(kind, value) for kind in known[name]["types"]):
            yield f"{where}.{name}: {value!r} is no {known[name]['types']}"


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_fits(kind.removeprefix("Array of "), one) for one in value)
    if kind in _PLAIN:
        return bool(isinstance(value, _PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool)))
    if kind == "InputFile":
        return bool(value == "file")
    described = load()["types"][kind]
    if "subtypes" in described:
        return any(_fits(one, value) for one in described["subtypes"])
    return isinstance(value, dict) and not list(_faults(kind, described.get("fields", []), value))


def sample(kind: str) -> Any:
    """The least that Telegram may tell of a type: what is required, and nothing else."""
    if kind.startswith("Array of "):
        return [sample(kind.removeprefix("Array of "))]
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    described = load()["types"][kind]
    if described.get("subtypes"):
        return sample(described["subtypes"][0])
    return {one["name"]: sample(one["types"][0]) for one in described.get("fields", []) if one["required"]}


def fields_of(kind: str) -> dict[str, str]:
    """The fields of a type, each with the first type that it may have."""
    return {one["name"]: one["types"][0] for one in load()["types"][kind]["fields"]}
