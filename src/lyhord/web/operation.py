"""Routes for those who run the product: whether it lives, its numbers, and its health in words."""

from typing import Any

from lyhord.web import health, health_report, metrics

routes: list[Any] = [*health.routes, *metrics.routes, *health_report.routes]
