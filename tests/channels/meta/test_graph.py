"""What answers of the Graph API mean, over real HTTP."""

from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest

from lyhord.channels.meta.graph import Graph, Trouble, Upload, problem_of, prove
from lyhord.conversations.exchange import Failed, Outcome, Retry, Unknown
from lyhord.kit.egress import Egress
from lyhord.kit.words import LOCALES, catalogue
from tests.counterparts.graph_api import Given, GraphServer, refusal, serve

TOKEN, SECRET = "token-of-a-system-user", "secret-of-the-app"


@pytest.fixture(scope="module")
def meta() -> Iterator[GraphServer]:
    with serve() as server:
        yield server


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    way_out = Egress(allow_private=["127.0.0.0/8"])
    yield way_out
    await way_out.close()


def graph(meta: GraphServer, egress: Egress, secret: str = SECRET) -> Graph:
    own: dict[int, Outcome] = {131047: Failed("plan.window_closed"), 2018278: Failed("plan.window_closed")}
    return Graph(egress.call, TOKEN, secret=secret, server=meta.address, meanings=own)


async def test_a_call_carries_the_token_in_a_header_and_proves_the_app(meta: GraphServer, egress: Egress) -> None:
    meta.answer("GET", "me", {"id": "1"})
    assert msgspec.json.decode(await graph(meta, egress).get("me", fields="id")) == {"id": "1"}
    asked = meta.asked[-1]
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.query == {"fields": "id", "appsecret_proof": prove(SECRET, TOKEN)}
    await graph(meta, egress, secret="").get("me")
    assert meta.asked[-1].query == {}


async def test_a_file_is_given_as_a_form(meta: GraphServer, egress: Egress) -> None:
    meta.answer("POST", "1/media", {"id": "9"})
    file = Upload("file", 'a"\r\n.png', "image/png", b"\x89PNG\r\n\x00")
    await graph(meta, egress).upload("1/media", {"type": "image/png"}, file)
    asked = meta.asked[-1]
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="type"\r\n\r\nimage/png\r\n' in asked.body
    assert b'name="file"; filename="a___.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x00\r\n--' in asked.body


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (refusal(190, 401), Retry("channel.meta.bad_token")),
        (refusal(0, 401), Retry("channel.meta.bad_token")),
        (refusal(10, 403), Retry("channel.meta.no_permission")),
        (refusal(200, 403), Retry("channel.meta.no_permission")),
        (refusal(10, 403, 2018278), Failed("plan.window_closed")),
        (refusal(4, 400), Retry("channel.meta.too_fast", limit="account")),
        (Given(429, {}, (("retry-after", "7"),)), Retry("channel.meta.too_fast", 7, limit="account")),
        (
            refusal(4, 400)._replace(headers=(("retry-after", "60"),)),
            Retry("channel.meta.too_fast", 60, limit="account"),
        ),
        (refusal(80007, 429), Retry("channel.meta.too_fast", limit="account")),
        (refusal(2, 503), Retry("channel.meta.busy")),
        (refusal(131047), Failed("plan.window_closed")),
        (refusal(99999, 500, is_transient=True), Retry("channel.meta.busy")),
        (refusal(99999, message="(#99999) Odd"), Failed("(#99999) Odd (99999)")),
        (
            refusal(100, error_data={"details": "Param text must be a string"}),
            Failed("Param text must be a string (100)"),
        ),
        (refusal(100, message="Invalid appsecret_proof provided"), Retry("channel.meta.bad_secret")),
        (refusal(1, 500), Unknown("delivery.no_answer")),
        (Given(502, b"<html>Bad Gateway</html>"), Unknown("delivery.no_answer")),
        (Given(200, b"not JSON"), Unknown("delivery.no_answer")),
        (Given(hang_up=True), Unknown("delivery.no_answer")),
    ],
)
async def test_a_refusal_means_what_is_to_be_done(
    meta: GraphServer, egress: Egress, given: Given, outcome: Outcome
) -> None:
    meta.answer("POST", "1/messages", given)
    with pytest.raises(Trouble) as refused:
        await graph(meta, egress).post("1/messages", {})
    assert refused.value.outcome == outcome
    assert TOKEN not in str(refused.value)


async def test_no_answer_in_time_may_have_arrived(meta: GraphServer, egress: Egress) -> None:
    meta.answer("POST", "1/messages", Given(never=True))
    with pytest.raises(Trouble) as refused:
        await graph(meta, egress).post("1/messages", {}, seconds=1.5)
    assert refused.value.outcome == Unknown("delivery.no_answer")


async def test_where_nobody_is_nothing_has_left(egress: Egress) -> None:
    with serve() as gone:
        pass
    with pytest.raises(Trouble) as refused:
        await graph(gone, egress).post("1/messages", {})
    assert refused.value.outcome == Retry("channel.meta.unreachable")


async def test_an_address_that_is_never_called_loses_nothing() -> None:
    strict = Egress()
    with pytest.raises(Trouble) as refused:
        await Graph(strict.call, TOKEN, server="http://127.0.0.1:9").post("1/messages", {})
    assert refused.value.outcome == Retry("problem.address_refused", ours=True)
    assert problem_of(refused.value)[:2] == ("server", "problem.address_refused")
    await strict.close()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (refusal(190, 401), ("token", "channel.meta.bad_token")),
        (refusal(200, 403), ("token", "channel.meta.no_permission")),
        (refusal(100, message="Invalid appsecret_proof provided"), ("app_secret", "channel.meta.bad_secret")),
        (refusal(4), ("", "channel.meta.too_fast")),
        (Given(502, b"x"), ("", "channel.meta.unreachable")),
        (refusal(99999), ("", "channel.meta.refused")),
    ],
)
async def test_a_problem_names_the_field_at_fault(
    meta: GraphServer, egress: Egress, given: Given, problem: tuple[str, str]
) -> None:
    meta.answer("GET", "1", given)
    with pytest.raises(Trouble) as refused:
        await graph(meta, egress).get("1")
    assert problem_of(refused.value)[:2] == problem
    assert all(problem[1] in catalogue(locale) for locale in LOCALES)
