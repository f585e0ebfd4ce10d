"""How X comes to tell us what happens: its app calls our address and the account's events are asked for; both are looked after."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from lyhord.channels.x.api import (
    BAD_SERVER,
    BAD_TOKEN,
    NO_CREDIT,
    NO_PERMISSION,
    UNREACHABLE,
    Service,
    Trouble,
    data_of,
    list_of,
)
from lyhord.channels.x.options import Options
from lyhord.conversations.account import Door, Health
from lyhord.conversations.adapting import look_after
from lyhord.conversations.exchange import Failed

SEALED_EVENT = "chat.received"
"""Only told so that somebody looks into X's app: an app that may not hear of it does without."""
PRIVATE_EVENTS = ("dm.received", "dm.sent", "dm.read", "dm.indicate_typing", SEALED_EVENT)
PUBLIC_EVENTS = ("post.mention.create", "post.reply.create", "post.quote.create", "post.create", "post.delete")
"""What X is asked to tell of an account (X Activity API)."""
LOOK_SECONDS = 3600.0
TAG = "lyhord"
_ALL = "read-write-directmessages"

Problem = tuple[str, str, str]
"""Field, message key and detail, as `Health` has them."""


async def keep_hooked(service: Service, options: Options, door: Door, address: str) -> None:
    """Be called at `address`, and see from time to time whether it is still so, until cancelled."""
    await look_after(door, lambda: hook(service, options, address), Trouble, problem_of, seconds=LOOK_SECONDS)


async def hook(service: Service, options: Options, address: str) -> Problem | None:
    """Let X call us, and tell of the account what is wanted. What stands in the way, or raises `Trouble`."""
    unfit = unfit_address(address)
    if unfit is not None:
        return unfit
    bearer = await service.bearer()
    hooks = list_of(await service.ask("GET", "/2/webhooks", bearer=bearer))
    ours = next((one for one in hooks if one.get("url") == address), None)
    if ours is None:
        ours = data_of(await service.ask("POST", "/2/webhooks", {"url": address}, bearer=bearer))
    elif ours.get("valid") is False:
        await service.ask("PUT", f"/2/webhooks/{ours.get('id')}", bearer=bearer)
    hook_id = str(ours.get("id") or "")
    if not hook_id.isdecimal():
        raise Trouble(200, "a webhook without an id", Failed(BAD_SERVER))
    asked = list_of(await service.ask("GET", "/2/activity/subscriptions", bearer=bearer))
    return await _subscribe(service, options, [one for one in hooks if one is not ours], asked, hook_id)


async def _subscribe(
    service: Service, options: Options, others: Sequence[dict[str, Any]], asked: Sequence[dict[str, Any]], hook_id: str
) -> Problem | None:
    """Ask for what isn't asked for yet. What is told to another address that works stays so, and is said; so is what X refuses."""
    elsewhere = {str(one.get("id")): str(one.get("url")) for one in others}
    there = {str(one.get("event_type")): one for one in asked if _whose(one) == options.user_id}
    problem: Problem | None = None
    for kind in wanted_events(options):
        found = there.get(kind)
        where = str((found or {}).get("webhook_id") or "")
        method, path = "POST", "/2/activity/subscriptions"
        body = {"event_type": kind, "filter": {"user_id": options.user_id}, "tag": TAG, "webhook_id": hook_id}
        if where in elsewhere:
            return ("", "channel.x.called_elsewhere", elsewhere[where])
        if found is not None:
            method, path = "PUT", f"{path}/{found.get('subscription_id')}"
            body = {"tag": TAG, "webhook_id": hook_id}
        try:
            if where != hook_id:
                await service.ask(method, path, body)
        except Trouble as trouble:
            if trouble.code not in {400, 403, 404}:
                raise
            field, key, detail = problem_of(trouble)
            problem = problem if kind == SEALED_EVENT else (field, key, f"{kind}: {detail}")
    return problem


def wanted_events(options: Options) -> tuple[str, ...]:
    """What this inbox wants to hear."""
    return (*PRIVATE_EVENTS, *PUBLIC_EVENTS) if options.posts else PRIVATE_EVENTS


def _whose(subscription: dict[str, Any]) -> str:
    given = subscription.get("filter")
    return str(given.get("user_id")) if isinstance(given, dict) else ""


def unfit_address(address: str) -> Problem | None:
    """Why X wouldn't call us there: it wants https, and no port in the address."""
    try:
        where = urlsplit(address)
        fits = where.scheme == "https" and where.port is None
    except ValueError:
        fits = False
    return None if fits else ("", "channel.x.no_https", address)


async def check(service: Service, options: Options, base_address: str) -> Health:
    """Whether the app and the account let us in, with all rights, and whether X can call us."""
    unfit = unfit_address(base_address)
    if unfit is not None:
        return Health(ok=False, problems=(unfit,))
    if not options.user_id:
        return Health(ok=False, problems=(("access_token", "channel.x.odd_token", ""),))
    try:
        await service.bearer()
    except Trouble as trouble:
        field, key, detail = problem_of(trouble)
        refused = trouble.code in {400, 401, 403} and key not in {NO_CREDIT, NO_PERMISSION}
        problem = ("consumer_key", "channel.x.bad_app", detail) if refused else (field, key, detail)
        return Health(ok=False, problems=(problem,))
    try:
        answer = await service.ask("GET", "/2/users/me", seconds=4)
    except Trouble as trouble:
        return Health(ok=False, problems=(problem_of(trouble),))
    handle = str(data_of(answer).get("username") or "")
    if not handle:
        return Health(ok=False, problems=(("server", BAD_SERVER, ""),))
    level = answer.headers.get("x-access-level", _ALL)
    if level != _ALL:
        return Health(ok=False, problems=(("access_token", "channel.x.read_only", level),), who=f"@{handle}")
    return Health(ok=True, who=f"@{handle}", link=f"https://x.com/{handle}")


def problem_of(trouble: Trouble) -> Problem:
    """A problem as the inbox's page shows it."""
    reason: str = getattr(trouble.outcome, "reason", "")
    if reason == BAD_TOKEN:
        return ("access_token", reason, trouble.words)
    if reason == BAD_SERVER:
        return ("server", reason, trouble.words)
    if reason == "delivery.no_answer":
        return ("", UNREACHABLE, trouble.words)
    return ("", reason if reason.startswith("channel.x.") else "channel.x.refused", trouble.words)
