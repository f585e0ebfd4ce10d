"""Marks that only we can make: the address that leads a reply to its conversation, and our own message ids."""

import base64
import binascii
import hashlib
import hmac
import re
import uuid
from urllib.parse import quote, unquote

from lyhord.channels.mail.addresses import is_address

LOCAL_LIMIT = 64
"""Octets of a local part that every server must accept (RFC 5321 §4.5.3.1.1)."""

_TOKEN = re.compile(r"[a-z2-7]{52}")
_OWN_ID = re.compile(r"([A-Za-z0-9_.%~-]{1,200})\.([0-9a-f]{32})@")


class Marks:
    """Makes and checks the marks of one workspace. `key` is secret; 128 bits of an HMAC-SHA-256 stand in each mark."""

    def __init__(self, key: bytes, workspace_id: str) -> None:
        self._key = hmac.digest(key, f"mail:{workspace_id}".encode(), hashlib.sha256)

    def reply_address(self, address: str, conversation_id: str, reply_domain: str = "") -> str | None:
        """`support+<token>@…`, or `<token>@<reply_domain>` where the company gave a domain to that; None where it can't be made."""
        try:
            body = uuid.UUID(conversation_id).bytes
        except ValueError:
            return None
        token = base64.b32encode(body + self._sign("reply", body)).decode().rstrip("=").lower()
        local, _, domain = address.rpartition("@")
        made = f"{token}@{reply_domain}" if reply_domain else f"{local.partition('+')[0]}+{token}@{domain}"
        return made if is_address(made) and len(made.rpartition("@")[0].encode()) <= LOCAL_LIMIT else None

    def conversation_of(self, address: str) -> str | None:
        """The conversation whose reply address this is, or None: an address that we didn't make leads nowhere."""
        local = address.rpartition("@")[0].lower()
        token = local.rpartition("+")[2]
        if not _TOKEN.fullmatch(token):
            return None
        try:
            data = base64.b32decode(token.upper() + "====")
        except binascii.Error:
            return None
        if not hmac.compare_digest(data[16:], self._sign("reply", data[:16])):
            return None
        return str(uuid.UUID(bytes=data[:16]))

    def message_id(self, key: str, domain: str) -> str:
        """The id, without angle brackets, of the mail that carries `key`: the same on every attempt."""
        return f"{quote(key, safe='')}.{self._sign('id', key.encode()).hex()}@{domain}"

    def key_of(self, message_id: str) -> str | None:
        """The key of a message id that we made, or None."""
        found = _OWN_ID.match(message_id)
        if found is None:
            return None
        key = unquote(found[1])
        return key if hmac.compare_digest(found[2], self._sign("id", key.encode()).hex()) else None

    def _sign(self, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + data, hashlib.sha256)[:16]
