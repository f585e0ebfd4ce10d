"""Two webs and two workers on PostgreSQL, joined by NATS, are one product: whoever dies, nothing is lost and nothing happens twice."""

import contextlib
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.counterparts.nats import NatsServer
from tests.counterparts.postgres import Cluster
from tests.counterparts.postoffice import PostOffice
from tests.faults.rig import slowness
from tests.journeys.cluster import SIGNING_KEY, Crowd, Installation, Screen
from tests.journeys.desk import MAILBOX, mailbox
from tests.journeys.running import PATIENCE, eventually

CUSTOMER = "anna@customer.test"
SOON = 2.0
"""What the product promises."""
SLACK = 1.0
"""How much later it may be on a busy machine."""


@pytest.fixture(scope="module")
def nats() -> Iterator[NatsServer]:
    """The server that joins the processes."""
    with NatsServer() as server:
        yield server


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[str]:
    """An empty database."""
    address = cluster.create()
    yield address
    cluster.drop(address)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, database: str, nats: NatsServer) -> Iterator[Installation]:
    """Two webs and two workers, for all tests of this file."""
    installation = Installation(tmp_path_factory.mktemp("cluster"), database, nats)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


@pytest.fixture
def screens(installation: Installation) -> Iterator[list[Screen]]:
    """A screen at each web; their numbers are without holes and doubles at the end."""
    one, other = installation.offices
    screens = [Screen(one, other), Screen(other, one)]
    yield screens
    for screen in screens:
        screen.close()
        screen.check()


def within(seconds: float, look: Any) -> float:
    """How long it took until `look` was true; fails after `seconds`, as long as they are on this machine now, and some slack."""
    began = time.monotonic()
    eventually(look, seconds=seconds * slowness() + SLACK)
    return time.monotonic() - began


def mails_of(installation: Installation) -> list[str]:
    """What Anna has written, oldest first."""
    tickets = installation.offices[1].get("/tickets", list="all", limit=100)["items"]
    hers = [row["conversation_id"] for row in tickets if row["title"] == "Anna Berg"]
    return [text for one in dict.fromkeys(hers) for text in installation.texts_of(one)]


def letter(text: str) -> EmailMessage:
    """A mail of hers."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Anna Berg <{CUSTOMER}>", MAILBOX, "My lamp"
    mail["Message-ID"] = f"<{time.monotonic_ns()}@customer.test>"
    mail.set_content(text)
    return mail


def test_processes_that_start_together_make_one_company(installation: Installation, cluster: Cluster) -> None:
    one, other = installation.offices
    assert one.get("/workspace")["id"] == other.get("/workspace")["id"]
    with cluster.administer(installation.database) as connection:
        assert connection.execute("SELECT count(*) FROM workspace").fetchone() == (1,)
    data = installation.webs[0].folder.parent / "data"
    assert [path.name for path in data.iterdir() if "secret" in path.name] == ["secret.key"]
    for web in installation.webs:
        assert httpx.get(f"{web.base}/ready").json() == {"ready": True, "problems": [], "degraded": []}


def test_what_a_webhook_brings_to_one_web_shows_at_the_other_and_the_answer_leaves_once(
    installation: Installation, screens: list[Screen], record_property: Any
) -> None:
    office = installation.offices[0]
    installation.customer_writes(1, "Berit", "Hello?")
    took = within(SOON, lambda: all("message.received" in screen.kinds for screen in screens))
    record_property("seconds_to_the_other_web", round(took, 3))
    conversation = installation.conversation_of(office, "Berit")
    installation.answer(office, conversation, "Good morning")
    eventually(lambda: installation.deliveries_of(conversation) == {"Good morning": ("sent", 1)})
    within(SOON, lambda: all("delivery.changed" in screen.kinds for screen in screens))


def test_typing_and_presence_cross(installation: Installation, screens: list[Screen]) -> None:
    here = installation.offices[0]
    installation.customer_writes(0, "Cilla", "Hello?")
    conversation = installation.conversation_of(here, "Cilla")
    here.post(f"/conversations/{conversation}/signals", {"name": "typing"})
    within(SOON, lambda: all([one["name"] for one in screen.signals].count("typing") == 1 for screen in screens))
    ida = installation.hire("ida@firm.example", "Ida Strand")
    me = ida.get("/me")["agent"]["id"]

    def said_of_ida(screen: Screen) -> list[bool]:
        signals = [one for one in screen.signals if one["name"] == "presence" and one["agent_id"] == me]
        return [one["present"] for one in signals]

    hers = Screen(ida)
    within(SOON, lambda: all(said_of_ida(screen) == [True] for screen in screens))
    hers.close()
    within(SOON, lambda: all(said_of_ida(screen) == [True, False] for screen in screens))
    ida.client.close()


def test_a_revoked_agents_stream_ends_on_every_web(installation: Installation) -> None:
    boss = installation.offices[0]
    jon = installation.hire("jon@firm.example", "Jon Falk")
    me = jon.get("/me")["agent"]["id"]
    ended: list[float] = []

    def follow() -> None:
        with contextlib.suppress(httpx.RemoteProtocolError), jon.client.stream("GET", "/stream", timeout=60) as answer:
            for _ in answer.iter_raw():
                pass
        ended.append(time.monotonic())

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    time.sleep(1)
    began = time.monotonic()
    boss.patch(f"/agents/{me}", {"disabled": True})
    thread.join(PATIENCE)
    assert ended[0] - began < 5 * slowness()
    jon.client.close()


def test_an_inbox_changed_at_one_web_is_another_at_the_other_within_five_seconds(installation: Installation) -> None:
    assert installation.customer_writes(1, "Dora", "One") == 200
    other_key = "another key that signs what they say"
    inbox = f"/inboxes/{installation.inbox['id']}"
    installation.offices[0].patch(inbox, {"settings": {"signing_key": other_key}})
    within(5, lambda: installation.customer_writes(1, "Dora", "Two", other_key) == 200)
    assert installation.customer_writes(1, "Dora", "Three") == 401
    installation.offices[1].patch(inbox, {"settings": {"signing_key": SIGNING_KEY}})
    within(5, lambda: installation.customer_writes(0, "Dora", "Four") == 200)


def test_whoever_dies_nothing_is_lost_or_doubled(installation: Installation, screens: list[Screen]) -> None:
    """A web, a worker and NATS are killed and come back while customers write and are answered."""
    installation.customer_writes(1, "Elin", "It begins")
    conversation = installation.conversation_of(installation.offices[1], "Elin")
    crowd = Crowd(installation, conversation)
    time.sleep(1)
    installation.webs[0].kill()
    installation.workers[0].kill()
    time.sleep(2)
    installation.nats.kill()
    time.sleep(1)
    installation.webs[0].start()
    installation.workers[0].start()
    degraded = httpx.get(f"{installation.webs[0].base}/ready").json()
    assert degraded == {"ready": True, "problems": [], "degraded": ["ready.bus"]}
    time.sleep(2)
    installation.nats.start()
    time.sleep(2)
    said, answered = crowd.stop()
    assert len(said) > 20
    assert len(answered) > 10

    items = installation.texts_of(conversation)
    assert sorted(text for text in items if text.startswith("said")) == sorted(said)
    eventually(lambda: installation.deliveries_of(conversation) == dict.fromkeys(answered, ("sent", 1)), seconds=60)
    within(SOON, lambda: len({screen.seqs[-1] for screen in screens}) == 1)
    eventually(lambda: not any(httpx.get(f"{web.base}/ready").json()["degraded"] for web in installation.webs))


def test_a_mailbox_is_fetched_by_one_worker_and_by_the_other_when_that_dies(
    installation: Installation, post_office: PostOffice, record_property: Any
) -> None:
    post_office.empty(CUSTOMER)
    post_office.empty(MAILBOX)
    installation.offices[0].post("/inboxes", mailbox(post_office))
    post_office.post(letter("First"), CUSTOMER, MAILBOX)
    eventually(lambda: "First" in mails_of(installation))
    holder = installation.connected_to(post_office.imap)
    holder.kill()
    post_office.post(letter("Second"), CUSTOMER, MAILBOX)
    took = within(30, lambda: "Second" in mails_of(installation))
    record_property("seconds_to_take_over", round(took, 1))
    holder.start()
    office = installation.offices[0]
    tickets = office.get("/tickets", list="all", limit=100)["items"]
    conversation = next(row["conversation_id"] for row in tickets if row["title"] == "Anna Berg")
    office.post(f"/conversations/{conversation}/messages", {"text": "Thank you, Anna"})
    post_office.wait_for_mail(CUSTOMER, 1)
    time.sleep(3)
    post_office.settle()
    assert mails_of(installation) == ["First", "Second", "Thank you, Anna"]
    assert len(post_office.list_mails(CUSTOMER)) == 1
