"""What may belong to a surge besides: customers who wait and whose words resemble those of its members. Suggested to people, never added.

Plain nearness of words: each counts the more the fewer conversations have it (tf-idf), and two texts are as near as their words point the
same way (cosine). Words are those by which themes are called, without what stands in every text: no numbers, and pairs of signs in scripts
without spaces.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

from lyhord.conversations.views import messages_by_id
from lyhord.hearing.reasons.grams import is_signs, pieces_of
from lyhord.hearing.themes.naming import words_in
from lyhord.kit.database import ReadTx
from lyhord.kit.everyday import is_everyday
from lyhord.tickets.filters import Filter
from lyhord.tickets.model import TicketRow
from lyhord.tickets.surges import store
from lyhord.tickets.surges.model import Surge
from lyhord.tickets.surges.reading import surges_among
from lyhord.tickets.views import open_list
from lyhord.workspaces.reach import Reach

LOOKED_AT, LEARNED_FROM = 500, 200
"""Tickets whose customers wait, and members, that are compared: the latest of each."""
MOST_SUGGESTED = 20
LEAST = 0.15
"""How near words must be; 1 is alike."""

Vector = Mapping[str, float]


class Near(Struct, frozen=True):
    """A ticket that may belong to a surge, how near it is (0 to 1), and the words that say so."""

    ticket: TicketRow
    nearness: float
    words: tuple[str, ...]


def rank(members: Sequence[str], others: Mapping[str, str]) -> list[tuple[str, float, tuple[str, ...]]]:
    """The keys of `others` whose texts are near what members said, the nearest first, with how near, and by which words."""
    counted = {key: _telling(text) for key, text in others.items()}
    learned = [_telling(text) for text in members]
    rarity = _rarity([*counted.values(), *learned])
    centre: Counter[str] = Counter()
    for words in learned:
        centre.update(_pointing(words, rarity))
    middle = _unit(centre)
    found = []
    for key, words in counted.items():
        vector = _pointing(words, rarity)
        shared = {word: weight * middle[word] for word, weight in vector.items() if word in middle}
        nearness = sum(shared.values())
        if nearness >= LEAST:
            found.append((key, round(nearness, 3), _named(others[key], shared)))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def suggest(tx: ReadTx, reach: Reach, agent_id: str | None, surge: Surge) -> list[Near]:
    """Tickets within reach that are in no surge, weren't taken out of this one, and whose customers' last words are near its members'."""
    ids = [row[0] for row in tx.all(store.list_active, most=LOOKED_AT)]
    rows = open_list(tx, reach, agent_id, Filter()).named(tx, ids) if ids else []
    among = surges_among(tx, (one.conversation_id for one in rows))
    free = [one for one in rows if not _is_settled(among.get(one.conversation_id, {}), surge.id)]
    came = [row[0] for row in tx.all(store.came_of, of=surge.id)][-LEARNED_FROM:]
    said = _texts(tx, {*came, *(one.last_inbound_id for one in free if one.last_inbound_id)})
    others = {one.id: said.get(one.last_inbound_id or "", "") for one in free}
    by_id = {one.id: one for one in free}
    ranked = rank([said[one] for one in came if one in said], others)
    return [Near(by_id[key], nearness, words) for key, nearness, words in ranked[:MOST_SUGGESTED]]


def _is_settled(there: Mapping[str, bool], surge_id: str) -> bool:
    return surge_id in there or any(there.values())


def _texts(tx: ReadTx, ids: Iterable[str]) -> dict[str, str]:
    found = messages_by_id(tx, sorted(ids))
    return {one.id: f"{one.subject or ''}\n{one.text}" for one in found}


def _telling(text: str) -> set[str]:
    return {word for word in words_in(text) if not is_everyday(word)}


def _named(text: str, shared: Vector) -> tuple[str, ...]:
    """The words of a text that weigh most, at most three; of signs the whole stretch, since half of it may be no word."""
    weights: dict[str, float] = {}
    for piece in pieces_of(text):
        if not is_signs(piece):
            weights[piece] = shared.get(piece, 0.0)
            continue
        stretch = ""
        for at in range(len(piece) - 1):
            pair = piece[at : at + 2]
            stretch = (stretch + pair[1] if stretch else pair) if pair in shared else ""
            if stretch:
                weights.pop(stretch[:-1], None)
                weights[stretch] = max(shared[stretch[place : place + 2]] for place in range(len(stretch) - 1))
    told = [word for word in weights if weights[word]]
    return tuple(sorted(told, key=lambda word: (-weights[word], word))[:3])


def _rarity(texts: Sequence[AbstractSet[str]]) -> dict[str, float]:
    having = Counter(word for words in texts for word in words)
    return {word: math.log((1 + len(texts)) / (1 + count)) + 1 for word, count in having.items()}


def _pointing(words: Iterable[str], rarity: Vector) -> dict[str, float]:
    return _unit({word: rarity[word] for word in words})


def _unit(vector: Vector) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {word: weight / length for word, weight in vector.items()} if length else {}
