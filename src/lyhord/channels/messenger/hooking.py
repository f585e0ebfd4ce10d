"""How a Page comes to tell us what happens: it is subscribed to, its app calls our address, and both are looked after."""

from typing import Any

import msgspec
from msgspec import Struct

from lyhord.channels.messenger.options import Options
from lyhord.channels.meta.graph import Graph, Trouble, problem_of
from lyhord.channels.meta.health import Problem, check_app, is_https
from lyhord.conversations.account import Door, Health
from lyhord.conversations.adapting import look_after

PRIVATE = (
    "messages", "message_echoes", "message_edits", "message_reactions", "message_reads", "message_deliveries",
    "messaging_postbacks", "messaging_referrals", "messaging_optins", "messaging_handovers",
    "messaging_policy_enforcement", "standby",
)  # fmt: skip
PUBLIC = ("feed", "mention", "ratings")
"""What a Page is asked to tell (Page webhooks)."""
PERMISSIONS = ("pages_messaging", "pages_manage_metadata")
PUBLIC_PERMISSIONS = ("pages_read_engagement", "pages_read_user_content", "pages_manage_engagement")
LOOK_SECONDS = 3600.0


class _Field(Struct, frozen=True):
    name: str = ""


class _Subscription(Struct, frozen=True):
    object: str = ""
    callback_url: str = ""
    active: bool = True
    fields: tuple[_Field, ...] = ()


class _Subscriptions(Struct, frozen=True):
    data: tuple[_Subscription, ...] = ()


def wanted_fields(options: Options) -> tuple[str, ...]:
    """What this inbox wants to hear."""
    return (*PRIVATE, *PUBLIC) if options.comments else PRIVATE


async def keep_hooked(page: Graph, app: Graph, options: Options, door: Door, address: str) -> None:
    """Be called at `address`, and see from time to time whether it is still so, until cancelled."""
    await look_after(door, lambda: hook(page, app, options, address), Trouble, problem_of, seconds=LOOK_SECONDS)


async def hook(page: Graph, app: Graph, options: Options, address: str) -> Problem | None:
    """Subscribe to the Page; let its app call us where it calls nobody yet. What stands in the way, or raises `Trouble`."""
    fields = wanted_fields(options)
    await page.post(f"{options.page_id}/subscribed_apps", {"subscribed_fields": ",".join(fields)})
    told = msgspec.json.decode(await app.get(f"{options.app_id}/subscriptions"), type=_Subscriptions)
    there = next((one for one in told.data if one.object == "page" and one.active), None)
    if there is not None and there.callback_url != address:
        return ("", "channel.meta.called_elsewhere", there.callback_url)
    if there is not None and set(fields) <= {field.name for field in there.fields}:
        return None
    called = {"object": "page", "callback_url": address, "fields": ",".join(fields), "include_values": True}
    await app.post(f"{options.app_id}/subscriptions", {**called, "verify_token": options.verify_token})
    return None


async def check(page: Graph, app: Graph, options: Options, base_address: str) -> Health:
    """Whether the token is of this Page and of this app, with the permissions that are needed, and whether Meta can call us."""
    if not is_https(base_address):
        return Health(ok=False, problems=(("", "channel.meta.no_https", base_address),))
    try:
        who = msgspec.json.decode(await page.get("me", fields="id,name"), type=dict[str, Any])
    except Trouble as trouble:
        return Health(ok=False, problems=(problem_of(trouble),))
    name = str(who.get("name") or "")
    if str(who.get("id")) != options.page_id:
        return Health(ok=False, problems=(("page_id", "channel.messenger.other_page", f"{name} ({who.get('id')})"),))
    needed = (*PERMISSIONS, *(PUBLIC_PERMISSIONS if options.comments else ()))
    problem = await check_app(app, options.token, options.app_id, needed)
    if problem is not None:
        return Health(ok=False, problems=(problem,), who=name)
    return Health(ok=True, who=name, link=f"https://m.me/{options.page_id}")
