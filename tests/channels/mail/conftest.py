"""The post office, and what an adapter needs of its process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lyhord.channels.mail.tools import Tools
from tests.channels.mail.doors import RecordingDoor, make_tools
from tests.counterparts.postoffice import MAILBOXES, PostOffice, post_office

__all__ = ["post_office"]


@pytest.fixture
async def tools(tmp_path: Path) -> AsyncIterator[Tools]:
    """What inboxes share; its children end with the test."""
    made = make_tools(tmp_path)
    yield made
    await made.close()


@pytest.fixture
def door() -> RecordingDoor:
    """A door that keeps what comes."""
    return RecordingDoor()


@pytest.fixture
def office(post_office: PostOffice) -> PostOffice:
    """The post office with empty mailboxes."""
    post_office.settle()
    for name in MAILBOXES:
        post_office.empty(name)
    return post_office
