"""An inbox's account before it is saved: its values against the channel's fields, then a live try."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct

from lyhord.kit.problems import Invalid
from lyhord.kit.text import clean
from lyhord.workspaces.doors import Descriptor, Doors, Field, InboxAccount
from lyhord.workspaces.model import check_email

CHECK_SECONDS = 20
MOST_TEXT = 20_000

_log = structlog.get_logger()


class AccountProblem(Struct, frozen=True):
    """What is wrong with an account: the field ("" for the whole), a message key, what the other side said."""

    field: str
    key: str
    detail: str


class Checked(Struct, frozen=True):
    """How a live try went; `who` the account is to the other side, and the `link` to write to it, as far as it told.

    `waits`: see `conversations.account.Health`.
    """

    ok: bool
    problems: list[AccountProblem]
    who: str = ""
    link: str = ""
    waits: bool = False


async def load_descriptors(doors: Doors) -> Sequence[Descriptor]:
    """Every channel's descriptor. The first call loads the code of all channels, so it runs beside the event loop."""
    return await asyncio.to_thread(doors.list_descriptors)


async def get_descriptor(doors: Doors, channel: str) -> Descriptor:
    """The channel's descriptor; raises `Invalid` for a channel that isn't offered."""
    for descriptor in await load_descriptors(doors):
        if descriptor.channel == channel:
            return descriptor
    raise Invalid("There is no such channel.", fields={"channel": "field.invalid"})


def fit_values(
    descriptor: Descriptor, settings: Mapping[str, object], secrets: Mapping[str, str], kept: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """(settings, secrets) as the channel's fields want them; raises `Invalid` naming every field that doesn't fit.

    `kept` are the secrets stored so far: one that isn't given anew stays, one given as "" goes.
    """
    open_fields: dict[str, Field] = {field.name: field for field in descriptor.fields if field.kind != "secret"}
    answers = {name: settings.get(name, field.default) for name, field in open_fields.items()}
    secret_fields = {field.name: field for field in descriptor.fields if field.kind == "secret"}
    wrong = {name: "field.unknown" for name in settings if name not in open_fields}
    wrong |= {name: "field.unknown" for name in secrets if name not in secret_fields}
    values: dict[str, object] = {}
    for name, field in open_fields.items():
        key, fitted = _fit(field, answers[name], needed=_is_needed(field, answers))
        if key:
            wrong[name] = key
        elif fitted is not None:
            values[name] = fitted
    merged = {name: text for name, text in {**kept, **secrets}.items() if text and name in secret_fields}
    needed = {name for name, field in secret_fields.items() if _is_needed(field, answers)}
    wrong |= dict.fromkeys(needed - merged.keys(), "field.missing")
    if wrong:
        raise Invalid("Some fields don't fit.", fields=wrong)
    return values, merged


async def check_account(doors: Doors, channel: str, account: InboxAccount) -> Checked:
    """Try the account for real, within 20 s. Whatever goes wrong is a problem to show, never an error."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            health = await doors.check(channel, account)
    except TimeoutError:
        return Checked(ok=False, problems=[AccountProblem("", "inbox.timeout", "")])
    except Exception:  # noqa: BLE001 - an adapter's mistake: the log has it, the person at the page is told to look there
        _log.exception("checking an inbox failed", channel=channel, inbox_id=account.inbox_id)
        return Checked(ok=False, problems=[AccountProblem("", "inbox.check_failed", "")])
    problems = [AccountProblem(*problem) for problem in health.problems]
    return Checked(ok=health.ok, problems=problems, who=health.who, link=health.link, waits=health.waits)


def refuse_unless(checked: Checked) -> None:
    """Raise `Invalid` with the account's problems by field when it doesn't work, and can't only because it isn't connected yet."""
    if not (checked.ok or checked.waits):
        detail = "; ".join(problem.detail for problem in checked.problems if problem.detail)
        fields = {problem.field or "account": problem.key for problem in checked.problems}
        raise Invalid(detail or "The account doesn't work.", key="problem.inbox_check", fields=fields)


def _is_needed(field: Field, answers: Mapping[str, object]) -> bool:
    """Whether an account can't be without it: a required field, unless the answers given don't call for it."""
    asked = not field.when or answers.get(field.when[0]) in field.when[1:]
    return asked and field.required and field.kind != "switch"


def _fit(field: Field, value: Any, *, needed: bool) -> tuple[str, object]:
    """(message key of what is wrong or "", the value as it is stored)."""
    if value is None or value in ("", []):
        return ("field.missing" if needed else ""), None
    if field.kind == "switch":
        return ("" if isinstance(value, bool) else "field.invalid"), value
    if field.kind == "number":
        return ("" if isinstance(value, int) and not isinstance(value, bool) else "field.invalid"), value
    if field.kind == "lines":
        return _fit_lines(value)
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        return "field.invalid", None
    if field.kind == "choice":
        return ("" if value in field.choices else "field.invalid"), value
    return _fit_text(field, value)


def _fit_lines(value: Any) -> tuple[str, object]:
    """A list of lines, or one text that holds them."""
    lines = value.split("\n") if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(line, str) and len(line) < MOST_TEXT for line in lines):
        return "field.invalid", None
    return "", [line.strip() for line in lines if line.strip()]


def _fit_text(field: Field, value: str) -> tuple[str, object]:
    if field.kind == "email":
        try:
            return "", check_email(value)
        except Invalid:
            return "field.email", None
    return "", clean(value, MOST_TEXT).strip()
