"""Web push without a third party besides the browser's own service: RFC 8291 for the words, RFC 8292 (VAPID) for who sends them."""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from lyhord.kit.problems import Invalid

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from lyhord.kit.egress import Answer, Call

    Post = Callable[[Call], Awaitable[Answer]]

TOKEN_SECONDS = 12 * 3600
RECORD = 4096
MOST_CONTENT = 3_000
"""Bytes of words that every push service takes."""


class Receiver(Struct, frozen=True):
    """A browser's subscription: where to post, and the browser's public key and secret (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


class Unusable(Exception):
    """Nothing can ever be sent there: the address isn't one that we call."""


class Pusher:
    """Sends to browsers as one installation. Its key comes from the installation's secret key and stands nowhere else."""

    def __init__(self, key: bytes, contact: str, post: "Post") -> None:
        """`contact` is a `mailto:` or `https:` address for the operators of push services."""
        self._secret = key
        self._contact = contact
        self._post = post
        self._key: EllipticCurvePrivateKey | None = None

    def public_key(self) -> str:
        """What a browser subscribes with (base64url)."""
        return encode(_point(self._own()))

    async def send(self, receiver: Receiver, content: bytes, *, now: int, seconds: int, topic: str) -> "Answer":
        """Post encrypted `content`, to be kept for `seconds` and to take the place of what waits under `topic`.

        `now` is Unix milliseconds. Raises `Unusable`, and `kit.egress.Unreachable` when no answer came.
        """
        from lyhord.kit.egress import Call, Refused  # noqa: PLC0415 - an idle server spares it

        headers = {
            "authorization": f"vapid t={self._token(receiver.endpoint, now // 1000)}, k={self.public_key()}",
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(seconds),
            "topic": hashlib.sha256(topic.encode()).hexdigest()[:32],
            "urgency": "high",
        }
        body = encrypt(content, decode(receiver.p256dh), decode(receiver.auth))
        try:
            return await self._post(Call(url=receiver.endpoint, method="POST", headers=headers, body=body, size=10_000))
        except Refused as error:
            raise Unusable(error.detail) from error

    def _own(self) -> "EllipticCurvePrivateKey":
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

            wide = hashlib.sha512(b"push:" + self._secret).digest()
            self._key = ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, ec.SECP256R1())
        return self._key

    def _token(self, endpoint: str, now: int) -> str:
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415 - as above

        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_SECONDS, "sub": self._contact}
        signed = ".".join(encode(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        der = self._own().sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        return f"{signed}.{encode(b''.join(number.to_bytes(32) for number in utils.decode_dss_signature(der)))}"


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has."""


def encrypt(
    content: bytes,
    receiver: bytes,
    secret: bytes,
    *,
    sender: "EllipticCurvePrivateKey | None" = None,
    salt: bytes | None = None,
) -> bytes:
    """`content` as only the owner of `receiver` (a point of P-256, 65 bytes) and `secret` (16 bytes) reads it: RFC 8291, one record.

    `sender` and `salt` are made afresh for each message; tests alone give them.
    """
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    own = _point(sender)
    shared = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver))
    material = _derive(secret, shared, b"WebPush: info\0" + receiver + own, 32)
    key = _derive(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4) + bytes([len(own)]) + own
    return head + AESGCM(key).encrypt(nonce, content + b"\2", None)


def check_receiver(receiver: Receiver) -> None:
    """Raise `Invalid` for keys that no browser made, or an address that isn't one."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    fields = {}
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(receiver.p256dh))
    except ValueError:
        fields["p256dh"] = "field.invalid"
    try:
        if len(decode(receiver.auth)) != 16:
            fields["auth"] = "field.invalid"
    except ValueError:
        fields["auth"] = "field.invalid"
    if urlsplit(receiver.endpoint).scheme not in {"https", "http"}:
        fields["endpoint"] = "field.invalid"
    if fields:
        raise Invalid("No browser's subscription looks like this.", fields=fields)


def encode(data: bytes) -> str:
    """As base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes; raises ValueError."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _point(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - as above

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    hkdf: Any = HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info)
    derived: bytes = hkdf.derive(material)
    return derived
