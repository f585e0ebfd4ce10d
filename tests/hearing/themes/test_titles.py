"""Themes are called by a language model, where the workspace has one for that: in words of several customers, for who may read these."""

from collections.abc import Iterator, Sequence

import pytest

from lyhord.app.wiring import EVENTS
from lyhord.conversations.exchange import Address, InboundRemoval
from lyhord.hearing.actions import Ears
from lyhord.hearing.following import make_follower
from lyhord.hearing.language_model.actions import connect_language_model
from lyhord.hearing.language_model.desk import LanguageModelDesk
from lyhord.hearing.language_model.model import Settings, Use
from lyhord.hearing.language_model.proof import Source
from lyhord.hearing.themes.actions import keep_themes
from lyhord.hearing.themes.model import LEAST, WEEKS, Found, Member
from lyhord.hearing.themes.titles import believe
from lyhord.hearing.themes.titling import list_work
from lyhord.hearing.themes.views import Theme, read_themes
from lyhord.kit.clock import MINUTE
from lyhord.kit.egress import Egress
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner
from lyhord.kit.secrets import Sealer
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.conversations.desk import Desk
from tests.counterparts.languagemodels import KEY, MODEL, LanguageModelServer

ASKS = (
    "I need a receipt with VAT for my company",
    "Please send a receipt with VAT, our company asks for it",
    "Can I have the receipt with VAT on it for the company",
    "The receipt lacks VAT, my company needs it",
    "Our company wants a receipt that shows VAT, says Carla",
)
WORDS = ("receipt", "vat", "company")
SEALER = Sealer(b"k" * 32)


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    with LanguageModelServer() as server:
        yield server


async def find(desk: Desk, asks: Sequence[str] = ASKS, shown: int = 3) -> None:
    members = []
    for at, text in enumerate(asks):
        said = await desk.say(text, who=f"asker{at}")
        members.append(Member(said.id, said.conversation_id, WEEKS - 1, at if at < shown else None))
    await desk.write(keep_themes, [Found(WORDS, tuple(members))], [*[0] * (WEEKS - 1), LEAST])


async def connect(desk: Desk, server: LanguageModelServer, *uses: Use) -> None:
    await desk.write(
        connect_language_model, Settings(address=server.address, model=MODEL, uses=uses), SEALER.seal({"key": KEY})
    )


async def work(desk: Desk) -> None:
    models = LanguageModelDesk(Egress(allow_private=["127.0.0.0/8"]).call, SEALER, 3.0)
    jobs = JobRunner(desk.database, Catalogue(EVENTS), list_work(models))
    await jobs.catch_up()
    desk.clock.move(MINUTE)
    await jobs.catch_up()


async def the_theme(desk: Desk, reach: Reach = EVERYTHING) -> Theme:
    [one] = (await desk.read(read_themes, reach)).themes
    theme: Theme = one
    return theme


async def test_a_theme_has_a_name_with_the_messages_behind_it(desk: Desk, server: LanguageModelServer) -> None:
    await connect(desk, server, "themes")
    await find(desk)
    await work(desk)
    one = await the_theme(desk)
    assert one.named is not None
    assert (one.named.name, one.named.model) == ("receipt vat company", MODEL)
    assert one.words == WORDS, "its own words stay"
    assert set(one.named.message_ids) == {each.message_id for each in one.examples}
    await find(desk, [])
    assert len(server.asked) == 1


async def test_themes_that_are_there_get_names_when_that_is_switched_on(
    desk: Desk, server: LanguageModelServer
) -> None:
    await find(desk)
    await connect(desk, server, "summaries")
    await work(desk)
    assert server.asked == []
    await connect(desk, server, "themes")
    await work(desk)
    assert (await the_theme(desk)).named is not None


async def test_the_name_is_for_who_may_read_what_it_rests_on(desk: Desk, server: LanguageModelServer) -> None:
    await connect(desk, server, "themes")
    await find(desk)
    await desk.say("Elsewhere, a word about the receipt", who="bo", inbox=desk.other_inbox)
    await work(desk)
    assert (await the_theme(desk, Reach(frozenset([desk.inbox])))).named is not None
    assert (await the_theme(desk, Reach(frozenset([desk.other_inbox])))).named is None


async def test_a_name_that_is_not_believed_is_none_and_not_asked_for_again(
    desk: Desk, server: LanguageModelServer
) -> None:
    server.answers = lambda _task, _words: '{"name": "Refunds for Carla"}'
    await connect(desk, server, "themes")
    await find(desk)
    await work(desk)
    await work(desk)
    assert (await the_theme(desk)).named is None
    assert len(server.asked) == 1


async def test_a_model_that_is_away_is_asked_once_more_and_then_with_the_next_look(
    desk: Desk, server: LanguageModelServer
) -> None:
    server.statuses = [(500, {}), (500, {})]
    await connect(desk, server, "themes")
    await find(desk)
    await work(desk)
    await work(desk)
    assert (await the_theme(desk)).named is None
    assert len(server.asked) == 2
    await find(desk)
    await work(desk)
    assert (await the_theme(desk)).named is not None


async def test_a_message_that_goes_takes_the_name_along(desk: Desk, server: LanguageModelServer) -> None:
    await connect(desk, server, "themes")
    follower = FollowerRunner(desk.database, Catalogue(EVENTS), [make_follower(Ears(None, conclude_messages))])
    await find(desk, (*ASKS, "Once more: a receipt with VAT for the company"))
    await work(desk)
    assert (await the_theme(desk)).named is not None
    await connect(desk, server)
    await desk.receive(InboundRemoval(message="x1", sender=(Address("pigeon", "asker0", "Asker0", verified=True),)))
    await follower.catch_up()
    assert (await the_theme(desk)).named is None


SOURCES = [Source(text, "en") for text in ASKS]


@pytest.mark.parametrize(
    "name", ["Receipts with VAT", "receipt for the company", "VAT receipts", '"Company receipts."']
)
def test_names_in_the_words_of_customers_are_believed(name: str) -> None:
    assert believe(name, WORDS, SOURCES, "en") == name.strip('".')


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Receipts 2026",
        "Carla wants a receipt",
        "Receipt for Carla",
        "Receipt with VAT for Bosse",
        "Free replacement lamps",
        "receipt@company.example",
        "a receipt with VAT for our company as soon as can be",
        "Receipt " * 20,
    ],
)
def test_names_of_persons_numbers_and_inventions_are_not(name: str) -> None:
    assert believe(name, WORDS, SOURCES, "en") == ""


def test_a_name_in_another_language_than_its_messages_is_held_to_numbers_and_names() -> None:
    assert believe("Kvitton med moms", WORDS, SOURCES, "sv") == "Kvitton med moms"
    assert believe("Kvitton till Carla", WORDS, SOURCES, "sv") == ""
