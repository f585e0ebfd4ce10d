"""What routes need to take a browser's subscription; `app` makes it."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from lyhord.kit.push import Pusher
from lyhord.kit.secrets import Sealer


class PushDesk(Struct, frozen=True):
    """`check_address(host, port)` raises a problem for an address that isn't one that we call."""

    pusher: Pusher
    sealer: Sealer
    check_address: Callable[[str, int], Awaitable[object]]
