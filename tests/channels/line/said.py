"""An official account for tests, the calls that LINE makes, and LINE's own recordings and description of its API, where they are."""

import functools
import hashlib
import hmac
import json
import sys
import warnings
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lyhord.channels.line.adapter import Line
from lyhord.conversations.account import Account, Means
from lyhord.conversations.exchange import Inbound, Media, Raw
from lyhord.kit.egress import Egress
from lyhord.kit.files import Files

TOKEN, SECRET = "token-of-the-account", "secret-of-the-channel"
ANNA, GROUP = "U206d25c2ea6bd87c17655609a1c37cb8", "Ca56f94637cc4347f90a25382909b24b9"
BASE = "https://desk.example.com"
FIXTURES = Path(__file__).parents[4] / "shared" / "fixtures" / "line"
_RIGHT: Mapping[str, Any] = {
    "string": str,
    "object": dict,
    "array": list,
    "integer": int,
    "boolean": bool,
    "number": (int, float),
}
ABSENT = f"LINE'S OWN RECORDINGS ARE ABSENT: {FIXTURES} is not there, so nothing was held against them."


def fixture(name: str) -> str:
    """One of LINE's own files; skips the test where they aren't there, and says so."""
    path = FIXTURES / name
    if not path.is_file():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(ABSENT, stacklevel=1)
        sys.stderr.write(f"\n{ABSENT}\n")
        pytest.skip(ABSENT)
    return path.read_text(encoding="utf-8")


def event(kind: str = "message", *, source: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One event of Anna's."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1_772_355_600_000,
        "webhookEventId": f"01H{kind}",
        "deliveryContext": {"isRedelivery": False},
        "source": source or {"type": "user", "userId": ANNA},
        **more,
    }


def call(*events: Any) -> bytes:
    """A call with these events."""
    return json.dumps({"destination": "U" + "0" * 32, "events": events}).encode()


def signed(body: bytes, secret: str = SECRET) -> Raw:
    """The call as LINE makes it."""
    signature = b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return Raw(body, {"x-line-signature": signature})


def account(**settings: Any) -> Account:
    """The inbox."""
    secrets = {"access_token": TOKEN, "channel_secret": SECRET}
    return Account("workspace", "inbox", "key", "Shop", settings, secrets)


def read(*events: Any) -> list[Inbound]:
    """What is read in events."""
    return Line(account()).parse(Raw(call(*events)))


async def _nothing(*_: Any) -> None:
    """Nothing is to be kept."""


def lend(media: Media, until: int) -> str:
    """The address of a file."""
    return f"{BASE}/file/{media.name}?lent={media.file}" if media.file else ""


def means(folder: Path, base_address: str = BASE) -> Means:
    """What the process lends: the real way out, which may go to loopback here."""
    egress = Egress(allow_private=["127.0.0.0/8"])
    return Means(
        files=Files(folder),
        call=egress.call,
        base_address=base_address,
        key=b"k" * 32,
        keep_secrets=_nothing,
        close=egress.close,
        address_of=lend,
    )


@functools.cache
def _api() -> Any:
    return yaml.safe_load(fixture("messaging-api.yml"))


def faults(path: str, body: Any) -> list[str]:
    """What LINE's own description finds wrong with what is posted to a path."""
    schema = _api()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return list(_faults("body", schema, body))


def _faults(where: str, schema: Any, value: Any) -> Iterator[str]:
    schema = _resolved(schema, value)
    kind = schema.get("type")
    if kind and not isinstance(value, _RIGHT[kind]):
        yield f"{where} is no {kind}"
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value)
        yield from (f"{where}.{name} is unknown" for name in value if name not in known)
        for name in value.keys() & known.keys():
            yield from _faults(f"{where}.{name}", known[name], value[name])
    elif isinstance(value, list):
        yield from _out_of(where, len(value), schema, "minItems", "maxItems")
        for number, item in enumerate(value):
            yield from _faults(f"{where}[{number}]", schema["items"], item)
    elif isinstance(value, str):
        yield from _out_of(where, len(value), schema, "minLength", "maxLength")
        yield from () if value in schema.get("enum", [value]) else [f"{where}: {value} is unknown"]
    else:
        yield from _out_of(where, value, schema, "minimum", "maximum")


def _out_of(where: str, size: int, schema: Any, least: str, most: str) -> Iterator[str]:
    if not schema.get(least, size) <= size <= schema.get(most, size):
        yield f"{where}: {size} is out of range"


def _resolved(schema: Any, value: Any, *, chosen: bool = False) -> Any:
    """The schema with its references followed, its parts joined, and the kind taken that the value says it is."""
    if "$ref" in schema:
        schema = _api()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    by = schema.get("discriminator")
    if by and not chosen and isinstance(value, dict):
        name = by["mapping"].get(value.get(by["propertyName"]))
        assert name, f"{value} is of no kind that LINE knows"
        return _resolved({"$ref": name}, value, chosen=True)
    whole = {**schema, "properties": dict(schema.get("properties", {})), "required": [*schema.get("required", [])]}
    for part in schema.get("allOf", []):
        joined = _resolved(part, value, chosen=True)
        whole["properties"] |= joined.get("properties", {})
        whole["required"] += joined.get("required", [])
        whole.setdefault("type", joined.get("type"))
    return whole
