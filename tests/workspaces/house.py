"""What the tests of workspaces share: channels that obey, browsers with cookies, people."""

from collections.abc import Sequence
from typing import Any, ClassVar

import httpx
import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from sqlalchemy import bindparam, select

from lyhord.conversations.account import Handout, Health
from lyhord.conversations.channel import Descriptor, Field
from lyhord.kit.database import Database, ReadTx, Statement
from lyhord.kit.database.jobs_table import job
from lyhord.kit.http import dependencies, exception_handlers, make_network
from lyhord.kit.ids import new_id
from lyhord.kit.rates import Limiter
from lyhord.kit.secrets import Sealer
from lyhord.workspaces.actions.links import open_setup
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.doors import InboxAccount, Office, Proof
from lyhord.workspaces.gate import make_gate
from lyhord.workspaces.letters import Letter, Mailroom
from lyhord.workspaces.model import WorkspaceSettings
from lyhord.workspaces.routes import routes
from tests.conftest import StoppedClock

PASSWORD = "a long enough sentence"
BASE = "http://desk.example"

_jobs = Statement(
    select(job.c.body)
    .where(job.c.workspace_id == bindparam("workspace_id"), job.c.kind == "system_mail")
    .order_by(job.c.id)
)

PAPER = Descriptor(
    channel="paper",
    ingress="webhook",
    schemes=("post",),
    kinds_in=frozenset({"text"}),
    kinds_out=frozenset({"text"}),
    fields=(
        Field("host"),
        Field("port", "number", default=25),
        Field("mode", "choice", default="plain", choices=("plain", "tls")),
        Field("sender", "email", required=False),
        Field("loud", "switch", required=False),
        Field("origins", "lines", required=False),
        Field("socket", when=("mode", "tls")),
        Field("certificate", "secret", when=("mode", "tls"), more=True),
        Field("password", "secret"),
        Field("spare", "secret", required=False),
    ),
)
WINDOW = Descriptor(
    channel="window", ingress="visitor", schemes=("pane",), kinds_in=frozenset({"text"}), kinds_out=frozenset({"text"})
)


class Channels:
    """Two channels. The account of `paper` works while its password is "right"."""

    def __init__(self) -> None:
        self.tried: list[InboxAccount] = []
        self.error: Exception | None = None

    def list_descriptors(self) -> Sequence[Descriptor]:
        return [PAPER, WINDOW]

    async def check(self, channel: str, account: InboxAccount) -> Health:
        self.tried.append(account)
        if self.error:
            raise self.error
        if channel == "paper" and account.secrets["password"] != "right":
            return Health(ok=False, problems=(("password", "inbox.wrong_password", "535 no"),))
        if channel == "paper" and account.settings["host"] == "not-yet.example":
            return Health(ok=False, problems=(("", "inbox.unknown", ""),), waits=True)
        return Health(ok=True, who="@paper", link="https://paper.example/firm")

    def proof_of(self, channel: str) -> Proof:
        return Proof("proved", ("a printer",), "2026-03-01") if channel == "paper" else Proof("recordings")

    def hand_out(self, channel: str, account: InboxAccount) -> Handout | None:
        return Handout("paper.txt", "text/plain", f"key: {account.key}") if channel == "paper" else None


class Api:
    """The routes, and what their handlers are given by name: building them takes longer than most tests do, so they are used again."""

    unused: ClassVar[list["Api"]] = []

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.app = Litestar(
            routes,
            dependencies={**dependencies, "database": self._provide("database"), "office": self._provide("office")},
            exception_handlers=exception_handlers,
            logging_config=None,
        )

    def _provide(self, name: str) -> Provide:
        return Provide(lambda: self.given[name], sync_to_thread=False)


class House:
    """The routes, and what a test does with them."""

    def __init__(
        self,
        database: Database,
        clock: StoppedClock,
        *,
        base: str = BASE,
        proxies: Sequence[str] = (),
        mails: bool = True,
    ) -> None:
        self.database = database
        self.clock = clock
        self.channels = Channels()
        self.sealer = Sealer(b"k" * 32)
        network = make_network(base if base.startswith("https") else "", proxies)
        self.office = Office(
            doors=self.channels,
            sealer=self.sealer,
            limiter=Limiter(clock),
            network=network,
            mailroom=Mailroom(self.sealer, base, mails),
        )
        self.base = base
        self.api = Api.unused.pop() if Api.unused else Api()
        self.api.given = {"database": database, "office": self.office}
        self.app = self.api.app
        self.app.state = State({"gate": make_gate(database, network)})
        self.browsers: list[Browser] = []
        self.workspace_id = new_id()

    async def settle(self) -> None:
        """Make the workspace and let its first administrator in: `self.admin`, a browser."""
        await self.database.write(self.workspace_id, create_workspace, "Harbour", WorkspaceSettings())
        token = await self.database.write(self.workspace_id, open_setup)
        assert token
        self.admin = self.browser()
        answer = await self.admin.post(
            "/links/setup", {"token": token, "password": PASSWORD, "name": "Ada", "email": "Ada@Example.org"}
        )
        assert answer.status_code == 200, answer.text

    async def close(self) -> None:
        """Close every browser; nobody calls the routes any more."""
        for browser in self.browsers:
            await browser.client.aclose()
        Api.unused.append(self.api)

    async def written(self) -> None:
        """Return once everything is written that was handed to the writer before."""
        await self.database.write(self.workspace_id, lambda _: None)

    def browser(self, address: str = "203.0.113.5", **headers: str) -> "Browser":
        """A browser somewhere on the net."""
        browser = Browser(self.app, self.base, address, headers)
        self.browsers.append(browser)
        return browser

    async def letters(self) -> list[Letter]:
        """The letters that wait to be sent, in order."""
        rows = await self.database.read(self.workspace_id, all_rows, _jobs)
        return [msgspec.convert(self.sealer.open(msgspec.json.decode(row[0])["sealed"]), Letter) for row in rows]

    async def hire(self, email: str, role: str = "agent") -> "Browser":
        """Invite somebody who accepts; their browser, signed in."""
        answer = await self.admin.post("/agents", {"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        browser = self.browser()
        browser.agent_id = answer.json()["id"]
        link = (await self.letters())[-1].link
        answer = await browser.post("/links/invitation", {"token": token_of(link), "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return browser


class Browser:
    """Sends what a page of ours would send: origin, JSON, cookies."""

    def __init__(self, app: Any, base: str, address: str, headers: dict[str, str]) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
        self.client = httpx.AsyncClient(transport=transport, base_url=base, headers={"origin": base, **headers})
        self.agent_id = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"/api/v1{path}", headers=headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json=body, headers=headers)

    async def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.patch(f"/api/v1{path}", json=body, headers=headers)

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.delete(f"/api/v1{path}", headers=headers)

    async def sign_in(self, email: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        return await self.post("/sign-in", {"email": email, "password": password, **more})


def all_rows(tx: ReadTx, statement: Statement) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    return tx.all(statement)


def token_of(link: str) -> str:
    """The secret in a link's address."""
    return link.partition("?token=")[2]


def key_of(answer: httpx.Response) -> str:
    """The message key of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["key"])
