"""Whether an app and a token fit each other, as Meta itself tells."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from lyhord.channels.meta.graph import NO_PERMISSION, NOT_LET_IN, WRONG_APP, Graph, Trouble, problem_of

Problem = tuple[str, str, str]
"""Field, message key and detail, as `Health` has them."""


class _Token(Struct, frozen=True):
    app_id: str | int = ""
    is_valid: bool = True
    scopes: tuple[str, ...] = ()


class _Told(Struct, frozen=True):
    data: _Token = _Token()


def is_https(address: str) -> bool:
    """Whether Meta calls such an address."""
    return address.startswith("https://")


async def check_app(app: Graph, token: str, app_id: str, needed: Sequence[str]) -> Problem | None:
    """What is wrong between a token and its app (`app` speaks in the app's own name), or None."""
    try:
        told = msgspec.json.decode(await app.get("debug_token", input_token=token), type=_Told).data
    except Trouble as trouble:
        field, key, detail = problem_of(trouble)
        return ("app_secret", WRONG_APP, detail) if key == NOT_LET_IN else (field, key, detail)
    except (msgspec.MsgspecError, ValueError):
        return ("", "channel.meta.refused", "debug_token")
    if not told.is_valid:
        return ("token", NOT_LET_IN, "")
    if str(told.app_id) != app_id:
        return ("app_id", "channel.meta.other_app", str(told.app_id))
    missing = [name for name in needed if name not in told.scopes]
    return ("token", NO_PERMISSION, ", ".join(missing)) if missing else None
