"""A visitor lets a browser be told, or no more; and what follows from having looked."""

import hashlib

from msgspec import Struct

from lyhord.conversations.pushes import store
from lyhord.conversations.visitors import Visitor
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx, Tx
from lyhord.kit.problems import Invalid

MOST_BROWSERS = 20
KEPT = 180 * DAY
"""How long a browser is kept whose owner doesn't come back."""


class Browser(Struct, frozen=True, kw_only=True):
    """A browser's subscription: `sealed` is a `kit.push.Receiver` with the `page` to go back to; `locale` is that of the panel."""

    endpoint: str
    sealed: str
    locale: str


def add_browser(tx: Tx, who: Visitor, browser: Browser) -> None:
    """Tell this browser of answers from now on; the same address takes its own place. Raises `Invalid` where there are too many."""
    mark = hashlib.sha256(browser.endpoint.encode()).hexdigest()
    known = tx.value(store.of_endpoint, inbox=who.inbox_id, endpoint=mark)
    if known is None and tx.value(store.count, scheme_of=who.scheme, value_of=who.value) >= MOST_BROWSERS:
        raise Invalid("So many browsers are enough. Take one away first.", key="problem.too_many_devices")
    tx.run(
        store.write,
        id=tx.new_id(),
        inbox_id=who.inbox_id,
        scheme=who.scheme,
        value=who.value,
        token_hash=who.token_hash,
        endpoint_hash=mark,
        sealed=browser.sealed,
        locale=browser.locale,
        seen_id=None,
        told_id=None,
        seen_at=tx.now,
    )


def remove_browser(tx: Tx, who: Visitor) -> None:
    """Tell the browser of this visit no more."""
    tx.run(store.drop_of_token, hash=who.token_hash)


def is_told(tx: ReadTx, token_hash: str) -> bool:
    """Whether the browser with this token is told of answers."""
    return tx.value(store.of_token, hash=token_hash) is not None


def is_behind(tx: ReadTx, who: Visitor, message_id: str) -> bool:
    """Whether it is news to a browser of theirs that they were shown everything up to a message."""
    return tx.value(store.behind, scheme_of=who.scheme, value_of=who.value, message=message_id) is not None


def note_seen(tx: Tx, who: Visitor, message_id: str) -> None:
    """They were shown everything up to a message: they may be told of what comes after it."""
    tx.run(store.see, scheme_of=who.scheme, value_of=who.value, message=message_id, at=tx.now)


def claim(tx: Tx, push_id: str, message_id: str) -> bool:
    """Whether a browser is to be told of a message now; it isn't told of another until its owner has looked."""
    return bool(tx.run(store.claim, id=push_id, message=message_id))


def drop(tx: Tx, push_id: str) -> None:
    """A browser isn't there any more."""
    tx.run(store.drop, id=push_id)


def forget_unused(tx: Tx) -> int:
    """Forget browsers whose owners haven't been here for long; 0, since nothing is left to do after it."""
    tx.run(store.drop_unused, before=tx.now - KEPT)
    return 0
