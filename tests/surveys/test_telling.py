"""Those who gave feedback hear what came of it: once each, in their channel and with their own parts."""

import pytest

from lyhord.contacts.actions import block_identity
from lyhord.conversations.canned.model import Text
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import AUTOMATIC
from lyhord.kit.problems import Invalid, NotFound
from lyhord.surveys.telling import Deed, Telling, list_tellings, tell
from lyhord.workspaces.reach import EVERYTHING, Reach
from tests.surveys.conftest import Shop

HELLO = (Text("en", "Hello {{contact.first_name|there}}, we answer on Sundays now."),)


async def rated(shop: Shop, *whom: str) -> list[str]:
    """Customers who were slow to get an answer; their conversations."""
    await shop.survey()
    talks = []
    for who in whom:
        said = await shop.hear(who=who)
        await shop.resolve(said.conversation_id)
        await shop.hear("2, slow", who=who)
        talks.append(said.conversation_id)
    return talks


async def told(shop: Shop, talks: list[str], reach: Reach = EVERYTHING) -> Telling:
    ids = tuple([(await shop.asking(one)).id for one in talks])
    await shop.write(tell, reach, Deed(texts=HELLO, rating_ids=ids), actor=f"agent:{shop.agent}")
    await shop.follow()
    found: list[Telling] = await shop.read(list_tellings)
    return found[0]


async def test_each_hears_it_once_and_nothing_else_changes(shop: Shop) -> None:
    talks = await rated(shop, "ann", "bo")
    before = [(await shop.ticket(one)).status for one in talks]
    telling = await told(shop, talks)
    assert (telling.said, telling.waiting, telling.left) == (2, 0, 0)
    said = [await shop.last_said(one) for one in talks]
    assert [one.text for one in said] == [
        "Hello Ann, we answer on Sundays now.",
        "Hello Bo, we answer on Sundays now.",
    ]
    assert said[0].flags == (AUTOMATIC,)
    assert [(await shop.ticket(one)).status for one in talks] == before
    asking = await shop.asking(talks[0])
    assert (asking.told_id, asking.told_at) == (telling.id, shop.clock.now)
    await shop.follow()
    assert (await shop.last_said(talks[0])).id == said[0].id


async def test_whom_it_does_not_reach_is_counted(shop: Shop) -> None:
    talks = await rated(shop, "ann", "bo")
    contact = (await shop.ticket(talks[0])).contact_id
    await shop.write(block_identity, contact, Address("sandbox", "ann"), True)
    telling = await told(shop, talks)
    assert (telling.said, telling.left) == (1, 1)
    assert (await shop.asking(talks[0])).told_id is None


async def test_nobody_beyond_reach_and_nothing_without_words(shop: Shop) -> None:
    talks = await rated(shop, "ann")
    with pytest.raises(NotFound):
        await told(shop, talks, Reach(frozenset({shop.mail})))
    deed = Deed(texts=(Text("en", "{{contact.shoe}}"),), rating_ids=((await shop.asking(talks[0])).id,))
    with pytest.raises(Invalid):
        await shop.write(tell, EVERYTHING, deed)
