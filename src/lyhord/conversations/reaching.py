"""What it means that a channel's owner can't be reached, for adapters that call an HTTP API. Apart, so that only those load the client."""

from collections.abc import Awaitable, Callable

from lyhord.conversations.exchange import Outcome, Retry, Unknown
from lyhord.kit.egress import Answer, Refused, Unreachable

NO_ANSWER = "delivery.no_answer"


async def reach(
    answer: Awaitable[Answer], trouble: Callable[[int, str, Outcome], Exception], unreachable: str
) -> Answer:
    """What was answered to a call (`Means.call`).

    Raises `trouble` with code 0, a few words for the log, and the outcome: unknown where the call had left, else a retry for the reason
    `unreachable`; a retry that is our own fault where the address isn't one that may be called.
    """
    try:
        return await answer
    except Unreachable as error:
        outcome = Unknown(NO_ANSWER) if error.sent else Retry(unreachable)
        raise trouble(0, "no answer" if error.sent else "can't be reached", outcome) from None
    except Refused as error:
        raise trouble(0, error.detail, Retry("problem.address_refused", ours=True)) from None
