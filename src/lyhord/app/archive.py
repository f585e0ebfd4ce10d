"""Bringing in old mail: from an mbox or a maildir into an inbox, as history; stopped at any moment, it goes on where it was."""

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

import msgspec
from msgspec import Struct

from lyhord.app.first_run import list_ids, with_product
from lyhord.app.refusals import CommandRefused
from lyhord.app.settings import Settings
from lyhord.app.wiring import Product
from lyhord.channels.mail.adapter import Mail
from lyhord.conversations.account import Account
from lyhord.conversations.actions.history import record_sent
from lyhord.conversations.actions.receive import receive_messages
from lyhord.conversations.exchange import Inbound, InboundMessage, InboundStatus, Raw, Unsupported
from lyhord.conversations.model import Receipt, Received
from lyhord.kit.database import Busy, StorageFull
from lyhord.kit.mime.archives import Kept, NoArchive, is_unwanted, read_maildir, read_mbox
from lyhord.workspaces.actions.inboxes import StoredInbox
from lyhord.workspaces.views import list_stored_inboxes

BATCH = 50
RAW_BYTES = 64_000
DRAWN_SECONDS = 0.2
_WIDTH = 30

Reader = Callable[[Path, str, int], Iterator[Kept]]
_READERS: dict[str, Reader] = {"mbox": read_mbox, "maildir": read_maildir}


class Tally(Struct):
    """What an import did with the mails that it met."""

    taken: int = 0
    known: int = 0
    left_out: int = 0
    unread: int = 0

    @property
    def met(self) -> int:
        return self.taken + self.known + self.left_out


def import_archive(settings: Settings, kind: str, source: Path, *, workspace: str | None, inbox: str | None) -> None:
    """`lyhord import mbox|maildir`: import and say what was done. Raises `CommandRefused` for what a person can put right."""

    async def bring_in(product: Product) -> Tally:
        workspace_id, stored = await choose_inbox(product, workspace, inbox)
        return await Import(product, workspace_id, stored, sys.stderr).run(kind, source)

    try:
        tally = with_product(settings, bring_in)
    except NoArchive as error:
        raise CommandRefused(str(error)) from None
    except KeyboardInterrupt:
        raise CommandRefused("Stopped. Run the same command again and it goes on where it was.") from None
    except StorageFull:
        raise CommandRefused(
            "The disk is full. Make room and run the same command again; it goes on where it was."
        ) from None
    except OSError as error:
        raise CommandRefused(f"{source} can't be read: {error.strerror or error}.") from None
    sys.stdout.write(f"{say(tally)}\n")


def say(tally: Tally) -> str:
    """What was done, in a sentence or two."""
    words = [f"{tally.taken} mails are new" if tally.taken != 1 else "One mail is new"]
    if tally.known:
        words.append(f"{tally.known} were there already")
    if tally.left_out:
        words.append(f"{tally.left_out} drafts, reports and unwanted ones were left out")
    sentence = ", ".join(words) + "."
    return sentence + (f" {tally.unread} couldn't be read and are shown as such." if tally.unread else "")


async def choose_inbox(product: Product, workspace: str | None, inbox: str | None) -> tuple[str, StoredInbox]:
    """The mail inbox that is meant: the only one, unless ids say which. Raises `CommandRefused` otherwise."""
    found: list[tuple[str, StoredInbox]] = []
    for workspace_id in await list_ids(product.database):
        inboxes = await product.database.read(workspace_id, list_stored_inboxes)
        if workspace in {None, workspace_id}:
            found += [(workspace_id, one) for one in inboxes if one.channel == "mail" and inbox in {None, one.id}]
    if not found:
        raise CommandRefused(
            "There is no such mail inbox. Connect one first; `lyhord inbox list` shows those there are."
        )
    if len(found) > 1:
        known = ", ".join(f"{one.id} ({one.name})" for _, one in found)
        raise CommandRefused(f"Say which inbox with --inbox: {known}.")
    return found[0]


class Import:
    """One archive on its way into one inbox."""

    def __init__(self, product: Product, workspace_id: str, inbox: StoredInbox, screen: TextIO) -> None:
        account = Account(workspace_id, inbox.id, inbox.key, inbox.name, inbox.settings, {})
        self._database = product.database
        self._folder = product.folder.root / "imports"
        self._workspace_id = workspace_id
        self._inbox_id = inbox.id
        self._mail = cast("Mail", product.channels.open("mail", account))
        self._bar = Bar(screen)
        self._tally = Tally()

    async def run(self, kind: str, source: Path) -> Tally:
        """Bring in all that isn't there yet. Where it stopped is noted after each batch, and forgotten at the end."""
        note, place = await asyncio.to_thread(self._find_note, kind, source)
        mails = _READERS[kind](source, place, self._mail.limit)
        try:
            while batch := await asyncio.to_thread(lambda: list(islice(mails, BATCH))):
                await self._bring_in(batch)
                await asyncio.to_thread(_keep_note, note, batch[-1].place)
                self._bar.draw(batch[-1].done, self._tally)
        finally:
            self._bar.end()
        await asyncio.to_thread(note.unlink, missing_ok=True)
        return self._tally

    def _find_note(self, kind: str, source: Path) -> tuple[Path, str]:
        """The file that says where an import of this archive into this inbox stopped, and what it says."""
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(f"{kind}:{source.resolve()}:{self._inbox_id}".encode()).hexdigest()
        note = self._folder / mark[:32]
        return note, note.read_text(encoding="utf-8") if note.exists() else ""

    async def _bring_in(self, batch: list[Kept]) -> None:
        """Read all, then store all: one short commit, so that a server on the same database hardly waits for it."""
        read = await asyncio.gather(*(self._read(kept) for kept in batch))
        storing = []
        for kept, inbounds in zip(batch, read, strict=True):
            for inbound in inbounds:
                if isinstance(inbound, InboundStatus) or _is_foreign_report(inbound):
                    self._tally.left_out += 1
                else:
                    storing.append(self._store(inbound, kept))
        await asyncio.gather(*storing)

    async def _read(self, kept: Kept) -> list[Inbound]:
        if is_unwanted(kept.content):
            self._tally.left_out += 1
            return []
        if kept.size > self._mail.limit:
            return [self._mail.refuse_large(kept.content)]
        return await self._mail.read_apart(kept.content)

    async def _store(self, inbound: Inbound, kept: Kept) -> None:
        unread = isinstance(inbound, Unsupported)
        sent = self._as_sent(inbound)
        received = Received(
            inbox_id=self._inbox_id,
            channel="mail",
            inbounds=(sent or inbound,),
            raw=Raw(kept.content[:RAW_BYTES]) if unread else None,
            imported=True,
        )
        if sent is not None and not sent.recipients:
            self._tally.left_out += 1
            return
        receipt = await self._write(received, sent=sent is not None)
        self._tally.known += receipt.duplicates
        self._tally.taken += len(receipt.message_ids) - receipt.duplicates
        self._tally.unread += 1 if unread and not receipt.duplicates else 0

    async def _write(self, received: Received, *, sent: bool) -> Receipt:
        """In the bulk lane, so that nobody who works waits for it; while that is full, so do we."""
        action = record_sent if sent else receive_messages
        while True:
            try:
                return await self._database.write(self._workspace_id, action, received, bulk=True)
            except Busy:
                await asyncio.sleep(0.2)

    def _as_sent(self, inbound: Inbound) -> InboundMessage | None:
        """The mail as the company's own words to the first recipient who isn't the company, where the company wrote it."""
        own = set(self._mail.addresses)
        if not isinstance(inbound, InboundMessage) or inbound.sender[0].value not in own:
            return None
        others = tuple(one for one in (*inbound.recipients, *inbound.copies) if one.value not in own)
        external_id = inbound.external_id.partition("#")[0]
        return msgspec.structs.replace(inbound, external_id=external_id, recipients=others, copies=())


class Bar:
    """How far it has come, drawn where a person looks on."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._shown = screen.isatty()
        self._drawn = 0.0

    def draw(self, done: float, tally: Tally) -> None:
        """Draw anew, a few times a second at most."""
        now = time.monotonic()
        if not self._shown or (now - self._drawn < DRAWN_SECONDS and done < 1):
            return
        self._drawn = now
        full = int(done * _WIDTH)
        self._screen.write(
            f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {done:4.0%}  {tally.met:,} mails, {tally.taken:,} new "
        )
        self._screen.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._drawn:
            self._screen.write("\n")


def _is_foreign_report(inbound: Inbound) -> bool:
    return isinstance(inbound, Unsupported) and inbound.reason == "problem.mail.foreign_report"


def _keep_note(note: Path, place: str) -> None:
    beside = note.with_suffix(".new")
    beside.write_text(place, encoding="utf-8")
    beside.replace(note)
