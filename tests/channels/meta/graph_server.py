"""A Graph API on a socket of this machine, as strict as its documentation: what breaks a rule is refused with Meta's own codes."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from lyhord.channels.meta.graph import VERSION
from lyhord.kit.egress import Egress

LONGEST = {"page": 2_000, "instagram": 1_000}


class Refusal(Exception):
    """What breaks a rule: code, subcode and words."""


class Graph(ThreadingHTTPServer):
    """One page or account, its people and comments. `asked` has every call that was taken: method, path and body."""

    daemon_threads = True

    def __init__(self, kind: str = "page", token: str = "the-token-of-the-page", secret: str = "the-secret") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kind, self.token, self.secret = kind, token, secret
        self.people = {"5"}
        self.comments = {"7_8", "110_7", "1789"}
        self.answered: set[str] = set()
        self.asked: list[tuple[str, str, Any]] = []
        self.count = 0

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def admit(self, authorization: str, proof: str, version: str) -> None:
        """Let a call in; raises `Refusal`."""
        if authorization != f"Bearer {self.token}" or version != VERSION:
            raise Refusal(190, 463, "Error validating access token")
        wanted = hmac.new(self.secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if proof and proof != wanted:
            raise Refusal(100, 0, "Invalid appsecret_proof provided in the API argument")

    def take(self, method: str, path: str, body: dict[str, Any], file: bytes | None) -> dict[str, Any]:
        """What becomes of one call; raises `Refusal`."""
        self.count += 1
        if path.endswith("/messages"):
            answer = self._message(body, file)
        elif path.endswith("/message_attachments"):
            answer = self._attachment(body, file)
        else:
            answer = self._public(method, path, body, file)
        self.asked.append((method, path, body))
        return answer

    def _message(self, body: dict[str, Any], file: bytes | None) -> dict[str, Any]:
        recipient = body.get("recipient") or {}
        if recipient.get("id") not in self.people and not {"comment_id", "post_id"} & set(recipient):
            raise Refusal(100, 2018001, "No matching user found")
        public = recipient.get("comment_id") or recipient.get("post_id")
        if public and public in self.answered:
            raise Refusal(10900, 0, "Activity already replied to")
        if "sender_action" in body:
            return self._action(body)
        if body.get("messaging_type") == "MESSAGE_TAG" and body.get("tag") != "HUMAN_AGENT":
            raise Refusal(100, 0, "Invalid tag")
        _check_message(body.get("message") or {}, LONGEST[self.kind], self.kind, file)
        self.answered |= {public} if public else set()
        return {"recipient_id": recipient.get("id", "5"), "message_id": f"m_{self.count}"}

    def _action(self, body: dict[str, Any]) -> dict[str, Any]:
        action, payload = body["sender_action"], body.get("payload") or {}
        if action in {"react", "unreact"} and not payload.get("message_id"):
            raise Refusal(100, 0, "message_id is required")
        if action == "react" and self.kind == "instagram" and payload.get("reaction") != "love":
            raise Refusal(100, 0, "Invalid reaction")
        if action not in {"react", "unreact", "typing_on", "mark_seen"} or "message" in body:
            raise Refusal(100, 0, "Invalid sender action")
        return {"recipient_id": body["recipient"]["id"]}

    def _attachment(self, body: dict[str, Any], file: bytes | None) -> dict[str, Any]:
        if self.kind != "instagram" or body.get("platform") != "instagram" or not file:
            raise Refusal(100, 0, "An incorrect number of files uploaded")
        return {"attachment_id": f"a_{self.count}"}

    def _public(self, method: str, path: str, body: dict[str, Any], file: bytes | None) -> dict[str, Any]:
        name, _, edge = path.partition("/")
        if name not in self.comments:
            raise Refusal(100, 33, "Unsupported request: the object does not exist")
        if edge not in ({"", "comments", "likes"} if self.kind == "page" else {"", "replies", "comments"}):
            raise Refusal(100, 0, f"Unknown path components: /{edge}")
        if edge in {"comments", "replies"}:
            if not (body.get("message") or file):
                raise Refusal(100, 0, "Message must not be empty")
            self.comments.add(f"7_{self.count}")
            return {"id": f"7_{self.count}"}
        if method == "POST" and edge == "" and not {"is_hidden", "hide", "message"} & set(body):
            raise Refusal(100, 0, "Nothing to change")
        return {"success": True}


def _check_message(message: dict[str, Any], longest: int, kind: str, file: bytes | None) -> None:
    text, attachment = message.get("text"), message.get("attachment")
    if bool(text) == bool(attachment):
        raise Refusal(100, 0, "Message cannot be empty, must provide valid attachment or text")
    if text and (len(text) if kind == "page" else len(text.encode())) > longest:
        raise Refusal(100, 0, f"Length of param message[text] must be less than or equal to {longest}")
    replies = message.get("quick_replies") or []
    if len(replies) > 13 or any(len(one["title"]) > 20 or one["content_type"] != "text" for one in replies):
        raise Refusal(100, 0, "param message[quick_replies] has wrong elements")
    payload = (attachment or {}).get("payload") or {}
    if attachment and kind == "page" and not file:
        raise Refusal(100, 2018008, "No file")
    if attachment and kind == "instagram" and not payload.get("id"):
        raise Refusal(100, 2018008, "No file")
    if len(message.get("metadata") or "") > 1_000 or (kind == "instagram" and "metadata" in message):
        raise Refusal(100, 0, "Invalid metadata")


class _Handler(BaseHTTPRequestHandler):
    server: Graph

    def _answer(self) -> None:
        where = urlsplit(self.path)
        version, _, path = where.path.removeprefix("/").partition("/")
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        proof = parse_qs(where.query).get("appsecret_proof", [""])[0]
        graph = self.server
        try:
            graph.admit(self.headers.get("authorization") or "", proof, version)
            body, file = self._read(content)
            status, answer = 200, graph.take(self.command, path, body, file)
        except Refusal as refusal:
            code, subcode, words = refusal.args
            status, answer = 400, {"error": {"code": code, "error_subcode": subcode, "message": f"(#{code}) {words}"}}
        told = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_DELETE = do_GET = _answer  # noqa: N815 - named by the library

    def _read(self, content: bytes) -> tuple[dict[str, Any], bytes | None]:
        kind = self.headers.get("content-type") or ""
        if not kind.startswith("multipart/"):
            return (json.loads(content) if content else {}), None
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content, policy=policy.HTTP)
        body: dict[str, Any] = {}
        file = None
        for part in form.iter_parts():
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            if part.get_filename():
                file = data
            else:
                body[str(name)] = _value(data)
        return body, file

    @override
    def log_message(self, *_: Any) -> None:
        """Quietly."""


def _value(data: bytes) -> Any:
    return json.loads(data) if data.startswith((b"{", b"[")) else data.decode()


@contextmanager
def serving(graph: Graph) -> Iterator[Graph]:
    """It answers until the end."""
    thread = Thread(target=graph.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield graph
    finally:
        graph.shutdown()
        graph.server_close()
        thread.join()


def way_out() -> Egress:
    """The product's own way out, which may call this machine here."""
    return Egress(allow_private=["127.0.0.0/8"])
