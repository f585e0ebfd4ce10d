"""What workspaces answer over HTTP. They ask for `principal`, `database` and `office` by name."""

from typing import Any

from lyhord.workspaces.routes import inboxes, people, settings, signing

routes: list[Any] = [*signing.routes, *people.routes, *settings.routes, *inboxes.routes]
