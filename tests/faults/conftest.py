"""Scenes on either database, a PostgreSQL that waits for its disk, and what is told in the end."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Figures of the tests that passed: a release tells them."""
    for report in terminalreporter.stats.get("", []):
        for name, figure in report.user_properties:
            if report.when == "teardown":
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {name}: {figure}")


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A PostgreSQL server that syncs as the product's operator would have it."""
    with Cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """The product and its crowd, on the engine that the test names as `sqlite` or `postgresql`; the former unless it does.

    A file that changes what the product runs on (its clock, its disk) does so in a fixture of its own that comes first (`autouse`).
    """
    engine = getattr(request, "param", "sqlite")
    cluster: Cluster | None = request.getfixturevalue("durable") if engine == "postgresql" else None
    with closing(Scene(tmp_path / "scene", cluster.create() if cluster else "")) as scene:
        scene.prepare()
        yield scene
        request.node.user_properties.append(("scene", scene.figures()))
