"""The server's side of `bench.http`: makes a workspace to call, and runs the product, or an app that does nothing, on a free port.

    python -m bench.served FOLDER product|nothing

Prints the port as soon as requests are answered, and runs until it is told to stop.
"""

import socket
import sys
from pathlib import Path

from lyhord.app.folder import data_folder
from lyhord.app.logs import configure_logs
from lyhord.app.schema import prepare as prepare_schema
from lyhord.app.serving import bind, serve_web
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product, build_product, make_web, open_product
from lyhord.kit.ids import new_id
from lyhord.kit.tokens import make_key
from lyhord.web.asgi import Receive, Scope, Send, answer, read_body
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.tokens import create_token
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import POWERS, WorkspaceSettings

SECRET = "the key of the benchmark's sandbox"


def make_product(folder: Path) -> Product:
    """The product on a data folder, with built-in settings."""
    settings = Settings(data_dir=str(folder))
    return build_product(settings, data_folder(settings), "http://localhost")


async def prepare(folder: Path) -> tuple[str, str]:
    """A workspace with a sandbox inbox; the inbox's key, and a token to listen with."""
    product = make_product(folder)
    prepare_schema(product.database.engine)
    workspace_id = new_id()
    inbox = StoredInbox(
        new_id(), make_key(workspace_id), "sandbox", "Bench", {"signing_key": SECRET}, None, None, None, 0
    )
    async with open_product(product):
        write = product.database.write
        await write(workspace_id, create_workspace, "Bench", WorkspaceSettings())
        await write(workspace_id, connect_inbox, inbox)
        _, token = await write(workspace_id, create_token, new_id(), "bench", ["conversations.read"], POWERS)
    return inbox.key, token


async def do_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and says yes: what the server itself costs."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await read_body(scope, receive, most=3_000_000)
    await answer(send, 200, b'{"ok":true}', content_type=b"application/json")


def serve(folder: Path, mode: str) -> None:
    """Run until SIGTERM."""
    listening: socket.socket = bind(Settings(port=0))

    def ready() -> None:
        print(listening.getsockname()[1], flush=True)

    if mode == "nothing":
        serve_web(do_nothing, listening, stop=lambda: None, ready=ready)
        return
    product = make_product(folder)
    configure_logs(product.settings)
    app = make_web(product, lifespan=[lambda _: open_product(product)])
    serve_web(app, listening, stop=app.stop, ready=ready)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2])
