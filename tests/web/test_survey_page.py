"""The page on which a survey is answered: one click, without script, in the customer's language, by nobody else."""

import re

import httpx
import pytest

from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.clock import DAY, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.events import Catalogue
from lyhord.kit.followers import FollowerRunner
from lyhord.kit.jobs import JobRunner
from lyhord.kit.problems import NotFound
from lyhord.surveys.following import FOLLOWER
from lyhord.surveys.jobs import list_work
from lyhord.surveys.links import Links
from tests.conftest import StoppedClock, V, W
from tests.web.site import EVENTS, Company, Site


class Asked:
    """A customer of a company who was asked."""

    def __init__(self, site: Site, company: Company, conversation_id: str, address: str) -> None:
        self.site, self.company, self.conversation_id = site, company, conversation_id
        self.path = address.removeprefix("https://desk.example")

    async def open(self, more: str = "", **headers: str) -> httpx.Response:
        return await self.site.client.get(self.path + more, headers=headers)

    async def send(self, **form: str) -> httpx.Response:
        token = self.path.partition("of=")[2]
        return await self.site.client.post("/rate", data={"of": token, **form})

    async def rating(self) -> dict[str, object]:
        rows = await self.site.get(self.company.administrator, f"/conversations/{self.conversation_id}/ratings")
        found: dict[str, object] = rows[0]["rating"]
        return found


async def ask(site: Site, company: Company, language: str = "en", kind: str = "csat") -> tuple[Asked, JobRunner]:
    follower = FollowerRunner(site.database, Catalogue(EVENTS), [FOLLOWER])
    jobs = JobRunner(site.database, Catalogue(EVENTS), list_work(site.channels, site.links))
    about = "company" if kind == "nps" else "answer"
    words = {"name": "How was it", "kind": kind, "about": about, "delay_minutes": 0}
    await site.call(company.administrator, "POST", "/surveys", words)
    await follower.catch_up(company.id)
    await site.say(company.inbox, "My chair is broken")
    [row] = (await site.get(company.administrator, "/tickets?list=all"))["items"]

    def speak(tx: Tx) -> None:
        contact_id = get_conversation(tx, row["conversation_id"]).contact_id
        assert contact_id is not None
        change_contact(tx, contact_id, ContactChange(language=language))

    await site.database.write(company.id, speak)
    await site.call(company.agent, "PATCH", f"/tickets/{row['id']}", {"status": "resolved"})
    await follower.catch_up(company.id)
    await jobs.catch_up()
    [found] = await site.get(company.administrator, f"/conversations/{row['conversation_id']}/ratings")
    address = site.links.address(company.id, found["rating"]["id"])
    return Asked(site, company, row["conversation_id"], address), jobs


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Send"), ("sv", "Skicka"), ("nb", "Send"), ("fi", "Lähetä"), ("zh", "提交")],
)
async def test_the_page_speaks_the_customers_language_and_needs_no_script(
    site: Site, company: Company, language: str, words: str
) -> None:
    asked, _ = await ask(site, company, language)
    page = await asked.open()
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert f">{words}</button>" in page.text
    assert "<script" not in page.text
    assert "survey." not in page.text
    assert page.text.count('type="radio"') == 5
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert re.search(r'lang="(en|sv|nb|fi|zh-CN)"', page.text)


async def test_one_click_is_an_answer_and_words_can_follow(site: Site, company: Company, clock: StoppedClock) -> None:
    asked, jobs = await ask(site, company)
    page = await asked.open("&score=4")
    assert "Thank you" in page.text
    assert 'value="4" required checked' in page.text
    assert (await asked.rating())["score"] is None
    clock.move(MINUTE)
    await jobs.catch_up()
    assert (await asked.rating())["score"] == 4
    page = await asked.send(score="2", words="It was <b>slow</b>")
    assert page.status_code == 200
    assert "&lt;b&gt;" in page.text
    rating = await asked.rating()
    assert (rating["score"], rating["words"], rating["mark"]) == (2, "It was <b>slow</b>", "bad")
    assert rating["task_id"] is not None


async def test_what_a_machine_follows_is_no_answer(site: Site, company: Company, clock: StoppedClock) -> None:
    asked, jobs = await ask(site, company)
    await asked.open("&score=1", **{"sec-purpose": "prefetch"})
    for score in range(1, 6):
        page = await asked.open(f"&score={score}")
    assert "so that we know it was you" in page.text
    clock.move(MINUTE)
    await jobs.catch_up()
    assert (await asked.rating())["score"] is None
    await asked.send(score="5")
    assert (await asked.rating())["score"] == 5


async def test_eleven_scores_have_their_page(site: Site, company: Company) -> None:
    asked, _ = await ask(site, company, kind="nps")
    assert (await asked.open()).text.count('type="radio"') == 11


async def test_what_is_no_address_of_ours_or_too_late_says_so(
    site: Site, company: Company, clock: StoppedClock
) -> None:
    asked, _ = await ask(site, company)
    for path in ("/rate", "/rate?of=nonsense", asked.path[:-1] + ("A" if asked.path[-1] != "A" else "B")):
        page = await site.client.get(path, headers={"accept-language": "sv-SE,sv;q=0.9"})
        assert page.status_code == 404
        assert "går inte att svara på" in page.text
    for score in ("9", "-1", "", "x"):
        assert (await asked.send(score=score)).status_code == 422
    clock.move(8 * DAY)
    assert (await asked.open()).status_code == 410
    assert (await asked.send(score="5")).status_code == 410


async def test_who_calls_too_often_waits(site: Site, company: Company) -> None:
    statuses = [(await site.client.get("/rate?of=x")).status_code for _ in range(61)]
    assert statuses[:60] == [404] * 60
    assert statuses[60] == 429


def test_an_address_names_one_question_of_one_installation() -> None:
    links = Links(b"k" * 32, "https://desk.example/")
    address = links.address(V, W)
    token = address.partition("of=")[2]
    assert address.startswith("https://desk.example/rate?of=")
    named = links.read(token)
    assert (named.workspace_id, named.asking_id) == (V, W)
    for wrong in (token[:-2] + "AA", "B" + token[1:], "", "é", "x" * 200):
        with pytest.raises(NotFound):
            links.read(wrong)
    with pytest.raises(NotFound):
        Links(b"l" * 32, "https://desk.example").read(token)
