"""Calls of Meta that somebody else recorded (restfb/restfb, see ../shared/fixtures/SOURCES.md). They aren't part of the project."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT.parent / "shared" / "fixtures" / "meta"
recorded = pytest.mark.skipif(not FOLDER.exists(), reason="the recordings of ../shared/fixtures aren't here")


def names(folder: str) -> list[str]:
    """The recordings of `webhooks` or `instagram`, by name."""
    return sorted(path.stem for path in (FOLDER / folder).glob("*.json")) if FOLDER.exists() else []


def read(folder: str, name: str) -> bytes:
    """One recording as it came."""
    return (FOLDER / folder / f"{name}.json").read_bytes()


def owner_of(body: bytes) -> str:
    """The page or account that a call is about, as text; "" where it is no call."""
    entries = json.loads(body).get("entry") or [{}]
    return str(entries[0].get("id") or "")


def seen_from(body: bytes, owner: str) -> bytes:
    """The same call about another page: whom it took for the company is then somebody else."""
    call: dict[str, Any] = json.loads(body)
    for entry in call["entry"]:
        entry["id"] = owner
    return json.dumps(call).encode()
