"""Consents: what was recorded stays, and the contact's latest answer for a purpose on a channel holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.contacts.consents.model import Consent, stand_of
from lyhord.kit.clock import DAY
from lyhord.kit.database import Tx
from tests.contacts.test_routes import make
from tests.web.conftest import company, site
from tests.web.site import Company, Site

__all__ = ["company", "site"]

NEWS = {"purpose": "offers", "channel": "email", "answer": "given", "source": "Form at the till"}
ANSWERS = st.lists(
    st.builds(
        Consent,
        id=st.text("abcdef", min_size=4, max_size=4),
        contact_id=st.just("c"),
        purpose=st.sampled_from(["offers", "Offers", "surveys"]),
        channel=st.sampled_from(["", "email"]),
        answer=st.sampled_from(["given", "withdrawn"]),
        at=st.integers(0, 5),
        source=st.just("s"),
        evidence=st.just(""),
        recorded_by=st.just("system"),
        recorded_at=st.integers(0, 5),
    )
)


@given(ANSWERS)
def test_no_answer_that_holds_has_a_later_one(answers: list[Consent]) -> None:
    stand = stand_of(answers)
    assert len(stand.answers) == len(answers)
    for one in answers:
        [holds] = [it for it in stand.current if (it.purpose.lower(), it.channel) == (one.purpose.lower(), one.channel)]
        assert (holds.at, holds.recorded_at, holds.id) >= (one.at, one.recorded_at, one.id)


async def record(site: Site, company: Company, contact_id: str, **answer: Any) -> Any:
    """Record an answer."""
    return await site.call(company.agent, "POST", f"/contacts/{contact_id}/consents", {**NEWS, **answer})


async def test_an_answer_given_later_holds_whenever_it_was_recorded(site: Site, company: Company) -> None:
    anna = (await make(site, company.agent, "Anna"))["id"]
    now = site.database.clock()
    withdrawn = (await record(site, company, anna, answer="withdrawn", at=now - DAY, evidence="Call 17")).json()
    given = (await record(site, company, anna, at=now - 9 * DAY)).json()
    assert withdrawn["recorded_by"] == f"agent:{company.agent.id}"
    found = await site.get(company.agent, f"/contacts/{anna}/consents")
    assert found == {"current": [withdrawn], "answers": [withdrawn, given]}
    again = (await record(site, company, anna)).json()
    assert (await site.get(company.agent, f"/contacts/{anna}/consents"))["current"] == [again]


async def test_of_two_answers_in_one_millisecond_the_one_recorded_last_holds(site: Site, company: Company) -> None:
    anna = (await make(site, company.agent, "Anna"))["id"]

    def change_their_mind(tx: Tx) -> None:
        for answer in ("given", "withdrawn"):
            record_consent(tx, anna, Answered(purpose="offers", answer=answer, source="Call"))

    await site.database.write(company.id, change_their_mind)
    [holds] = (await site.get(company.agent, f"/contacts/{anna}/consents"))["current"]
    assert holds["answer"] == "withdrawn"


async def test_what_says_too_little_is_refused(site: Site, company: Company) -> None:
    anna = (await make(site, company.agent, "Anna"))["id"]
    answer = await record(site, company, anna, purpose=" ", source="")
    assert answer.json()["fields"] == {"purpose": "field.missing", "source": "field.missing"}
    assert (await record(site, company, anna, at=site.database.clock() + DAY)).status_code == 422
    assert (await record(site, company, anna, answer="perhaps")).status_code == 422
    for method in ("PATCH", "PUT", "DELETE"):
        assert (await site.call(company.agent, method, f"/contacts/{anna}/consents")).status_code == 405


async def test_consents_follow_a_merge_and_stay_within_reach(site: Site) -> None:
    company = await site.add_company(restricted_reach=True)
    await site.say(company.inbox, "Hello", who="ann")
    [ann] = (await site.get(company.administrator, "/contacts"))["items"]
    path = f"/contacts/{ann['id']}/consents"
    given = (await site.call(company.administrator, "POST", path, NEWS)).json()
    assert (await site.call(company.agent, "GET", path)).status_code == 404
    assert (await site.call(company.agent, "POST", path, NEWS)).status_code == 404
    other = (await make(site, company.administrator, "A."))["id"]
    await site.call(company.administrator, "POST", f"/contacts/{ann['id']}/merge", {"into": other})
    assert (await site.get(company.administrator, f"/contacts/{other}/consents"))["current"] == [given]
