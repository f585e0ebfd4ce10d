"""Errors as callers see them: RFC 9457 problems with a message key, and a reference that stands in our log."""

import re
import traceback
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.serialization import decode_json
from msgspec import Struct

from lyhord.kit.database import Busy, Conflict, StorageFull
from lyhord.kit.ids import new_reference
from lyhord.kit.problems import Problem, TooMany

_log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_NAMED = re.compile(r"(?:required|unknown) field `([^`]+)`")
_WHOLE_BODY = "data"
_KEYS = {
    400: "problem.refused",
    401: "problem.not_signed_in",
    403: "problem.forbidden",
    404: "problem.not_found",
    405: "problem.method",
    413: "problem.too_large",
    415: "problem.content_type",
    429: "problem.too_many",
}


class ProblemBody(Struct, kw_only=True):
    """RFC 9457. `key` is a message key, `fields` maps a field's name to one, `reference` finds the entry in our log."""

    status: int
    title: str
    detail: str
    key: str
    reference: str
    type: str = "about:blank"
    fields: dict[str, str] = {}


AnyRequest = Request[Any, Any, Any]


def answer_problem(request: AnyRequest, error: Problem) -> Response[bytes]:
    """The answer to a refusal of our own."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return _answer(request, error.status, error.key, error.detail, error.fields, headers)


def answer_busy(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Nothing was stored and it is our fault: 503, and when to try again."""
    full = isinstance(error, StorageFull)
    key = "problem.storage_full" if full else "problem.busy"
    return _answer(request, 503, key, "", {}, {"Retry-After": "30" if full else "1"}, error)


def answer_conflict(request: AnyRequest, _: Conflict) -> Response[bytes]:
    """Somebody else was faster; which key it was stays inside."""
    return _answer(request, 409, "problem.taken", "It is taken already.", {}, {})


def answer_http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """The framework's own refusals: unknown path, wrong method, a body that doesn't fit."""
    if isinstance(error, ValidationException):
        return answer_invalid(request, error)
    if error.status_code >= 500:
        return answer_unexpected(request, error)
    detail = error.detail if error.status_code in {400, 405, 413, 415} else ""
    headers = {"Allow": error.headers["Allow"]} if error.headers and "Allow" in error.headers else {}
    return _answer(request, error.status_code, _KEYS.get(error.status_code, "problem.refused"), detail, {}, headers)


def answer_invalid(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    """422 with the fields that don't fit; the caller's own values are not repeated."""
    extra = error.extra if isinstance(error.extra, list) else []
    fields: dict[str, str] = {}
    texts: list[str] = []
    for item in extra:
        text = str(item.get("message", ""))
        texts.append(text)
        fields[_field(text, str(item.get("key", "")))] = _field_key(text)
    detail = (
        "; ".join(text for text in texts if text.startswith(("Expected", "Object", "Invalid")))
        or "The request doesn't fit."
    )
    return _answer(request, 422, "problem.invalid", detail, fields, {})


def answer_unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A mistake of ours: 500 without internals; the log has them under the reference."""
    if _is_callers(error):
        return _answer(request, 400, "problem.refused", "The body isn't valid JSON.", {}, {})
    return _answer(request, 500, "problem.unexpected", "", {}, {}, error)


exception_handlers: dict[Any, Any] = {
    Problem: answer_problem,
    Busy: answer_busy,
    StorageFull: answer_busy,
    Conflict: answer_conflict,
    HTTPException: answer_http,
    Exception: answer_unexpected,
}
"""For the application: every exception that a handler may raise, and its answer."""


def _field(text: str, key: str) -> str:
    """The dotted path of a field: `key` is where, the text names what is missing or unknown there."""
    named = _NAMED.search(text)
    if named is None:
        return key
    return named.group(1) if key in {"", _WHOLE_BODY} else f"{key}.{named.group(1)}"


def _is_callers(error: Exception) -> bool:
    """Whether the caller's bytes were no text, or nested without end; the framework lets these two through as they are."""
    if not isinstance(error, (UnicodeDecodeError, RecursionError)):
        return False
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_code is decode_json.__code__ for frame, _ in frames)


def _field_key(text: str) -> str:
    if "missing required" in text:
        return "field.missing"
    return "field.unknown" if "unknown field" in text else "field.invalid"


def _answer(
    request: AnyRequest,
    status: int,
    key: str,
    detail: str,
    fields: dict[str, str],
    headers: dict[str, str],
    error: Exception | None = None,
) -> Response[bytes]:
    reference = str(request.scope["state"].get("reference") or new_reference())
    facts = {"reference": reference, "status": status, "key": key, "method": request.method, "path": request.url.path}
    if error is None:
        _log.info("refused", **facts)
    else:
        _log.error("failed", **facts, exc_info=error)
    title = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Refused"
    body = ProblemBody(status=status, title=title, detail=detail, key=key, fields=fields, reference=reference)
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**headers, "Cache-Control": "no-store"},
    )
