"""Saved views of which *view + events = fresh view* is asked: of all kinds of conditions."""

from typing import Any

OPEN: Any = {"type": "one_of", "field": "status", "values": ["open", "pending"]}
VIEWS: dict[str, Any] = {
    "everything": {},
    "waits": {"conditions": [OPEN, {"type": "whether", "field": "waiting"}]},
    "not mine": {"conditions": [OPEN, {"type": "one_of", "field": "owner", "values": ["me"], "but": True}]},
    "done or unread": {
        "match": "any",
        "conditions": [
            {"type": "one_of", "field": "status", "values": ["resolved"]},
            {"type": "whether", "field": "unread"},
        ],
    },
    "complaints": {"conditions": [{"type": "one_of", "field": "kind", "values": ["complaint"]}]},
    "lamps": {"conditions": [{"type": "attribute", "subject": "ticket", "key": "product", "values": ["lamp"]}]},
    "no stage": {"conditions": [{"type": "one_of", "field": "stage", "values": ["none"]}]},
    "followed": {"conditions": [{"type": "whether", "field": "watched"}]},
    "drafts in Swedish": {
        "match": "any",
        "conditions": [
            {"type": "whether", "field": "draft"},
            {"type": "one_of", "field": "language", "values": ["sv"]},
        ],
    },
}
"""Saved views, by name."""
