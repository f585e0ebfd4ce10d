"""The web chat's own settings, checked before an inbox is saved."""

from lyhord.channels.webchat.adapter import WebChat
from lyhord.conversations.account import Account
from lyhord.conversations.exchange import Accepted, Address, Outbound


def chat(secret: str = "", **settings: object) -> WebChat:
    return WebChat(Account("w", "i", "k", "Chat", settings, {"identity_secret": secret}))


async def test_an_empty_form_is_a_working_chat() -> None:
    assert (await chat().health()).ok


async def test_each_mistake_is_named_at_its_field() -> None:
    settings = {"accent": "red", "allowed_origins": ["https://ok.example", "example.com"], "logo": "http://x/a.png"}
    health = await chat("short", **settings).health()
    assert [problem[0] for problem in health.problems] == ["accent", "allowed_origins", "identity_secret", "logo"]
    assert not health.ok


async def test_origins_may_be_lines_of_one_text() -> None:
    assert (await chat(allowed_origins="https://a.example\nhttp://localhost:8000\n").health()).ok
    assert not (await chat(allowed_origins="https://a.example/path").health()).ok


async def test_what_is_sent_has_arrived_in_the_store() -> None:
    assert await chat().send(Outbound(to=Address("webchat", "v"), text="Hi"), "key-1") == Accepted("key-1")
