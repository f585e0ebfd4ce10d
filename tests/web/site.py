"""A whole product in one process for tests of the web: workspaces with people and a sandbox inbox, callers, and stream listeners."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import httpx
import msgspec
from litestar import Litestar

from lyhord.app.demo import routes as demo
from lyhord.app.erasures import Erasures
from lyhord.app.folder import DataFolder
from lyhord.channels.sandbox.adapter import DESCRIPTOR, Sandbox
from lyhord.contacts.events import EVENTS as CONTACT_EVENTS
from lyhord.conversations.account import Account, Health
from lyhord.conversations.channel import Adapter, Descriptor
from lyhord.conversations.contact_timelines import ContactTimelines
from lyhord.conversations.events import EVENTS as CONVERSATION_EVENTS
from lyhord.conversations.translation.desk import TranslatorDesk
from lyhord.hearing.events import EVENTS as HEARING_EVENTS
from lyhord.hearing.language_model.desk import LanguageModelDesk
from lyhord.insights.facts.desk import Desk as FactDesk
from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.reports.events import EVENTS as REPORT_EVENTS
from lyhord.kit.bus import LocalBus
from lyhord.kit.database import Database, Tx
from lyhord.kit.egress import Egress
from lyhord.kit.events import Catalogue
from lyhord.kit.files import Files
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.http import Network
from lyhord.kit.ids import new_id
from lyhord.kit.lending import Lending
from lyhord.kit.push import Pusher
from lyhord.kit.rates import Limiter
from lyhord.kit.secrets import Sealer
from lyhord.kit.tokens import make_key
from lyhord.notifications.desk import PushDesk
from lyhord.notifications.events import EVENTS as NOTIFICATION_EVENTS
from lyhord.notifications.telling import FOLLOWER
from lyhord.privacy.events import EVENTS as PRIVACY_EVENTS
from lyhord.surveys.events import EVENTS as SURVEY_EVENTS
from lyhord.surveys.links import Links
from lyhord.tickets.answering import OwnersAnswer
from lyhord.tickets.events import EVENTS as TICKET_EVENTS
from lyhord.web.asgi import Message, Scope
from lyhord.web.edge import Edge
from lyhord.web.metrics import Watch
from lyhord.web.parts import Parts
from lyhord.web.server import create_app
from lyhord.web.streams import Streams
from lyhord.workspaces.actions.agents import add_agent
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from lyhord.workspaces.actions.sessions import Client, start_session
from lyhord.workspaces.actions.tokens import create_token
from lyhord.workspaces.actions.workspace import create_workspace
from lyhord.workspaces.doors import InboxAccount, Office, Proof
from lyhord.workspaces.events import EVENTS as WORKSPACE_EVENTS
from lyhord.workspaces.gate import make_gate
from lyhord.workspaces.letters import Mailroom
from lyhord.workspaces.model import POWERS, WorkspaceSettings
from lyhord.workspaces.store import update_agent
from tests.waiting import PATIENCE

EVENTS = (
    *WORKSPACE_EVENTS,
    *CONTACT_EVENTS,
    *CONVERSATION_EVENTS,
    *HEARING_EVENTS,
    *TICKET_EVENTS,
    *SURVEY_EVENTS,
    *REPORT_EVENTS,
    *NOTIFICATION_EVENTS,
    *PRIVACY_EVENTS,
)
SIGNING_KEY = "a key that only tests know"


_used: list[Litestar] = []
"""APIs of sites that were closed."""


class Channels:
    """The sandbox, and any adapter that a test puts in its place."""

    def __init__(self) -> None:
        self.adapter: Any = Sandbox
        self.can = DESCRIPTOR

    def open(self, _channel: str, account: Account) -> Adapter:
        """The adapter of an inbox."""
        return self.adapter(account)  # type: ignore[no-any-return]

    def descriptor(self, _channel: str) -> Descriptor:
        """What the sandbox can do, or what stands in its place."""
        return self.can

    def list_descriptors(self) -> list[Descriptor]:
        """What the page of channels shows."""
        return [DESCRIPTOR]

    async def check(self, _channel: str, account: InboxAccount) -> Health:
        """Whether the account has a key to sign with."""
        return await Sandbox(Account(**msgspec.structs.asdict(account))).health()

    def proof_of(self, _channel: str) -> Proof:
        """It is ours at both ends."""
        return Proof("ours")

    def hand_out(self, _channel: str, _account: InboxAccount) -> None:
        """The sandbox has no other side."""


class Person(NamedTuple):
    """A signed-in agent, or a program with a token."""

    id: str
    headers: dict[str, str]


class Company(NamedTuple):
    """One workspace. `inbox` and `other_inbox` are sandbox inboxes; `agent` reaches all unless the workspace restricts."""

    id: str
    administrator: Person
    agent: Person
    inbox: StoredInbox
    other_inbox: StoredInbox


class Site:
    """The product, and ways to call it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.bus = LocalBus()
        self.files = Files(folder / "files")
        self.sealer = Sealer(b"k" * 32)
        self.channels = Channels()
        self.watch = Watch()
        self.facts = FactDesk(folder / "insights")
        self.lending = Lending(b"k" * 32, "https://desk.example")
        self.links = Links(b"k" * 32, "https://desk.example")
        self.catalogue = Catalogue(EVENTS)
        self.follower = FollowerRunner(database, self.catalogue, [FOLLOWER])
        database.listen(self.bus.publish)
        self.gate = make_gate(database, Network())
        self.app: Edge = create_app(
            Parts(
                database=database,
                catalogue=self.catalogue,
                files=self.files,
                bus=self.bus,
                gate=self.gate,
                channels=self.channels,
                sealer=self.sealer,
                folder=folder,
                upload_bytes=1_000_000,
                offered=self.offered(),
                routes=demo.routes,
            ),
            used=_used.pop() if _used else None,
        )
        self.api = cast("Litestar", self.app.places.api)
        self.streams = cast("Streams", self.app.places.stream)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://test.invalid")

    async def close(self) -> None:
        """Nobody calls it any more."""
        await self.client.aclose()
        await self.facts.close()
        _used.append(self.api)

    def offered(self) -> dict[str, Any]:
        """What features' routes ask for by name."""
        office = Office(
            doors=self.channels,
            sealer=self.sealer,
            limiter=Limiter(self.database.clock),
            network=Network(),
            mailroom=Mailroom(self.sealer, "http://test.invalid", mails=True),
        )
        self.egress = Egress(allow_private=["127.0.0.0/8"])
        desk = PushDesk(Pusher(b"k" * 32, "http://test.invalid", self.egress.call), self.sealer, self.egress.addresses)
        return {
            "office": office,
            "timelines": ContactTimelines(),
            "answering": OwnersAnswer(),
            "watch": self.watch,
            "holdings": Erasures(DataFolder(self.folder, self.folder / "lyhord.db")),
            "push_desk": desk,
            "pictures": Pictures(self.database, self.facts),
            "lending": self.lending,
            "links": self.links,
            "translators": TranslatorDesk(self.egress.call, self.sealer),
            "language_models": LanguageModelDesk(self.egress.call, self.sealer, 5.0),
        }

    async def add_company(self, **settings: Any) -> Company:
        """A workspace with an administrator, an agent and two inboxes."""
        workspace_id = new_id()
        await self.database.write(workspace_id, create_workspace, "Firm", WorkspaceSettings(**settings))
        return Company(
            workspace_id,
            await self.add_person(workspace_id, "administrator"),
            await self.add_person(workspace_id, "agent"),
            await self.add_inbox(workspace_id),
            await self.add_inbox(workspace_id),
        )

    async def add_person(self, workspace_id: str, role: str) -> Person:
        """An agent who has joined and is signed in."""

        def join(tx: Tx) -> tuple[str, str]:
            agent = add_agent(tx, f"{new_id()}@firm.example", role.title(), role, "en")
            values = {**msgspec.structs.asdict(agent), "settings": "{}", "joined_at": tx.now}
            del values["id"], values["created_at"]
            tx.run(update_agent, this=agent.id, **values)
            return agent.id, start_session(tx, agent.id, Client("127.0.0.1", "test"))

        agent_id, session = await self.database.write(workspace_id, join)
        return Person(agent_id, {"cookie": f"lyhord={session}", "origin": "http://test.invalid"})

    async def add_program(self, workspace_id: str, *powers: str) -> Person:
        """A program with a token of these powers, or of all."""
        own = frozenset(POWERS)
        token, text = await self.database.write(
            workspace_id, create_token, new_id(), "program", powers or tuple(own), own
        )
        return Person(token.id, {"authorization": f"Bearer {text}"})

    async def add_inbox(self, workspace_id: str, **settings: object) -> StoredInbox:
        """A sandbox inbox."""
        chosen: dict[str, object] = {"signing_key": SIGNING_KEY, **settings}
        key = make_key(workspace_id)
        inbox = StoredInbox(new_id(), key, "sandbox", "Sandbox", chosen, None, None, None, 0)
        return await self.database.write(workspace_id, connect_inbox, inbox)

    async def say(self, inbox: StoredInbox, text: str = "Hello", *, who: str = "ann", **more: Any) -> httpx.Response:
        """A customer writes through an inbox."""
        message = {"kind": "message", "id": new_id(), "sender": {"id": who, "name": who.title()}, "text": text, **more}
        return await self.call_hook(inbox, msgspec.json.encode({"events": [message]}))

    async def tell(self, workspace_id: str) -> None:
        """Let the agents be told what concerns them; what happened before the first time is told to nobody."""
        await self.follower.catch_up(workspace_id)

    async def call_hook(self, inbox: StoredInbox, body: bytes, **headers: str) -> httpx.Response:
        """A signed call of the inbox's webhook."""
        signature = "sha256=" + hmac.new(SIGNING_KEY.encode(), body, hashlib.sha256).hexdigest()
        return await self.client.post(
            f"/in/{inbox.key}", content=body, headers={"x-sandbox-signature": signature, **headers}
        )

    async def get(self, person: Person, path: str) -> Any:
        """The JSON that a person gets; the call must succeed."""
        answer = await self.client.get(f"/api/v1{path}", headers=person.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def call(self, person: Person, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """What a person gets for a call."""
        return await self.client.request(
            method, f"/api/v1{path}", json=body, headers={**person.headers, "sec-fetch-site": "same-origin", **headers}
        )

    def listen(self, person: Person, last: str | None = None) -> "Listener":
        """Open the live stream."""
        return Listener(self.app, person, last)


class Sent(NamedTuple):
    """One event of the stream."""

    event: str
    id: str
    data: Any


class Listener:
    """A browser on the other end of the stream: `async with site.listen(person) as stream`. `hold()` stops it from reading."""

    def __init__(self, app: Edge, person: Person, last: str | None) -> None:
        headers = [(name.encode(), value.encode()) for name, value in person.headers.items()]
        if last is not None:
            headers.append((b"last-event-id", last.encode()))
        self._scope: Scope = {
            "type": "http", "method": "GET", "path": "/api/v1/stream", "raw_path": b"/api/v1/stream", "query_string": b"",
            "headers": headers, "scheme": "http", "client": ("127.0.0.1", 1), "server": ("test", 80), "root_path": "",
        }  # fmt: skip
        self._app = app
        self._sent: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._rest = b""
        self._events: list[Sent] = []
        self.raw = b""
        self.status = 0
        self.ended = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        self._flowing.set()
        await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), PATIENCE)

    def hold(self) -> None:
        """Stop reading."""
        self._flowing.clear()

    @property
    def flow(self) -> "Listener":
        """What uvicorn's request cycle tells of the connection."""
        return self

    @property
    def write_paused(self) -> bool:
        """Whether sending would wait."""
        return not self._flowing.is_set()

    async def next(self, *, within: float = PATIENCE, signals: bool = False) -> Sent:
        """The next event; comments are passed over, and signals unless asked for. TimeoutError, or EOFError at the end."""
        async with asyncio.timeout(within):
            while True:
                while not self._events:
                    if self.ended and self._sent.empty():
                        raise EOFError
                    self._take(await self._sent.get())
                sent = self._events.pop(0)
                if (sent.event == "signal") <= signals:
                    return sent

    async def next_signal(self) -> Any:
        """What the next signal says."""
        while True:
            sent = await self.next(signals=True)
            if sent.event == "signal":
                return sent.data

    async def until(self, seq: int) -> AsyncIterator[Sent]:
        """Events up to the one that ends at number `seq`."""
        while True:
            sent = await self.next()
            yield sent
            if sent.id and int(sent.id.partition(":")[2]) >= seq:
                return

    async def end(self) -> None:
        """Wait until the server ends the stream."""
        await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), PATIENCE)

    def _take(self, data: bytes) -> None:
        self.raw += data
        *whole, self._rest = (self._rest + data).split(b"\n\n")
        for block in whole:
            fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if not line.startswith(b":"))
            if fields:
                text = {name.decode(): value.decode() for name, value in fields.items()}
                self._events.append(Sent(text["event"], text.get("id", ""), msgspec.json.decode(text["data"])))

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        await self._flowing.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.ended = self.ended or not message.get("more_body")
            self._sent.put_nowait(message.get("body", b""))
