"""Reports that machines send about our mails: delivery (RFC 3464) and reading (RFC 8098)."""

import re
from collections.abc import Callable
from typing import Literal

from lyhord.conversations.exchange import InboundStatus
from lyhord.kit.mime.decoding import decode_text
from lyhord.kit.mime.headers import Headers, first_date, read_headers, read_ids
from lyhord.kit.mime.structure import Mail, Part
from lyhord.kit.text import clean_name

REASON_LIMIT = 500

_STATE_OF_ACTION: dict[str, Literal["sent", "delivered", "failed"]] = {
    "failed": "failed",
    "delivered": "delivered",
    "relayed": "sent",
    "expanded": "sent",
    "delayed": "sent",
}
_RANK = {"failed": 3, "delivered": 2, "sent": 1}
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_REPORTS = {"message/delivery-status", "message/disposition-notification", "message/global-delivery-status"}


def is_report(mail: Mail) -> bool:
    """Whether the mail is a report, whatever it reports on."""
    return mail.type == "multipart/report" and any(part.type in _REPORTS for part in mail.parts)


def read_report(mail: Mail, external_id: str, key_of: Callable[[str], str | None]) -> InboundStatus | None:
    """What became of the mail of ours that is reported on, or None where the report names none. `key_of` knows our message ids."""
    status = next((part for part in mail.parts if part.type in _REPORTS), None)
    if status is None:
        return None
    groups = _groups(status.decode())
    reference = _reference(mail.parts, groups, key_of)
    if reference is None:
        return None
    at = first_date([mail.headers.get("date")])
    if status.type == "message/disposition-notification":
        shown = any("displayed" in group.get("disposition").lower() for group in groups)
        return InboundStatus(
            reference=reference, state="read" if shown else "delivered", external_id=external_id, at=at
        )
    state, reason = _outcome(groups)
    return InboundStatus(reference=reference, state=state, external_id=external_id, at=at, error=reason)


def _groups(data: bytes) -> list[Headers]:
    """The groups of fields: the first about the mail, the others each about one recipient."""
    return [read_headers(group.strip(b"\r\n"))[0] for group in _BLANK_LINE.split(data[:200_000]) if group.strip()]


def _reference(parts: tuple[Part, ...], groups: list[Headers], key_of: Callable[[str], str | None]) -> str | None:
    """Our key: of a message id with our signature, else the envelope id as it stands."""
    ids = [text for group in groups for text in read_ids(group.get("original-message-id"))]
    for part in parts:
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            original = read_headers(part.decode())[0]
            ids += read_ids(original.get("message-id")) + read_ids(f"<{original.get('x-lyhord')}>")
    for message_id in ids:
        key = key_of(message_id)
        if key is not None:
            return key
    envelopes = [group.get("original-envelope-id") for group in groups]
    return next((_XTEXT.sub(lambda found: chr(int(found[1], 16)), text) for text in envelopes if text), None)


def _outcome(groups: list[Headers]) -> tuple[Literal["sent", "delivered", "failed"], str]:
    """The worst that happened to any recipient, and why, in the words of the other server."""
    state: Literal["sent", "delivered", "failed"] = "sent"
    reason = ""
    for group in groups:
        found = _STATE_OF_ACTION.get(group.get("action").strip().lower())
        if found is not None and (_RANK[found] > _RANK[state] or not reason):
            state = max(state, found, key=_RANK.__getitem__)
            reason = _reason(group)
    return state, reason if state == "failed" else ""


def _reason(group: Headers) -> str:
    recipient = group.get("final-recipient") or group.get("original-recipient")
    words = [group.get("diagnostic-code").partition(";")[2] or group.get("status"), recipient.partition(";")[2]]
    text = " · ".join(word.strip() for word in words if word.strip())
    return clean_name(decode_text(text.encode("utf-8", "replace"), "utf-8"), REASON_LIMIT)
