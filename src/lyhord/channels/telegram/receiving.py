"""How updates come in: fetched by long polling, or called for at our webhook, which is looked after meanwhile."""

import asyncio
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from lyhord.channels.telegram.bot import Bot, Trouble
from lyhord.channels.telegram.payloads import KINDS
from lyhord.channels.telegram.reading import read_pressed, read_update
from lyhord.conversations.account import Door, Health
from lyhord.conversations.exchange import Failed, Raw
from lyhord.kit.clock import SECOND
from lyhord.kit.pacing import full_jitter
from lyhord.kit.storing import Busy, StorageFull

POLL_SECONDS = 50
PAUSE_SECONDS = 0.5
"""Before asking again after nothing came: a server that doesn't keep us waiting must not be asked without end."""
LOOK_SECONDS = 600.0
FULL_SECONDS = 5.0

_log = structlog.get_logger()


class _Numbered(Struct):
    update_id: int


class _Hook(Struct):
    url: str = ""
    last_error_date: int = 0
    last_error_message: str = ""


async def poll(bot: Bot, door: Door) -> None:
    """Fetch updates until cancelled. One is told to be taken, by asking for the next, only when it is durable."""
    await _try(bot, door, "deleteWebhook", {})
    after, well = 0, False
    while True:
        body = {"offset": after, "timeout": POLL_SECONDS, "allowed_updates": KINDS}
        found = msgspec.json.decode(
            await _try(bot, door, "getUpdates", body, seconds=POLL_SECONDS + 20), type=list[msgspec.Raw]
        )
        if not well:
            await door.report(Health(ok=True))
            well = True
        for update in found:
            await _take(bot, door, bytes(update))
            after = msgspec.json.decode(update, type=_Numbered).update_id + 1
        if not found:
            await asyncio.sleep(PAUSE_SECONDS)


async def hook(bot: Bot, door: Door, address: str, secret: str) -> None:
    """Have Telegram call `address`, and see from time to time whether it can, until cancelled."""
    wanted = {"url": address, "secret_token": secret, "allowed_updates": KINDS}
    await _try(bot, door, "setWebhook", wanted)
    failed_at = 0
    while True:
        now = msgspec.json.decode(await _try(bot, door, "getWebhookInfo", {}), type=_Hook)
        if now.url != address:
            await _try(bot, door, "setWebhook", wanted)
        fails = now.last_error_date > failed_at > 0
        failed_at = max(now.last_error_date, 1)
        problem = ("receive", "channel.telegram.cannot_call", now.last_error_message)
        await door.report(Health(ok=not fails, problems=(problem,) if fails else ()))
        await asyncio.sleep(LOOK_SECONDS)


def problem_of(trouble: Trouble) -> tuple[str, str, str]:
    """A problem as the inbox's page shows it."""
    if trouble.code in {401, 404}:
        return ("token", "channel.telegram.bad_token", "")
    if trouble.code == 409:
        return ("", "channel.telegram.fetched_elsewhere", "")
    if isinstance(trouble.outcome, Failed):
        return ("server", "channel.telegram.bad_server", trouble.words)
    return ("", "channel.telegram.unreachable", trouble.words)


async def _try(bot: Bot, door: Door, method: str, body: dict[str, Any], *, seconds: float = 30) -> msgspec.Raw:
    """The result, as soon as there is one; meanwhile the inbox's page says what is wrong."""
    tries = 0
    while True:
        try:
            result = await bot.ask(method, body, seconds=seconds)
        except Trouble as trouble:
            tries += 1
            wait = getattr(trouble.outcome, "after_seconds", None) or full_jitter(tries) / SECOND
            if tries > 1 or trouble.code:
                await door.report(Health(ok=False, problems=(problem_of(trouble),)))
            await asyncio.sleep(wait)
        else:
            if tries:
                await door.report(Health(ok=True))
            return result


async def _take(bot: Bot, door: Door, update: bytes) -> None:
    """Store one update, however long our own storage makes it wait; then end the waiting of who pressed a button."""
    while True:
        try:
            await door.receive(Raw(update), read_update(update))
            break
        except (Busy, StorageFull) as error:
            _log.warning("telegram.put_off", reason=type(error).__name__)
            await asyncio.sleep(FULL_SECONDS)
    pressed = read_pressed(update)
    if pressed is not None:
        try:
            await bot.ask("answerCallbackQuery", {"callback_query_id": pressed})
        except Trouble as trouble:
            _log.info("telegram.button_unanswered", code=trouble.code)
