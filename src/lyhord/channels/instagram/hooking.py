"""How an account comes to tell us what happens, how its token is kept from ending, and whether all fits."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct

from lyhord.channels.instagram.options import Options
from lyhord.channels.meta.graph import Graph, Trouble, problem_of
from lyhord.channels.meta.health import check_app, is_https
from lyhord.channels.meta.sending import take_id
from lyhord.conversations.account import Door, Health
from lyhord.conversations.adapting import look_after

PRIVATE = (
    "messages",
    "message_edit",
    "message_reactions",
    "messaging_postbacks",
    "messaging_seen",
    "messaging_referral",
)
PUBLIC = ("comments", "live_comments", "mentions")
"""What an account is asked to tell (Instagram platform, webhooks). By way of a Page, its app's own page says what."""
LOGIN_PERMISSIONS = ("instagram_basic", "instagram_manage_messages", "pages_manage_metadata")
LOOK_SECONDS = 3600.0
REFRESHED, REFRESH_DAYS = "refreshed", 7
"""A token of Instagram's own login lives 60 days, and from its second day on can be exchanged for another 60."""


class _Linked(Struct, frozen=True):
    id: str = ""
    username: str = ""


class _Who(Struct, frozen=True):
    id: str = ""
    user_id: str | int = ""
    name: str = ""
    username: str = ""
    instagram_business_account: _Linked | None = None


async def keep_hooked(
    graph: Graph, options: Options, door: Door, keep_token: Callable[[str], Awaitable[None]], day: Callable[[], int]
) -> None:
    """Be told, and see from time to time whether it is still so, until cancelled. `day` counts days."""

    async def look() -> None:
        await hook(graph, options)
        await refresh(graph, options, door, keep_token, day())

    await look_after(door, look, Trouble, problem_of, seconds=LOOK_SECONDS)


async def hook(graph: Graph, options: Options) -> None:
    """Subscribe to the account, or to the Page that it is linked to; raises `Trouble`."""
    fields = (*PRIVATE, *(PUBLIC if options.comments else ()))
    told = "messages" if options.by_page else ",".join(fields)
    await graph.post("me/subscribed_apps", {"subscribed_fields": told})


async def refresh(
    graph: Graph, options: Options, door: Door, keep_token: Callable[[str], Awaitable[None]], today: int
) -> None:
    """Exchange the token for a fresh one where it is a week old; that of a Page doesn't end. Raises `Trouble`."""
    last = (await door.recall()).get(REFRESHED)
    if options.by_page or (isinstance(last, int) and today < last + REFRESH_DAYS):
        return
    if isinstance(last, int):
        answer = await graph.get("refresh_access_token", grant_type="ig_refresh_token", access_token=options.token)
        token = take_id(answer, "access_token")
        if token and token != options.token:
            await keep_token(token)
    await door.remember({REFRESHED: today})


async def check(graph: Graph, app: Graph, options: Options, base_address: str) -> Health:
    """Whether the token is of this account, and whether Meta can call us; by way of a Page also whether it is of this app."""
    if not is_https(base_address):
        return Health(ok=False, problems=(("", "channel.meta.no_https", base_address),))
    try:
        who = await _ask_who(graph, options)
    except Trouble as trouble:
        return Health(ok=False, problems=(problem_of(trouble),))
    linked = who.instagram_business_account or _Linked()
    ids = {linked.id} if options.by_page else {who.id, str(who.user_id)}
    name = linked.username if options.by_page else who.username
    if options.account_id not in ids - {""}:
        key = "channel.instagram.not_linked" if options.by_page and not linked.id else "channel.instagram.other_account"
        detail = f"{name} ({linked.id or who.user_id or who.id})" if ids - {""} else who.name
        return Health(ok=False, problems=(("account_id", key, detail),))
    shown = f"@{name}" if name else ""
    if options.by_page:
        problem = await check_app(app, options.token, options.app_id, LOGIN_PERMISSIONS)
        if problem is not None:
            return Health(ok=False, problems=(problem,), who=shown)
    return Health(ok=True, who=shown, link=f"https://ig.me/m/{name}" if name else "")


async def _ask_who(graph: Graph, options: Options) -> _Who:
    wanted = "id,name,instagram_business_account{id,username}" if options.by_page else "id,user_id,username,name"
    answer: Any = await graph.get("me", fields=wanted)
    try:
        return msgspec.json.decode(answer, type=_Who)
    except (msgspec.MsgspecError, ValueError):
        return _Who()
