"""The built front ends: agents' app under /app/, the web chat's loader and panel, the sandbox page.

Only what was on disk at the start is served, looked up by its whole name, so no address can lead anywhere else.
"""

import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lyhord.web.asgi import Receive, Scope, Send, answer, header

BUILT = Path(__file__).parent / "assets"
APP_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; frame-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'; require-trusted-types-for 'script'"
)
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
"""For service workers, which only fetch."""
TRY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: blob: data:; connect-src 'self'; "
    "media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""For our own page that carries a company's chat, whose logo may come from anywhere."""
_WORKER = ((b"content-security-policy", WORKER_POLICY.encode()),)
_HASHED = re.compile(r"(^|/)assets/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
_FOREVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"
_FIVE_MINUTES = b"public, max-age=300"
_ENCODINGS = ((b"br", ".br"), (b"gzip", ".gz"))
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class Asset(NamedTuple):
    """One file in every form in which it was built. `forms` maps a content encoding to its path, b"" is the plain one."""

    forms: Mapping[bytes, Path]
    content_type: bytes
    cache: bytes
    tag: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class Assets:
    """An ASGI app over the folders `app`, `chat` and `sandbox` of `root`; what isn't built answers 404."""

    def __init__(self, root: Path = BUILT) -> None:
        self._assets: dict[str, Asset] = {}
        for folder in ("app", "sandbox"):
            self._assets.update(_page_assets(root / folder, f"/{folder}/"))
        self._assets.update(_chat_assets(root / "chat"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET and HEAD; every address below /app/ that isn't a file shows the app, which routes by itself."""
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            await answer(send, 405, headers=[(b"allow", b"GET, HEAD")])
        elif path in ("/", "/app", "/sandbox"):
            target = b"/sandbox/" if path == "/sandbox" else b"/app/"
            await answer(send, 307, headers=[(b"location", target), (b"cache-control", _ASK_AGAIN)])
        elif (asset := self._find(path)) is None:
            await answer(send, 404, b"Not found")
        else:
            await _send_asset(asset, scope, send)

    def _find(self, path: str) -> Asset | None:
        asset = self._assets.get(path)
        if asset is None and path.startswith(("/app/", "/sandbox/")) and "." not in path.rpartition("/")[2]:
            asset = self._assets.get(path[: path.index("/", 1) + 1])
        return asset


def _page_assets(folder: Path, prefix: str) -> Iterator[tuple[str, Asset]]:
    guard = (
        (b"content-security-policy", APP_POLICY.encode()),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=()"),
    )
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        headers = guard if path.suffix == ".html" else _WORKER if name == "sw.js" else ()
        asset = _asset(path, cache=_FOREVER if _HASHED.search(name) else _ASK_AGAIN, headers=headers)
        yield prefix + name, asset
        if name == "index.html":
            yield prefix, asset


def _chat_assets(folder: Path) -> Iterator[tuple[str, Asset]]:
    """The loader as /chat.js and the rest under /chat/: public, for pages of any origin. A page among them stands alone."""
    anyone = ((b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin"))
    alone = ((b"content-security-policy", TRY_POLICY.encode()), (b"referrer-policy", b"same-origin"))
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        headers = alone if path.suffix == ".html" else _WORKER if name == "push-worker.js" else anyone
        asset = _asset(path, cache=_FOREVER if _HASHED.search(name) else _FIVE_MINUTES, headers=headers)
        yield ("/chat.js" if name == "chat.js" else f"/chat/{name}"), asset


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in (".br", ".gz"))


def _asset(path: Path, *, cache: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> Asset:
    forms = {b"": path}
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            forms[encoding] = packed
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("json", "svg+xml")):
        kind += "; charset=utf-8"
    tag = hashlib.sha256(path.read_bytes()).hexdigest()[:20]
    return Asset(forms, kind.encode(), cache, tag.encode(), headers)


async def _send_asset(asset: Asset, scope: Scope, send: Send) -> None:
    accepted = header(scope, b"accept-encoding") or b""
    encoding = next((name for name, _ in _ENCODINGS if name in asset.forms and _accepts(accepted, name)), b"")
    tag = b'"' + asset.tag + (b"-" + encoding if encoding else b"") + b'"'
    headers = [(b"cache-control", asset.cache), (b"etag", tag), (b"vary", b"accept-encoding"), *asset.headers]
    if tag in (header(scope, b"if-none-match") or b""):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    if encoding:
        headers.append((b"content-encoding", encoding))
    await answer(send, 200, asset.forms[encoding].read_bytes(), content_type=asset.content_type, headers=headers)


def _accepts(accepted: bytes, encoding: bytes) -> bool:
    """Whether an Accept-Encoding header takes `encoding`; `;q=0` refuses it."""
    for item in accepted.lower().split(b","):
        name, _, quality = item.strip().partition(b";")
        if name.strip() == encoding:
            return quality.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False
