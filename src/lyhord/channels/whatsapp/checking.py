"""Whether a number works: its credentials tried for real, and whether Meta calls us about it, which is seen to meanwhile."""

from urllib.parse import quote

import msgspec
import structlog
from msgspec import Struct

from lyhord.channels.meta.graph import SERVER, Graph, Trouble, problem_of
from lyhord.channels.whatsapp.options import Options
from lyhord.channels.whatsapp.people import to_number
from lyhord.conversations.account import Door, Health
from lyhord.conversations.adapting import Problem, look_after
from lyhord.conversations.exchange import Failed

LOOK_SECONDS = 600.0
_NUMBER_FIELDS = (
    "verified_name,display_phone_number,quality_rating,messaging_limit_tier,whatsapp_business_manager_messaging_limit"
)
_log = structlog.get_logger()


class Number(Struct, frozen=True):
    """A number as Meta tells of it."""

    verified_name: str = ""
    display_phone_number: str = ""
    quality_rating: str = ""
    messaging_limit_tier: str = ""
    whatsapp_business_manager_messaging_limit: str | int = ""


class Hooks(Struct, frozen=True):
    """Where calls about a number go instead of the app's own address."""

    phone_number: str = ""


class Hooked(Struct, frozen=True):
    """A number with that."""

    webhook_configuration: Hooks = Hooks()


class Apps(Struct, frozen=True):
    """The apps that are told of what happens at an account."""

    data: list[msgspec.Raw] = []


def can_be_called(options: Options, base_address: str) -> bool:
    """Whether calls can come: Meta's only by https, those of a gateway as it is run."""
    return base_address.startswith("https://" if options.server == SERVER else ("https://", "http://"))


async def check(graph: Graph, options: Options) -> Health:
    """Asks for the number and for its account with the token. Quality and limit stand beside the name, in Meta's words."""
    missing = [name for name in ("number_id", "account_id", "token", "app_secret") if not getattr(options, name)]
    if missing:
        return Health(ok=False, problems=tuple((name, "channel.whatsapp.missing", "") for name in missing))
    try:
        told = await graph.get(quote(options.number_id, safe=""), fields=_NUMBER_FIELDS, seconds=5)
    except Trouble as trouble:
        return Health(ok=False, problems=(_at(trouble, "number_id"),))
    try:
        await graph.get(f"{quote(options.account_id, safe='')}/subscribed_apps", seconds=4)
    except Trouble as trouble:
        return Health(ok=False, problems=(_at(trouble, "account_id"),))
    try:
        number = msgspec.json.decode(told, type=Number)
    except msgspec.MsgspecError:
        number = Number()
    phone = to_number(number.display_phone_number)
    limit = number.messaging_limit_tier or str(number.whatsapp_business_manager_messaging_limit)
    who = " · ".join(filter(None, (number.verified_name, number.display_phone_number, number.quality_rating, limit)))
    return Health(ok=True, who=who, link=f"https://wa.me/{phone.lstrip('+')}" if phone else "")


async def stay_called(graph: Graph, options: Options, door: Door, address: str) -> None:
    """Have Meta call `address` about this number, see from time to time that it does, and say so, until cancelled."""

    def problem(trouble: Trouble) -> Problem:
        _log.info("whatsapp.not_hooked", code=trouble.code)
        if not isinstance(trouble.outcome, Failed):
            return problem_of(trouble)
        return ("", "channel.whatsapp.not_called", f"{address} · {options.verify_token} · {trouble.words}")

    await look_after(door, lambda: _hook(graph, options, address), Trouble, problem, seconds=LOOK_SECONDS)


async def _hook(graph: Graph, options: Options, address: str) -> None:
    """The app must be told of the account's doings at all, and of this number's at our address. Both are set only where they aren't."""
    account, number = quote(options.account_id, safe=""), quote(options.number_id, safe="")
    apps = msgspec.json.decode(await graph.get(f"{account}/subscribed_apps"), type=Apps)
    if not apps.data:
        await graph.post(f"{account}/subscribed_apps", {})
    now = msgspec.json.decode(await graph.get(number, fields="webhook_configuration"), type=Hooked)
    if now.webhook_configuration.phone_number != address:
        wanted = {"override_callback_uri": address, "verify_token": options.verify_token}
        await graph.post(number, {"webhook_configuration": wanted})


def _at(trouble: Trouble, field: str) -> tuple[str, str, str]:
    """The problem, at the field of what was asked for where Meta knows no such thing."""
    if trouble.code in (33, 100) and "appsecret_proof" not in trouble.words:
        return (field, "channel.whatsapp.unknown_id", trouble.words)
    return problem_of(trouble)
