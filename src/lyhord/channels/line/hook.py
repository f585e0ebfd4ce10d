"""LINE's side of the webhook: set by us, tried by LINE, and looked after; and what the account has left to send."""

from lyhord.channels.line.api import BAD_TOKEN, UNREACHABLE, Api, Trouble
from lyhord.conversations.account import Door
from lyhord.conversations.adapting import Problem, look_after

LOOK_SECONDS = 600.0
_ENDPOINT, _TEST = "/v2/bot/channel/webhook/endpoint", "/v2/bot/channel/webhook/test"
_QUOTA = "/v2/bot/message/quota"


async def look_after_hook(line: Api, door: Door, address: str) -> None:
    """Have LINE call `address` and report whether it can, again and again until cancelled."""
    await look_after(door, lambda: _look(line, address), Trouble, problem_of, seconds=LOOK_SECONDS, patient=True)


async def _look(line: Api, address: str) -> Problem | None:
    try:
        now = await line.ask("GET", _ENDPOINT)
    except Trouble as trouble:
        if trouble.code != 404:  # none was ever set
            raise
        now = {}
    if now.get("endpoint") != address:
        await line.ask("PUT", _ENDPOINT, {"endpoint": address})
        now = await line.ask("GET", _ENDPOINT)
    if now.get("active") is not True:
        return ("", "channel.line.webhook_off", "")
    tried = await line.ask("POST", _TEST, {"endpoint": address})
    if tried.get("success") is True:
        return None
    if tried.get("statusCode") == 401:
        return ("channel_secret", "channel.line.bad_secret", "")
    detail = str(tried.get("detail") or tried.get("reason") or "")[:100]
    return ("", "channel.line.cannot_call", detail)


async def shown_quota(line: Api) -> str:
    """How many of the month's messages are used, such as `37 / 200`; "" where there is no limit."""
    quota = await line.ask("GET", _QUOTA, seconds=4)
    if quota.get("type") != "limited":
        return ""
    used = await line.ask("GET", f"{_QUOTA}/consumption", seconds=4)
    return f"{used.get('totalUsage', 0)} / {quota.get('value', 0)}"


def problem_of(trouble: Trouble) -> Problem:
    """A problem as the inbox's page shows it."""
    if trouble.code == 401:
        return ("access_token", BAD_TOKEN, "")
    if trouble.code == 403:
        return ("access_token", "channel.line.forbidden", trouble.words)
    if trouble.code == 0 and getattr(trouble.outcome, "ours", False):
        return ("api_address", "problem.address_refused", trouble.words)
    return ("", UNREACHABLE, trouble.words)
