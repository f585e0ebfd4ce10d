"""Scenes on either database, and a PostgreSQL that waits for its disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.postgres import Cluster
from tests.faults.rig import Scene


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A PostgreSQL server that syncs as the product's operator would have it."""
    with Cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    """The product and its crowd, on the engine that the test names as `sqlite` or `postgresql`."""
    cluster: Cluster | None = request.getfixturevalue("durable") if request.param == "postgresql" else None
    scene = Scene(tmp_path / "scene", cluster.create() if cluster else "")
    try:
        scene.prepare()
        yield scene
    finally:
        scene.close()
