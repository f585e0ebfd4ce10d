"""A language model is tried before it is kept, and whoever connects it reads what to do where it doesn't work."""

import socket
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from lyhord.hearing.language_model.client import Client, read_json
from lyhord.hearing.language_model.model import (
    LanguageModelAway,
    LanguageModelBusy,
    LanguageModelRefuses,
    NotOne,
    Settings,
    Unusable,
)
from lyhord.hearing.language_model.trying import try_model
from lyhord.kit.egress import Egress, Refused
from lyhord.kit.problems import Invalid
from tests.counterparts.languagemodels import KEY, MODEL, LanguageModelServer

INSIDE = Egress(allow_private=["127.0.0.0/8"])
SECONDS = 5.0


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    with LanguageModelServer() as server:
        yield server


async def tried(server: LanguageModelServer, *, key: str = KEY, seconds: float = SECONDS, **more: str) -> Settings:
    settings = replace(Settings(address=server.address, model=MODEL), **more)
    return await try_model(INSIDE.call, settings, key, seconds)


async def wrong(
    server: LanguageModelServer, *, key: str = KEY, seconds: float = SECONDS, **more: str
) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        await tried(server, key=key, seconds=seconds, **more)
    return caught.value.fields


async def test_one_that_answers_is_taken(server: LanguageModelServer) -> None:
    assert (await tried(server)).dialect == "plain"
    [asked] = server.asked
    assert asked.body["temperature"] == 0
    assert asked.body["max_tokens"] > 0
    assert asked.body["stream"] is False


async def test_one_that_asks_for_no_key_gets_none(server: LanguageModelServer) -> None:
    server.key = ""
    assert (await tried(server, key="")).model == MODEL


async def test_one_that_thinks_first_is_asked_in_its_own_way() -> None:
    with LanguageModelServer(thinks=True) as server:
        settings = await tried(server)
        assert settings.dialect == "thinking"
        answered = await Client(INSIDE.call, settings, KEY).ask("You check a connection.", "x")
    assert answered.text == '{"works": true}'
    assert answered.tokens == 42


async def test_a_wrong_key_a_model_that_is_not_there_and_another_server_are_told_apart(
    server: LanguageModelServer,
) -> None:
    assert await wrong(server, key="other") == {"key": "language_model.bad_key"}
    assert await wrong(server, model="plain-70b") == {"model": "language_model.bad_model"}
    beside = server.address.removesuffix("/v1")
    assert await wrong(server, address=beside) == {"address": "language_model.incompatible"}
    server.raw = b"<html>Welcome</html>"
    assert await wrong(server) == {"address": "language_model.incompatible"}


async def test_where_nobody_answers_in_time_the_address_is_at_fault(server: LanguageModelServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert await wrong(server, address=nobody) == {"address": "language_model.bad_address"}
    server.hold.clear()
    assert await wrong(server, seconds=0.2) == {"address": "language_model.bad_address"}
    server.hold.set()
    server.statuses = [(500, {})]
    assert await wrong(server) == {"address": "language_model.bad_address"}


async def test_a_used_up_allowance_is_said_so(server: LanguageModelServer) -> None:
    server.statuses = [(429, {"retry-after": "7"})]
    assert await wrong(server) == {"key": "language_model.busy"}


async def test_a_model_without_words_is_none(server: LanguageModelServer) -> None:
    server.answers = lambda _task, _words: " "
    assert await wrong(server) == {"model": "language_model.says_nothing"}


async def test_an_address_inside_is_called_only_where_the_operator_allows_it(server: LanguageModelServer) -> None:
    settings = Settings(address=server.address, model=MODEL)
    with pytest.raises(Invalid) as caught:
        await try_model(Egress().call, settings, KEY, SECONDS)
    assert caught.value.fields == {"address": "language_model.not_called"}
    with pytest.raises(Refused):
        await Client(Egress().call, settings, KEY).ask("a", "b")
    assert server.asked == []


async def test_each_way_to_fail_has_its_name(server: LanguageModelServer) -> None:
    client = Client(INSIDE.call, Settings(address=server.address, model=MODEL), KEY, SECONDS)
    server.statuses = [(429, {"retry-after": "7"}), (503, {}), (418, {})]
    with pytest.raises(LanguageModelBusy) as busy:
        await client.ask("a", "b")
    assert busy.value.seconds == 7
    with pytest.raises(LanguageModelAway):
        await client.ask("a", "b")
    with pytest.raises(LanguageModelRefuses):
        await client.ask("a", "b")
    server.finish = "length"
    with pytest.raises(Unusable, match="cut off"):
        await client.ask("a", "b")
    server.finish, server.raw = "stop", b'{"choices": []}'
    with pytest.raises(Unusable):
        await client.ask("a", "b")
    server.raw = b'{"choices": [{"mess'
    with pytest.raises(NotOne):
        await client.ask("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        '{"works": true}',
        '```json\n{"works": true}\n```',
        '<think>{"works": false} hm</think>Here it is: {"works": true}',
        'Sure! {"works": true} I hope that helps.',
    ],
)
def test_the_answer_is_found_whatever_stands_around_it(text: str) -> None:
    assert read_json(text, dict[str, bool]) == {"works": True}


@pytest.mark.parametrize("text", ["", "no", '{"works": tr', "[1]", "<think>{}"])
def test_what_is_no_answer_is_unusable(text: str) -> None:
    with pytest.raises(Unusable):
        read_json(text, dict[str, bool])
