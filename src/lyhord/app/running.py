"""Running the product: all in one process, or web and worker apart."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from msgspec.structs import replace

from lyhord.app.engines import prepare_all, shares_nothing
from lyhord.app.first_run import find_setup_link
from lyhord.app.folder import DataFolder, data_folder, held, prepare_folder
from lyhord.app.lean import after_making, after_start
from lyhord.app.logs import configure_logs
from lyhord.app.serving import address_of, bind, run_until_told, serve_web, since_process_start
from lyhord.app.settings import Settings, SettingsRefused
from lyhord.app.traces import traced
from lyhord.app.wiring import Product, build_product, make_watched, make_web, open_product, work_on

NEEDS_ADDRESS = (
    "Where several processes serve on PostgreSQL, each needs the setting base_address: the public address of the installation, "
    "the same for all. Without it each would put its own port into the links that it mails and shows."
)

Say = Callable[[str], None]


def serve(settings: Settings, *, worker: bool, say: Say) -> None:
    """Serve until told to stop; with `worker` do its work too, in the same process. Raises `SettingsRefused`."""
    if not settings.base_address and not shares_nothing(settings) and (settings.bus or not worker):
        raise SettingsRefused([NEEDS_ADDRESS])
    listening = bind(settings)
    folder = open_folder(settings)
    with held(folder, alone=worker and shares_nothing(settings)), traced(settings):
        prepare_all(settings, folder)
        product = build_product(settings, folder, address_of(settings, listening))
        setup: list[str] = []

        @asynccontextmanager
        async def living(_: Any) -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(open_product(product))
                setup.extend(filter(None, [await find_setup_link(product)]))
                if worker:
                    await stack.enter_async_context(work_on(product))
                yield

        web = make_web(product, lifespan=[living])
        after_making()
        serve_web(web, listening, stop=web.stop, ready=lambda: _greet(product, setup, say))


def work(settings: Settings, *, say: Say) -> None:
    """Do the worker's part until told to stop; with a `worker_port`, answer those who watch it."""
    listening = bind(replace(settings, port=settings.worker_port)) if settings.worker_port else None
    folder = open_folder(settings)
    with held(folder, alone=False), traced(settings):
        prepare_all(settings, folder)
        product = build_product(settings, folder, settings.base_address)

        @asynccontextmanager
        async def living(_: Any = None) -> AsyncIterator[None]:
            async with open_product(product), work_on(product):
                yield

        watched = make_watched(product, lifespan=[living]) if listening else None
        after_making()
        if listening is None or watched is None:
            run_until_told(living(), ready=lambda: _working(say))
        else:
            serve_web(watched, listening, stop=lambda: None, ready=lambda: _working(say))


def open_folder(settings: Settings) -> DataFolder:
    """The data folder, made where it isn't there, and the log set up."""
    configure_logs(settings)
    folder = data_folder(settings)
    prepare_folder(folder)
    return folder


def _greet(product: Product, setup: list[str], say: Say) -> None:
    after_start()
    say(f"Lyhord is ready on {product.base_address} ({since_process_start():.1f} s after it was started).")
    if setup:
        say(f"\nOpen this to set it up; the link works once, for a day:\n\n    {setup[0]}\n")
    say("Stop it with Ctrl+C.")


def _working(say: Say) -> None:
    after_start()
    say("The worker is at work. Stop it with Ctrl+C.")
