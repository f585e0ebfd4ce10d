"""Themes as screens show them."""

from collections.abc import Sequence

from msgspec import Struct

from lyhord.conversations.views import carriers_of_conversations
from lyhord.conversations.visibility import may_see_message
from lyhord.hearing.themes import store
from lyhord.hearing.themes.actions import Kept, list_kept
from lyhord.hearing.themes.model import GROWING, NEW
from lyhord.kit.database import ReadTx
from lyhord.workspaces.reach import Reach

MOST_TEXT = 300


class ThemeExample(Struct, frozen=True):
    """A message that stands for a theme."""

    message_id: str
    conversation_id: str
    text: str


class ThemeName(Struct, frozen=True):
    """How a language model calls a theme, and the messages that it rests on, all of them within reach."""

    name: str
    model: str
    message_ids: tuple[str, ...]


class Theme(Struct, frozen=True):
    """What several customers write about that no reason covers. `weeks`: how many did so in each of four weeks, and `looked_at` how many
    wrote at all, the last seven days last. `trend` is `new`, `growing` or `steady`; `chance` how likely so large a share is if nothing
    changed. `examples` are those within reach. `named` is null where no language model called it anything that could be believed.
    """

    id: str
    words: tuple[str, ...]
    weeks: tuple[int, ...]
    looked_at: tuple[int, ...]
    trend: str
    chance: float
    found_at: int
    examples: tuple[ThemeExample, ...]
    named: ThemeName | None = None


class Themes(Struct, frozen=True):
    """Those of which nobody has made a reason, and that nobody dismissed: new ones, then those that grow, then the others, by how many
    wrote this week. `looked_at`: when they were looked for; null for never.
    """

    themes: tuple[Theme, ...]
    looked_at: int | None


def read_themes(tx: ReadTx, reach: Reach) -> Themes:
    """What somebody with this reach sees."""
    open_ones = [one for one in list_kept(tx) if not one.dismissed_at and not one.reason_id]
    members = tx.all(store.members_of, ids=[one.id for one in open_ones]) if open_ones else []
    shown = [row for row in members if row[3] is not None]
    texts = {row[0]: row for row in tx.all(store.texts_of, ids=[row[1] for row in shown])} if shown else {}
    carriers = carriers_of_conversations(tx, sorted({row[2] for row in shown})) if reach.inbox_ids is not None else {}
    examples: dict[str, list[ThemeExample]] = {}
    for theme_id, message_id, conversation_id, _, _ in sorted(shown, key=lambda row: int(row[3])):
        row = texts.get(message_id)
        if row and (reach.inbox_ids is None or may_see_message(reach, row[2], carriers.get(conversation_id, ()))):
            words = f"{row[3]}: {row[4]}" if row[3] else row[4]
            examples.setdefault(theme_id, []).append(ThemeExample(message_id, conversation_id, words[:MOST_TEXT]))
    found = [_theme(one, examples.get(one.id, ())) for one in sorted(open_ones, key=_order)]
    return Themes(tuple(found), tx.value(store.find_round))


def _order(one: Kept) -> tuple[object, ...]:
    return [NEW, GROWING].index(one.trend) if one.trend in (NEW, GROWING) else 2, -one.weeks[-1], one.id


def _theme(one: Kept, examples: Sequence[ThemeExample]) -> Theme:
    values = {name: getattr(one, name) for name in Theme.__struct_fields__ if name not in ("examples", "named")}
    return Theme(**values, examples=tuple(examples), named=_named(one, examples))


def _named(one: Kept, examples: Sequence[ThemeExample]) -> ThemeName | None:
    """The name may say what its messages do: it is for those who may read them all."""
    if (
        not one.named
        or not one.named.name
        or not {each.message_id for each in examples}.issuperset(one.named.message_ids)
    ):
        return None
    return ThemeName(one.named.name, one.named.model, one.named.message_ids)
