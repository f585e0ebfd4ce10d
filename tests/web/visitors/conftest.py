"""A company with a web chat, and the browsers of its visitors."""

from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from lyhord.app.channels import Channels
from lyhord.kit.ids import new_id
from lyhord.kit.tokens import make_key
from lyhord.workspaces.actions.inboxes import StoredInbox, connect_inbox
from tests.web.site import Company, Listener, Person, Site

SECRET = "the-secret-that-the-site-signs-with"
SHOP = "https://shop.example"


class Chat:
    """The company's chat, and ways to call it as a browser on some page."""

    def __init__(self, site: Site, company: Company, inbox: StoredInbox) -> None:
        self.site = site
        self.company = company
        self.inbox = inbox

    def sign(self, secret: str = SECRET, **claims: Any) -> str:
        """What the company's site says about somebody."""
        now = self.site.database.clock() // 1000
        claims = {"iat": now, "exp": now + 600, **claims}
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret.encode()))

    async def call(
        self, method: str, path: str, token: str = "", *, origin: str | None = SHOP, **more: Any
    ) -> httpx.Response:
        """One call of the visitor API from a page of `origin`."""
        headers = {"origin": origin} if origin else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        headers.update(more.pop("headers", {}))
        return await self.site.client.request(method, f"/visitor/v1{path}", headers=headers, **more)

    async def arrive(self, *, signed: str | None = None, origin: str | None = SHOP, **more: Any) -> str:
        """Open the panel; the token."""
        body = {"inbox": self.inbox.key, "signed": signed, **more}
        answer = await self.call("POST", "/sessions", origin=origin, json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def say(self, token: str, text: str, **more: Any) -> Any:
        """Say something; the stored message."""
        answer = await self.call("POST", "/messages", token, json={"key": new_id(), "text": text, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, token: str) -> list[str]:
        """The texts that a visitor sees."""
        answer = await self.call("GET", "/messages", token)
        assert answer.status_code == 200, answer.text
        return [message["text"] for message in answer.json()["items"]]

    async def conversations(self) -> list[Any]:
        """All conversations, as an agent sees them."""
        found = await self.site.get(self.company.agent, "/conversations")
        return list(found["items"])

    async def reply(self, conversation_id: str, text: str, **more: Any) -> Any:
        """An agent answers, or notes."""
        body = {"kind": "reply", "text": text, **more}
        answer = await self.site.call(self.company.agent, "POST", f"/conversations/{conversation_id}/messages", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def listen(self, token: str, last: str | None = None) -> Listener:
        """Open the visitor's stream."""
        listener = Listener(self.site.app, Person("", {"authorization": f"Bearer {token}", "origin": SHOP}), last)
        listener._scope.update({"path": "/visitor/v1/stream", "raw_path": b"/visitor/v1/stream"})
        return listener


@pytest.fixture
async def chat(site: Site, company: Company) -> Chat:
    """A chat whose one page is the shop."""
    return await add_chat(site, company, allowed_origins=[SHOP])


async def add_chat(site: Site, company: Company, /, **settings: object) -> Chat:
    """A chat with settings of its own."""
    channels = Channels()
    for name in ("open", "descriptor"):
        setattr(site.channels, name, getattr(channels, name))
    sealed = site.sealer.seal({"identity_secret": SECRET})
    inbox = StoredInbox(new_id(), make_key(company.id), "webchat", "Chat", settings, sealed, None, None, 0)
    return Chat(site, company, await site.database.write(company.id, connect_inbox, inbox))
