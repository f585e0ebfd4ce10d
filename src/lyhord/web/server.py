"""Puts the web together: every feature's routes on Litestar, the raw paths beside it, one edge around all."""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any, cast

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types.internal_types import PathParameterDefinition

from lyhord import __version__
from lyhord.kit.http import dependencies, exception_handlers
from lyhord.web import health
from lyhord.web.asgi import App
from lyhord.web.assets import Assets
from lyhord.web.edge import Edge, Places
from lyhord.web.parts import Lifespan, Parts

FEATURES = (
    "lyhord.workspaces.routes",
    "lyhord.contacts.routes",
    "lyhord.conversations.routes",
    "lyhord.conversations.search_routes",
    "lyhord.tickets.routes",
    "lyhord.web.visitors.routes",
)
MOST_JSON = 1_000_000
"""Bytes of a JSON body; files and webhooks have limits of their own."""
SPECIFICATION = "/api/v1/openapi.json"
SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"token": []}]


def create_app(parts: Parts, *, lifespan: Sequence[Lifespan] = ()) -> Edge:
    """The ASGI app of the whole product. `lifespan` opens and closes what lives as long as the server, in order."""
    api = cast("App", create_api(parts, lifespan=lifespan))
    return Edge(Places(api=api, assets=Assets(), hooks=api, stream=api))


def create_api(parts: Parts, *, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """Every route that answers JSON. Dependencies by name: `principal`, `database`, `files`, `bus`, `version`, and what `parts` offers."""
    return Litestar(
        route_handlers=list_routes(),
        dependencies={**dependencies, **_provided(parts)},
        exception_handlers=exception_handlers,
        lifespan=list(lifespan),
        openapi_config=_describe(),
        request_max_body_size=MOST_JSON,
        state=State({"gate": parts.gate}),
        logging_config=None,
    )


def list_routes() -> list[Any]:
    """The route handlers of all features."""
    routes = list(health.routes)
    for name in FEATURES:
        if _exists(name):
            routes += importlib.import_module(name).routes
    return routes


def _exists(name: str) -> bool:
    package = name.rpartition(".")[0]
    return importlib.util.find_spec(package) is not None and importlib.util.find_spec(name) is not None


def _provided(parts: Parts) -> dict[str, Provide]:
    values: Mapping[str, Any] = {
        "database": parts.database,
        "files": parts.files,
        "bus": parts.bus,
        "folder": parts.folder,
        "version": __version__,
        **parts.offered,
    }
    return {name: Provide(_constant(value), sync_to_thread=False) for name, value in values.items()}


def _constant(value: Any) -> Any:
    def provide() -> Any:
        return value

    return provide


def _describe() -> OpenAPIConfig:
    schemes: dict[str, Any] = {
        "session": SecurityScheme(type="apiKey", name="lyhord", security_scheme_in="cookie"),
        "token": SecurityScheme(type="http", scheme="bearer"),
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


def _name_operation(handler: Any, _method: Any, path: Sequence[str | PathParameterDefinition]) -> str:
    """The handler's own name: `list_tickets`. Further addresses of the same handler carry theirs: `get_health_at_health`."""
    name = str(handler.handler_name)
    parts = [part for part in path if isinstance(part, str)]
    return name if len(handler.paths) == 1 or parts[0] == "api" else "_at_".join([name, *parts])
