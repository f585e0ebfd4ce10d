"""What an administrator reads when something is wrong: what it is, where it is, and what to do about it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.counterparts.postoffice import open_post_office
from tests.journeys import pages
from tests.journeys.desk import mailbox
from tests.journeys.running import Office, Running, eventually

pytestmark = pytest.mark.long

HOUR = 3_600_000


def age(folder: Path, name: str, hours: int) -> None:
    """Let a sign of life be older, and what it tells of."""
    with closing(sqlite3.connect(folder / "lyhord.db", timeout=20)) as database, database:
        changed = database.execute(
            "UPDATE vital SET at = at - :by, body = CASE WHEN body LIKE '%made_at%'"
            " THEN json_set(body, '$.made_at', json_extract(body, '$.made_at') - :by) ELSE body END WHERE name LIKE :name",
            {"by": hours * HOUR, "name": f"{name}%"},
        ).rowcount
        assert changed


def test_each_trouble_says_where_it_is_and_what_to_do(tmp_path: Path, page: Page) -> None:
    shared = {"data_dir": str(tmp_path / "data"), "backup_dir": str(tmp_path / "backups")}
    web, worker = Running(tmp_path / "web", "web", **shared), Running(tmp_path / "worker", "worker", **shared)
    with web, worker:
        office = Office(web)
        office.set_up()
        office.post("/workspace/ready")
        pages.sign_in(page, web)

        def look() -> None:
            page.goto(f"{web.base}/app/settings/health")
            expect(page.get_by_role("heading", name="Installation")).to_be_visible()

        with open_post_office() as post:
            office.post("/inboxes", mailbox(post))
            eventually(lambda: office.get("/health-report")["backup"]["made_at"])
            look()
            expect(page.get_by_text("Everything works")).to_be_visible()

        # the mail server is gone
        eventually(lambda: "connection_refused" in str(office.get("/health-report")["inboxes"][0]))
        look()
        expect(page.get_by_text("IMAP port: Nothing answers on this port")).to_be_visible()
        page.get_by_role("link", name="Open the inbox under Inboxes").click()
        expect(page.get_by_role("button", name="Test")).to_be_visible()

        # the worker dies, and no backup comes any more
        worker.kill()
        age(tmp_path / "data", "worker:", 1)
        age(tmp_path / "data", "backup", 9)
        look()
        expect(page.get_by_text("Start lyhord serve or lyhord worker again")).to_be_visible()
        expect(page.get_by_text("If you didn't stop it, its log says why")).to_be_visible()
        expect(page.get_by_text("Make one now with lyhord backup")).to_be_visible()
        expect(page.get_by_text("Everything works")).to_be_hidden()
        office.client.close()
