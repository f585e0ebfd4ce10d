"""Puts the web together: every feature's routes on Litestar, the raw paths beside it, one edge around all."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.events import BaseEventEmitterBackend
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types.internal_types import PathParameterDefinition
from typing_extensions import override

from lyhord import __version__
from lyhord.contacts import duplicate_routes as duplicates
from lyhord.contacts import organization_routes as organizations
from lyhord.contacts import routes as contacts
from lyhord.contacts.consents import routes as consents
from lyhord.contacts.facts import routes as facts
from lyhord.contacts.imports import routes as imports
from lyhord.conversations import amend_routes as amending
from lyhord.conversations import routes as conversations
from lyhord.conversations import search_routes as search
from lyhord.conversations.canned import routes as canned
from lyhord.conversations.scheduled import routes as scheduled
from lyhord.conversations.sharing import routes as shared
from lyhord.conversations.sides import routes as sides
from lyhord.conversations.signatures import routes as signatures
from lyhord.conversations.templates import routes as templates
from lyhord.conversations.translation import routes as translation
from lyhord.conversations.watching import routes as watching
from lyhord.hearing.entities import routes as entities
from lyhord.hearing.language_model import routes as language_model
from lyhord.hearing.reasons import routes as reasons
from lyhord.insights import routes as insights
from lyhord.insights.kept import routes as kept
from lyhord.insights.pictures import own_routes as analysts
from lyhord.insights.pictures import routes as pictures
from lyhord.insights.reports import routes as reports
from lyhord.kit.http import dependencies, exception_handlers
from lyhord.notifications import routes as notifications
from lyhord.privacy import routes as privacy
from lyhord.privacy.keeping import routes as keeping
from lyhord.surveys import page_routes as survey_page
from lyhord.surveys import routes as surveys
from lyhord.tickets import routes as tickets
from lyhord.tickets.coaching import routes as coaching
from lyhord.tickets.complaints import routes as complaints
from lyhord.tickets.hints import routes as hints
from lyhord.tickets.kinds import routes as kinds
from lyhord.tickets.levels import routes as levels
from lyhord.tickets.macros import routes as macros
from lyhord.tickets.promises import routes as promises
from lyhord.tickets.reasons import routes as ticket_reasons
from lyhord.tickets.reasons import theme_routes as themes
from lyhord.tickets.reviews import routes as reviews
from lyhord.tickets.routing import routes as routing
from lyhord.tickets.rules import routes as rules
from lyhord.tickets.similar import routes as similar
from lyhord.tickets.summaries import routes as summaries
from lyhord.tickets.surges import routes as surges
from lyhord.tickets.tasks import routes as tasks
from lyhord.tickets.wordings import routes as wordings
from lyhord.web import attachments, health, lent, metrics, operation, photos, signals
from lyhord.web.asgi import App
from lyhord.web.assets import Assets
from lyhord.web.doors import Doors
from lyhord.web.edge import Edge, Places
from lyhord.web.parts import Lifespan, Parts
from lyhord.web.reads_out import ReadsOut
from lyhord.web.streams import Streams
from lyhord.web.typing_out import TypingOut
from lyhord.web.visitors import routes as visitors
from lyhord.web.visitors.stream import end_visits
from lyhord.web.webhooks import Webhooks
from lyhord.workspaces import routes as workspaces
from lyhord.workspaces.schedules import routes as schedules

FEATURES = {
    "workspaces": workspaces,
    "schedules": schedules,
    "contacts": contacts,
    "duplicates": duplicates,
    "organizations": organizations,
    "facts": facts,
    "consents": consents,
    "imports": imports,
    "conversations": conversations,
    "amendments": amending,
    "canned replies": canned,
    "scheduled replies": scheduled,
    "shared drafts": shared,
    "side conversations": sides,
    "signatures": signatures,
    "templates": templates,
    "translation": translation,
    "following": watching,
    "search": search,
    "tickets": tickets,
    "kinds": kinds,
    "levels": levels,
    "reply promises": promises,
    "complaints": complaints,
    "hints": hints,
    "macros": macros,
    "rules": rules,
    "tasks": tasks,
    "routing": routing,
    "reviews": reviews,
    "coaching": coaching,
    "entities": entities,
    "reasons": reasons,
    "reasons of tickets": ticket_reasons,
    "themes": themes,
    "similar cases": similar,
    "summaries": summaries,
    "language model": language_model,
    "words of a language model": wordings,
    "surges": surges,
    "surveys": surveys,
    "survey page": survey_page,
    "insights": insights,
    "reports": reports,
    "what was promised": kept,
    "pictures": pictures,
    "questions in SQL": analysts,
    "notifications": notifications,
    "privacy": privacy,
    "keeping": keeping,
    "files": attachments,
    "lent files": lent,
    "photos": photos,
    "signals": signals,
    "visitors": visitors,
    "operation": operation,
}
"""Routes by the tag under which the API's document lists them."""
MOST_JSON = 1_000_000
"""Bytes of a JSON body; files and webhooks have limits of their own."""
SPECIFICATION = "/api/v1/openapi.json"
SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"token": []}]


def create_app(parts: Parts, *, lifespan: Sequence[Lifespan] = (), used: Litestar | None = None) -> Edge:
    """The ASGI app of the whole product. `lifespan` opens and closes what lives as long as the server, in order.

    `used` is the API of an earlier app that nobody calls any more: building one takes most of a second, and is spared.
    """
    doors = Doors(parts.database, parts.sealer, parts.channels)
    if used is None:
        api = create_api(parts, doors=doors, lifespan=lifespan)
    else:
        api = used
        given = used.state.given
        given.update(_given(parts, doors))
        used.state = State({"gate": parts.gate, "given": given})
    streams = Streams(database=parts.database, catalogue=parts.catalogue, bus=parts.bus, gate=parts.gate, api=api)
    parts.database.listen(ReadsOut(parts.database, doors).notice)
    hooks = Webhooks(parts.database, parts.files, parts.bus, doors)

    def stop() -> None:
        streams.stop()
        end_visits(api.state)

    return Edge(Places(api=cast("App", api), assets=Assets(), hooks=hooks, stream=streams), stop=stop)


def create_api(parts: Parts, *, doors: Doors, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """Every route that answers JSON. Handlers get `principal`, the parts and what they offer by name."""
    given = _given(parts, doors)
    return Litestar(
        route_handlers=list_routes(parts.routes),
        dependencies={**dependencies, **_provide(given)},
        exception_handlers=exception_handlers,
        lifespan=list(lifespan),
        openapi_config=_describe(),
        request_max_body_size=MOST_JSON,
        state=State({"gate": parts.gate, "given": given}),
        logging_config=None,
        event_emitter_backend=_NoEvents,
    )


def create_watched(parts: Parts, *, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """What a process without the web answers: whether it lives, whether it is ready, its metrics."""
    return Litestar(
        route_handlers=[*health.routes, *metrics.routes],
        dependencies=_provide(
            {
                "database": parts.database,
                "bus": parts.bus,
                "folder": parts.folder,
                "version": __version__,
                **parts.offered,
            }
        ),
        exception_handlers=exception_handlers,
        lifespan=list(lifespan),
        openapi_config=None,
        logging_config=None,
        event_emitter_backend=_NoEvents,
    )


def list_routes(own: Sequence[Any] = ()) -> list[Any]:
    """The route handlers of all features, and `own`, which `app` brings."""
    modules = {**{tag: module.routes for tag, module in FEATURES.items()}, "demo": own}
    return [Router("/", route_handlers=list(routes), tags=[tag]) for tag, routes in modules.items()]


class _NoEvents(BaseEventEmitterBackend):
    """Litestar's own events, which nobody here emits: the emitter that it comes with loads what speaks to every kind of event loop."""

    @override
    def emit(self, event_id: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(event_id)

    @override
    async def __aenter__(self) -> Self:
        return self

    @override
    async def __aexit__(self, *error: object) -> None:
        pass


def _given(parts: Parts, doors: Doors) -> dict[str, Any]:
    return {
        "database": parts.database,
        "files": parts.files,
        "bus": parts.bus,
        "channels": parts.channels,
        "doors": doors,
        "typing_out": TypingOut(parts.database, doors),
        "folder": parts.folder,
        "upload_bytes": parts.upload_bytes,
        "version": __version__,
        **parts.offered,
    }


def _provide(given: Mapping[str, Any]) -> dict[str, Provide]:
    return {name: Provide(_one_of(given, name), sync_to_thread=False) for name in given}


def _one_of(given: Mapping[str, Any], name: str) -> Any:
    def provide() -> Any:
        return given[name]

    return provide


def _describe() -> OpenAPIConfig:
    schemes: dict[str, Any] = {
        "session": SecurityScheme(type="apiKey", name="lyhord", security_scheme_in="cookie"),
        "token": SecurityScheme(type="http", scheme="bearer"),
        "visitor": SecurityScheme(type="http", scheme="bearer"),
    }
    return OpenAPIConfig(
        title="Lyhord",
        version="1",
        path=SPECIFICATION,
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes=schemes),
        security=SECURITY,
        use_handler_docstrings=True,
        operation_id_creator=_name_operation,
    )


def _name_operation(_handler: Any, method: Any, path: Sequence[str | PathParameterDefinition]) -> str:
    """From method and address, so that it is unique and stays: `get_tickets`, `patch_tickets_by_id`, `post_messages_undo`."""
    words = [part.replace("-", "_") for part in path if isinstance(part, str) and part not in ("api", "v1")]
    by_id = [] if isinstance(path[-1], str) else ["by_id"]
    at_root = [] if path[0] == "api" else ["at_root"]
    return "_".join([method.value.lower(), *words, *by_id, *at_root])
