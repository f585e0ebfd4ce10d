"""Payloads as they came, kept a while beside the messages that they brought."""

from typing import Any

import msgspec

from lyhord.conversations.exchange import Raw, Unsupported
from lyhord.conversations.model import Received

RAW_IN_ROW = 64_000
"""Bytes of a raw payload up to which it lies in its row; larger ones lie in the file store."""


def raw_row(received: Received, raw: Raw, raw_id: str) -> dict[str, Any]:
    """The row of a payload, with why it couldn't be understood where that is so."""
    problem = next((one.reason for one in received.inbounds if isinstance(one, Unsupported)), None)
    return {
        "id": raw_id,
        "inbox_id": received.inbox_id,
        "body": None if raw.file else raw.body,
        "file": raw.file,
        "headers": msgspec.json.encode(raw.headers).decode() if raw.headers else "{}",
        "problem": problem,
    }
