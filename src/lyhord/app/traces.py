"""Where traces go: by OTLP over HTTP to the address that the settings name, else nowhere and at no cost.

What else there is to choose (headers, the share of traces, batches, the service's name) has names of OpenTelemetry's own, `OTEL_…`,
which the library reads by itself. They don't switch anything on: data leaves only when our own setting says so.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from lyhord import __version__
from lyhord.app.refusals import CommandRefused
from lyhord.app.settings import Settings
from lyhord.kit import tracing

LAST_SECONDS = 3.0
"""How long a process that stops waits for the address to take its last spans."""


@contextmanager
def traced(settings: Settings) -> Iterator[None]:
    """Record spans as long as it is open. Raises `CommandRefused` when the libraries aren't there."""
    if not settings.tracing_endpoint:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise CommandRefused(
            "The setting tracing_endpoint needs OpenTelemetry. Install it: lyhord[tracing], or requirements/tracing.txt."
        ) from None
    from lyhord.kit.recording import OpenTelemetry

    whose = {
        "service.name": os.environ.get("OTEL_SERVICE_NAME") or "lyhord",
        "service.version": __version__,
        "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
    }
    provider = TracerProvider(resource=Resource.create(whose), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(settings.tracing_endpoint.rstrip("/") + "/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    follow = settings.tracing_callers == "followed"
    tracing.record(OpenTelemetry(provider.get_tracer("lyhord", __version__), follow_callers=follow))
    try:
        yield
    finally:
        tracing.record(None)
        ending = Thread(target=provider.shutdown, daemon=True)  # it waits longer than a process that stops may
        ending.start()
        ending.join(LAST_SECONDS)
