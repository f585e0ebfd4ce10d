"""Puts the product together: the only place where concrete parts meet."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

from litestar import Litestar
from msgspec.structs import replace

from lyhord.app.buses import make_bus
from lyhord.app.channels import LIVE, NAMED_ON_ASKING, TIMED_ON_ASKING, Channels
from lyhord.app.demo import routes as demo
from lyhord.app.duties import HOURLY, list_duties
from lyhord.app.ending import tidy_up
from lyhord.app.engines import make_engines
from lyhord.app.erasures import Erasures
from lyhord.app.folder import DataFolder
from lyhord.app.settings import Settings
from lyhord.app.system_mail import send_mail
from lyhord.app.tools import WayOut, make_lender, make_push_desk
from lyhord.contacts import events as contact_events
from lyhord.conversations import events as conversation_events
from lyhord.conversations.contact_timelines import ContactTimelines
from lyhord.conversations.deliveries import count_ends
from lyhord.conversations.events import MessageReceived, MessageReplied
from lyhord.conversations.naming.reactions import make_asking
from lyhord.conversations.timers import asking as timers
from lyhord.conversations.translation.desk import TranslatorDesk
from lyhord.hearing import events as hearing_events
from lyhord.hearing.entities.redacting import find_private
from lyhord.hearing.language_model.desk import LanguageModelDesk
from lyhord.hearing.themes.titling import list_work as list_titling
from lyhord.hearing.thinkers import Thinkers
from lyhord.insights.facts import writing
from lyhord.insights.facts.desk import Desk
from lyhord.insights.pictures.asking import Pictures
from lyhord.insights.reports import actions as reports
from lyhord.insights.reports import events as report_events
from lyhord.insights.reports import jobs as reporting
from lyhord.kit.bus.joined import SharedBus
from lyhord.kit.clock import DAY, SECOND
from lyhord.kit.database import Database
from lyhord.kit.database.directory import HOME
from lyhord.kit.database.reactions import Reaction, Reactions
from lyhord.kit.events import Catalogue, Event
from lyhord.kit.files import Files
from lyhord.kit.http import Gate, Network, make_network
from lyhord.kit.jobs import Handler, Work
from lyhord.kit.lending import Lending
from lyhord.kit.rates import Limiter
from lyhord.kit.secrets import Sealer, load_key
from lyhord.notifications import events as notification_events
from lyhord.notifications.desk import PushDesk
from lyhord.privacy import events as privacy_events
from lyhord.privacy.keeping.actions import look_back
from lyhord.surveys import events as survey_events
from lyhord.surveys.jobs import list_work as work_of_surveys
from lyhord.surveys.links import Links
from lyhord.surveys.reactions import heed_ratings
from lyhord.tickets import events as ticket_events
from lyhord.tickets.answering import OwnersAnswer
from lyhord.tickets.complaints.jobs import ComplaintDesk
from lyhord.tickets.rules.jobs import RuleDesk
from lyhord.tickets.surges.jobs import list_work as work_of_surges
from lyhord.tickets.wiring import REACTIONS
from lyhord.tickets.wordings.jobs import list_work as list_wording
from lyhord.web.edge import Edge
from lyhord.web.metrics import Watch
from lyhord.web.parts import Lifespan, Parts
from lyhord.web.server import create_app, create_watched
from lyhord.worker.runner import Worker
from lyhord.worker.timers import Chore
from lyhord.workspaces import events as workspace_events
from lyhord.workspaces.doors import Office
from lyhord.workspaces.gate import make_gate
from lyhord.workspaces.letters import Mailroom

EVENTS: tuple[type[Event], ...] = (
    *workspace_events.EVENTS,
    *contact_events.EVENTS,
    *conversation_events.EVENTS,
    *hearing_events.EVENTS,
    *ticket_events.EVENTS,
    *survey_events.EVENTS,
    *report_events.EVENTS,
    *notification_events.EVENTS,
    *privacy_events.EVENTS,
)
"""Every kind of event of the product."""

MEGABYTE = 1_000_000


class Product(NamedTuple):
    """The parts of one running process. `open_product` opens and closes what needs it."""

    settings: Settings
    folder: DataFolder
    base_address: str
    network: Network
    database: Database
    catalogue: Catalogue
    files: Files
    bus: SharedBus
    sealer: Sealer
    lending: Lending
    links: Links
    channels: Channels
    gate: Gate
    push_desk: PushDesk
    translators: TranslatorDesk
    language_models: LanguageModelDesk
    rule_desk: RuleDesk
    erasures: Erasures
    desk: Desk


def build_product(settings: Settings, folder: DataFolder, base_address: str) -> Product:
    """The parts, not yet running. Loads or makes the secret key."""
    network = make_network(settings.base_address, settings.trusted_proxies)
    key = load_key(settings.secret_key, folder.secret_key)
    sealer, files = Sealer(key), Files(folder.files)
    engines = make_engines(settings, folder)
    database = Database(
        engines.pop(HOME), reactions=Reactions(_reactions()), readers=settings.database_readers, others=engines
    )
    catalogue, way_out = Catalogue(EVENTS), WayOut(settings)
    lend = make_lender(settings, database=database, files=files, sealer=sealer, key=key, base_address=base_address)
    channels = Channels(lend)
    return Product(
        settings=settings,
        folder=folder,
        base_address=base_address,
        network=network,
        database=database,
        catalogue=catalogue,
        files=files,
        bus=make_bus(settings, database, catalogue),
        sealer=sealer,
        lending=Lending(key, base_address),
        links=Links(key, base_address),
        channels=channels,
        gate=make_gate(database, network),
        push_desk=make_push_desk(settings, way_out, sealer, key, base_address),
        translators=TranslatorDesk(way_out.call, sealer, find_private),
        language_models=LanguageModelDesk(way_out.call, sealer),
        rule_desk=RuleDesk(channels, way_out.call, sealer),
        erasures=Erasures(folder),
        desk=Desk(folder.insights),
    )


def _reactions() -> dict[Reaction, tuple[type[Event], ...]]:
    """Those of the features, and those that must know channels by name. What answers a survey is known before it would open a ticket."""
    return {
        heed_ratings: (MessageReceived,),
        **REACTIONS,
        make_asking(NAMED_ON_ASKING): (MessageReceived,),
        timers.make_asking(TIMED_ON_ASKING): (MessageReceived,),
        look_back: (MessageReceived, MessageReplied),
    }


@asynccontextmanager
async def open_product(product: Product) -> AsyncIterator[None]:
    """Start the database and tell the bus what it commits; at the end finish what waits."""
    await product.database.open()
    product.database.listen(product.bus.publish)
    product.bus.start()
    product.database.listen(count_ends)
    await product.erasures.repeat(product.database)
    try:
        yield
    finally:
        await product.bus.stop()
        await product.channels.close()
        await product.desk.close()
        await product.database.close()


@asynccontextmanager
async def work_on(product: Product) -> AsyncIterator[None]:
    """Follow the log, do jobs, send and fetch, as long as it is open."""
    thinkers = Thinkers(product.files)
    duties = list_duties(
        product.settings,
        product.sealer,
        product.database,
        product.push_desk,
        product.translators,
        product.base_address,
        thinkers,
    )
    again = Chore("erasures", HOURLY, partial(product.erasures.repeat, product.database))
    tidy = Chore("what erasing left", DAY / SECOND, partial(tidy_up, product.database))
    ends = Chore("workspaces that end", HOURLY, partial(product.erasures.end_due, product.database))
    facts = Chore("insights", writing.SECONDS, partial(writing.write_all, product.database, product.desk))
    worker = Worker(
        database=product.database,
        catalogue=product.catalogue,
        files=product.files,
        bus=product.bus,
        channels=product.channels,
        sealer=product.sealer,
        duties=replace(
            duties,
            work={
                **duties.work,
                **product.rule_desk.work(),
                **ComplaintDesk(product.channels).work(),
                **work_of_surges(product.channels),
                **work_of_surveys(product.channels, product.links),
                **list_wording(product.language_models),
                **list_titling(product.language_models),
                reports.JOB: Work(_report_sender(product), reporting.PATIENCE),
            },
            long=(*duties.long, again, ends, tidy),
            apart=(*duties.apart, facts),
        ),
    )
    worker.start()
    try:
        yield
    finally:
        await worker.stop()
        await thinkers.close()


def _report_sender(product: Product) -> Handler:
    send = partial(send_mail, product.settings) if product.settings.smtp_host else None
    return reporting.make_send(Pictures(product.database, product.desk), send, product.sealer, product.base_address)


def make_web(product: Product, *, lifespan: Sequence[Lifespan] = ()) -> Edge:
    """The ASGI app over these parts; `lifespan` opens and closes what lives as long as the server."""
    return create_app(_parts(product), lifespan=lifespan)


def make_watched(product: Product, *, lifespan: Sequence[Lifespan] = ()) -> Litestar:
    """The few routes with which a worker is watched."""
    return create_watched(_parts(product), lifespan=lifespan)


def _parts(product: Product) -> Parts:
    return Parts(
        database=product.database,
        catalogue=product.catalogue,
        files=product.files,
        bus=product.bus,
        gate=product.gate,
        channels=product.channels,
        sealer=product.sealer,
        folder=product.folder.root,
        upload_bytes=product.settings.upload_megabytes * MEGABYTE,
        offered=_offered(product),
        routes=demo.routes,
    )


def _offered(product: Product) -> Mapping[str, Any]:
    """What the routes of features ask for by name."""
    office = Office(
        doors=product.channels,
        sealer=product.sealer,
        limiter=Limiter(),
        network=product.network,
        mailroom=Mailroom(product.sealer, product.base_address, bool(product.settings.smtp_host)),
    )
    settings = product.settings
    hours = settings.backup_hours if settings.backup_dir else 0
    watch = Watch(settings.metrics_token, product.network, hours)
    return {
        "office": office,
        "timelines": ContactTimelines(),
        "answering": OwnersAnswer(),
        "live_channels": LIVE,
        "watch": watch,
        "lending": product.lending,
        "links": product.links,
        "push_desk": product.push_desk,
        "translators": product.translators,
        "language_models": product.language_models,
        "holdings": product.erasures,
        "pictures": Pictures(product.database, product.desk),
    }
