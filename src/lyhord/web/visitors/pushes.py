"""The routes by which a visitor lets this browser be told of answers. The panel calls them; a window of ours asked the browser."""

from typing import Annotated, Any
from urllib.parse import urldefrag, urlsplit

import msgspec
from litestar import delete, get, post
from msgspec import Meta, Struct

from lyhord.conversations.pushes.actions import Browser, add_browser, remove_browser
from lyhord.conversations.visitors import Visitor, list_origins, tells_of_answers
from lyhord.kit.database import Database
from lyhord.kit.http import Gate
from lyhord.kit.http.network import origin_of, own_origins
from lyhord.kit.problems import Forbidden, Invalid
from lyhord.kit.push import Receiver, check_receiver
from lyhord.kit.words import nearest_locale
from lyhord.notifications.desk import PushDesk
from lyhord.web.visitors import access
from lyhord.web.visitors.access import AnyRequest


class PushKey(Struct):
    """What browsers subscribe with (base64url)."""

    key: str


class Telling(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a browser's `PushSubscription` says, the address of the page with the chat, and the language of its panel."""

    endpoint: Annotated[str, Meta(max_length=2000)]
    p256dh: Annotated[str, Meta(max_length=200)]
    auth: Annotated[str, Meta(max_length=100)]
    page: Annotated[str, Meta(max_length=2000)]
    locale: Annotated[str, Meta(max_length=20)] = "en"


@get("/push")
async def get_visitor_push_key(push_desk: PushDesk, visitor: Visitor) -> PushKey:
    """Where the inbox lets visitors be told."""
    _check_allowed(visitor)
    return PushKey(push_desk.pusher.public_key())


@post("/push", status_code=204)
async def tell_this_browser(
    request: AnyRequest, database: Database, push_desk: PushDesk, visitor: Visitor, data: Telling
) -> None:
    """Tell this browser of answers, until the visit is ended. An address that isn't on the open internet is refused."""
    access.take(request, access.SIGNS, visitor.token_hash)
    _check_allowed(visitor)
    page = urldefrag(data.page).url
    if not _may_stand(request, visitor, origin_of(page)):
        raise Invalid("The chat may not stand on this page.", fields={"page": "chat.problem.origin"})
    receiver = Receiver(data.endpoint, data.p256dh, data.auth)
    check_receiver(receiver)
    parts = urlsplit(receiver.endpoint)
    await push_desk.check_address(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    sealed = push_desk.sealer.seal({**msgspec.structs.asdict(receiver), "page": page})
    browser = Browser(endpoint=receiver.endpoint, sealed=sealed, locale=nearest_locale([data.locale]))
    await database.write(visitor.workspace_id, add_browser, visitor, browser)


@delete("/push", status_code=204)
async def tell_this_browser_no_more(request: AnyRequest, database: Database, visitor: Visitor) -> None:
    """Who isn't told stays so."""
    access.take(request, access.SIGNS, visitor.token_hash)
    await database.write(visitor.workspace_id, remove_browser, visitor)


def _check_allowed(who: Visitor) -> None:
    if not tells_of_answers(who.settings):
        raise Forbidden("Visitors of this chat aren't told of answers.", key="chat.problem.push")


def _may_stand(request: AnyRequest, who: Visitor, origin: str) -> bool:
    """Whether a push may lead to pages of an origin: one that the inbox lists or, without a list, that of the calling page; or ours."""
    gate: Gate = request.app.state.gate
    listed = list_origins(who.settings) or {origin_of(request.headers.get("origin", ""))}
    return bool(origin) and origin in listed | own_origins(request, gate.network)


handlers: list[Any] = [get_visitor_push_key, tell_this_browser, tell_this_browser_no_more]
PATHS = ["/push"]
