"""What workspaces answer over HTTP. They ask for `principal`, `database` and `office` by name."""

from typing import Any

from lyhord.workspaces.routes import factors, inboxes, people, roles, settings, signing

routes: list[Any] = [
    *signing.routes,
    *factors.routes,
    *people.routes,
    *roles.routes,
    *settings.routes,
    *inboxes.routes,
]
