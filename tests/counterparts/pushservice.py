"""A push service on the loopback, and the browser behind it: it opens what comes with its own keys, by RFC 8291 read from the other end."""

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typing_extensions import override

CURVE = ec.SECP256R1()


def from_text(text: str) -> bytes:
    """Bytes from base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_text(data: bytes) -> str:
    """Bytes as base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def expand(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    """HKDF of RFC 5869 for up to 32 bytes."""
    key = hmac.digest(salt, material, "sha256")
    return hmac.digest(key, info + b"\1", "sha256")[:length]


class Browser:
    """The keys of one subscription."""

    def __init__(self, private: str = "", secret: str = "") -> None:
        number = int.from_bytes(from_text(private)) if private else 0
        self.key = ec.derive_private_key(number, CURVE) if private else ec.generate_private_key(CURVE)
        self.secret = from_text(secret) if secret else hashlib.sha256(b"a secret of tests").digest()[:16]
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str) -> dict[str, str]:
        """What it tells the company's server."""
        return {"endpoint": endpoint, "p256dh": to_text(self.point), "auth": to_text(self.secret)}

    def open(self, body: bytes) -> bytes:
        """The words in a message of one record."""
        salt, length = body[:16], body[20]
        assert int.from_bytes(body[16:20]) >= len(body) - 21 - length, "one record"
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        material = expand(self.secret, shared, b"WebPush: info\0" + self.point + sender, 32)
        key = expand(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = expand(salt, material, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2")


class Posted(NamedTuple):
    """One call of the service. Header names are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


def check_sender(posted: Posted, key: str, audience: str) -> dict[str, Any]:
    """The claims of who sent it, signed with the private half of `key`; raises where it isn't so."""
    scheme, _, rest = posted.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", key)
    head, body, signature = fields["t"].split(".")
    raw = from_text(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_text(key))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    claims: dict[str, Any] = json.loads(from_text(body))
    assert claims["aud"] == audience
    return claims


class PushService:
    """Keeps what is posted; answers `status`, with `headers`."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.status = 201
        self.headers: dict[str, str] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Take a message."""
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.posted.append(Posted(self.path, headers, body))
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            @override
            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
