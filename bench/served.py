"""The server's side of `bench.http`: makes a workspace to call, and runs the product, or an app that does nothing, on a free port.

    python -m bench.served FOLDER product|nothing|decode|stream [ADDRESS]

`decode` reads a call as the product does (signature, JSON) and does nothing with it. ADDRESS is that of a PostgreSQL database.

Prints the port as soon as requests are answered, and runs until it is told to stop.
"""

import socket
import sys
from pathlib import Path

import msgspec

from lyhord.app.folder import data_folder
from lyhord.app.logs import configure_logs
from lyhord.app.schema import prepare as prepare_schema
from lyhord.app.serving import bind, serve_web
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product, build_product, make_web, open_product
from lyhord.channels.sandbox.adapter import Sandbox
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Raw
from lyhord.kit.ids import new_id
from lyhord.kit.tokens import make_key
from lyhord.web.asgi import App, Receive, Scope, Send, answer, read_body
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.tokens import create_token
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.model import POWERS, WorkspaceSettings

SECRET = "the key of the benchmark's sandbox"


def make_product(folder: Path, address: str = "") -> Product:
    """The product on a data folder, with built-in settings but for the database's address."""
    settings = Settings(data_dir=str(folder))
    if address:
        settings = msgspec.structs.replace(settings, database=address)
    return build_product(settings, data_folder(settings), "http://localhost")


async def prepare(folder: Path, address: str = "", readers: int = 1) -> tuple[str, list[str]]:
    """A workspace with a sandbox inbox; the inbox's key, and so many tokens to listen with."""
    product = make_product(folder, address)
    prepare_schema(product.database.engine)
    workspace_id = new_id()
    inbox = StoredInbox(
        new_id(), make_key(workspace_id), "sandbox", "Bench", {"signing_key": SECRET}, None, None, None, 0
    )
    async with open_product(product):
        write = product.database.write
        await write(workspace_id, create_workspace, "Bench", WorkspaceSettings())
        await write(workspace_id, connect_inbox, inbox)
        made = [
            await write(workspace_id, create_token, new_id(), f"bench {number}", ["conversations.read"], POWERS)
            for number in range(readers)
        ]
    return inbox.key, [token for _, token in made]


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


async def only_decode(scope: Scope, receive: Receive, send: Send) -> None:
    """What a call costs before anything is stored: the body, its signature, its JSON."""
    if scope["type"] == "lifespan":
        await do_nothing(scope, receive, send)
        return
    body = await read_body(scope, receive, most=3_000_000)
    account = Account("", "", "", "", {"signing_key": SECRET}, {})
    raw = Raw(body, headers={name.decode(): value.decode() for name, value in scope["headers"]})
    sandbox = Sandbox(account)
    accepted = sandbox.verify(raw).ok and sandbox.parse(raw)
    await answer(send, 200 if accepted else 401, b'{"ok":true}', content_type=b"application/json")


class Broadcast:
    """Streams that only pass on: whoever calls GET is sent the body of every POST. What the server itself costs a delivery."""

    def __init__(self) -> None:
        self._sends: list[Send] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await do_nothing(scope, receive, send)
        elif scope["method"] == "POST":
            body = await read_body(scope, receive, most=3_000_000)
            for other in self._sends:
                await other({"type": "http.response.body", "body": body, "more_body": True})
            await answer(send, 200)
        else:
            await self._stream(receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"event: hello\n\n", "more_body": True})
        self._sends.append(send)
        while (await receive())["type"] != "http.disconnect":
            pass
        self._sends.remove(send)


def serve(folder: Path, mode: str, address: str = "") -> None:
    """Run until SIGTERM."""
    listening: socket.socket = bind(Settings(port=0))

    def ready() -> None:
        print(listening.getsockname()[1], flush=True)

    if mode != "product":
        apps: dict[str, App] = {"nothing": do_nothing, "decode": only_decode, "stream": Broadcast()}
        serve_web(apps[mode], listening, stop=lambda: None, ready=ready)
        return
    product = make_product(folder, address)
    configure_logs(product.settings)
    app = make_web(product, lifespan=[lambda _: open_product(product)])
    serve_web(app, listening, stop=app.stop, ready=ready)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *sys.argv[2:4])
