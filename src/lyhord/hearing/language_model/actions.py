"""Connect a language model, and count what is asked of it."""

import msgspec
from msgspec import Struct

from lyhord.hearing.language_model import store
from lyhord.hearing.language_model.events import LanguageModelChanged
from lyhord.hearing.language_model.model import KEPT_DAYS, LanguageModel, NoLanguageModel, Settings, Today, Use
from lyhord.kit.clock import DAY
from lyhord.kit.database import ReadTx, Tx
from lyhord.workspaces.actions.audit import record

_settings = msgspec.json.Decoder(Settings)


class Stored(Struct, frozen=True):
    """A workspace's language model with its sealed secrets, which never leave the process."""

    settings: Settings
    secrets: str | None


def find_language_model(tx: ReadTx, use: Use | None = None) -> Stored | None:
    """The workspace's language model; with a use, where it is switched on for that."""
    row = tx.one(store.find_model)
    found = Stored(_settings.decode(row[0]), row[1]) if row else None
    return found if found and (use is None or use in found.settings.uses) else None


def get_language_model(tx: ReadTx, use: Use) -> Stored:
    """The same, but raises `NoLanguageModel`."""
    found = find_language_model(tx, use)
    if found is None:
        raise NoLanguageModel("No language model is connected for this.")
    return found


def connect_language_model(tx: Tx, settings: Settings, secrets: str | None) -> None:
    """Store a language model that was just found to work, with sealed secrets."""
    encoded = msgspec.json.encode(settings).decode()
    tx.run(store.write_model, settings=encoded, secrets=secrets, changed_at=tx.now)
    record(
        tx,
        "language_model.connected",
        "language_model",
        address=settings.address,
        model=settings.model,
        key=bool(secrets),
        uses=list(settings.uses),
        hides=settings.hides,
        most_a_day=settings.most_a_day,
    )
    tx.emit(LanguageModelChanged())


def remove_language_model(tx: Tx) -> None:
    """Ask it nothing more. Again: nothing changes."""
    if tx.run(store.drop_model):
        record(tx, "language_model.removed", "language_model")
        tx.emit(LanguageModelChanged())


def take_call(tx: Tx, settings: Settings) -> int | None:
    """Count one call; the day on which it is counted, or None, and nothing is counted, where a day's are used up."""
    day = tx.now // DAY
    if not tx.run(store.begin_day, day=day, calls=1, tokens=0, failed=0, problem=""):
        if read_today(tx).calls >= settings.most_a_day:
            return None
        tx.run(store.count_call, of=day)
    else:
        tx.run(store.drop_days, before=day - KEPT_DAYS)
    return day


def count_end(tx: Tx, day: int, tokens: int, problem: str = "") -> None:
    """What a counted call took, and why it came to nothing, where it did."""
    if tokens:
        tx.run(store.count_tokens, of=day, more=tokens)
    if problem:
        tx.run(store.count_failure, of=day, why=problem)


def read_today(tx: ReadTx) -> Today:
    """What was asked of it today."""
    row = tx.one(store.find_day, of=tx.now // DAY)
    return Today(*row) if row else Today()


def show_language_model(tx: ReadTx, *, whole: bool) -> LanguageModel | None:
    """The language model without its secrets; without `whole` not where it is, either."""
    found = find_language_model(tx)
    if found is None:
        return None
    return LanguageModel(
        address=found.settings.address if whole else "",
        model=found.settings.model,
        has_key=found.secrets is not None,
        uses=found.settings.uses,
        hides=found.settings.hides,
        most_a_day=found.settings.most_a_day,
        today=read_today(tx),
    )
