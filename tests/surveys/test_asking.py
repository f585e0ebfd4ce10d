"""Who is asked, when, in which form, and who isn't."""

import pytest
from msgspec.structs import replace

from lyhord.contacts.actions import block_identity
from lyhord.contacts.actions.edit import ContactChange, change_contact
from lyhord.contacts.consents.actions import Answered, record_consent
from lyhord.conversations.exchange import Address
from lyhord.conversations.model import AUTOMATIC
from lyhord.conversations.timeline import get_conversation
from lyhord.kit.clock import DAY, HOUR, MINUTE
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound, Taken
from lyhord.surveys import actions
from lyhord.surveys.model import Survey, SurveyRules, SurveyText, SurveyWords, checked, choose_survey, quiet_ends
from lyhord.surveys.reading import list_surveys
from lyhord.surveys.wording import compose, labels_of
from lyhord.surveys.zones import zone_of_number
from lyhord.tickets.actions import mark_spam, set_kind, set_status
from lyhord.tickets.surges.actions import add_member, begin_surge, end_surge
from lyhord.tickets.surges.model import SurgeWords
from tests.surveys.conftest import Shop

SURVEY = Survey(
    id="x",
    name="x",
    kind="csat",
    about="answer",
    moment="after",
    delay_minutes=0,
    inbox_ids=(),
    kinds=(),
    texts=(),
    on=True,
    changed_at=0,
)


async def test_who_got_an_answer_is_asked_a_while_later_by_buttons_with_the_reason(shop: Shop) -> None:
    await shop.survey()
    said = await shop.hear()
    await shop.resolve(said.conversation_id, after=59 * MINUTE)
    assert (await shop.asking(said.conversation_id)).state == "planned"
    shop.clock.move(MINUTE)
    await shop.follow()
    asked, question = await shop.asking(said.conversation_id), await shop.last_said(said.conversation_id)
    assert (asked.state, asked.message_id, asked.language, asked.agent_id) == ("asked", question.id, "en", shop.agent)
    assert question.buttons == ("1 😠", "2 😞", "3 😐", "4 😊", "5 😃")
    assert question.text.startswith("How satisfied are you with the answer that you got?")
    assert "We ask so that" in question.text
    assert question.flags == (AUTOMATIC,)
    after = await shop.ticket(said.conversation_id)
    assert (after.status, after.waiting_since) == ("resolved", None)


async def test_a_letter_has_a_link_for_each_score_and_the_page(shop: Shop) -> None:
    await shop.survey()
    said = await shop.hear_mail()
    await shop.resolve(said.conversation_id)
    question = await shop.last_said(said.conversation_id)
    assert question.formatted is not None
    assert question.formatted.count("https://firm.example/rate?of=") == 5
    assert "score=5" in question.formatted
    assert "https://firm.example/rate?of=" in question.text
    assert question.buttons == ()


async def test_more_scores_than_buttons_are_answered_by_number(shop: Shop) -> None:
    await shop.survey("nps")
    said = await shop.hear()
    await shop.resolve(said.conversation_id)
    question = await shop.last_said(said.conversation_id)
    assert question.buttons == ()
    assert "From 0 (not at all likely) to 10 (very likely)." in question.text


async def test_they_are_asked_in_their_language_with_the_words_of_the_company(shop: Shop) -> None:
    await shop.survey(texts=(SurveyText("sv", "Var det bra?", "Vi undrar."),))
    said = await shop.hear()
    await shop.write(_speak, said.conversation_id, "sv")
    await shop.resolve(said.conversation_id)
    question = await shop.last_said(said.conversation_id)
    assert question.text.startswith("Var det bra?")
    assert question.text.endswith("Vi undrar.")
    assert "Från 1 (mycket missnöjd)" in question.text
    assert (await shop.asking(said.conversation_id)).language == "sv"


def _speak(tx: Tx, conversation_id: str, language: str) -> None:
    contact_id = get_conversation(tx, conversation_id).contact_id
    assert contact_id is not None
    change_contact(tx, contact_id, ContactChange(language=language))


async def test_a_mood_is_asked_for_when_a_conversation_begins_and_nobody_waits_less(shop: Shop) -> None:
    await shop.survey(about="company", moment="before")
    said = await shop.hear()
    await shop.follow()
    asked = await shop.asking(said.conversation_id)
    ticket = await shop.ticket(said.conversation_id)
    assert (asked.state, asked.moment) == ("asked", "before")
    assert ticket.waiting_since is not None
    await shop.hear("2")
    after = await shop.ticket(said.conversation_id)
    assert (after.waiting_since, after.rating, after.status) == (ticket.waiting_since, "bad", "open")


async def test_nobody_is_asked_again_within_the_days_whatever_the_survey(shop: Shop) -> None:
    await shop.survey()
    await shop.survey("effort")
    said = await shop.hear()
    await shop.resolve(said.conversation_id)
    shop.clock.move(9 * DAY)
    await shop.hear("Another lamp is broken")
    await shop.resolve(said.conversation_id)
    assert len(await shop.askings(said.conversation_id)) == 1
    shop.clock.move(22 * DAY)
    await shop.hear("A third lamp is broken")
    await shop.resolve(said.conversation_id)
    assert [one.state for one in await shop.askings(said.conversation_id)] == ["asked", "asked"]


async def test_at_night_it_waits_for_the_morning_of_the_customer(shop: Shop) -> None:
    await shop.survey(delay_minutes=0)
    shop.clock.move(12 * HOUR)  # nine in the evening in UTC
    said = await shop.hear()
    await shop.resolve(said.conversation_id, after=HOUR)
    assert (await shop.asking(said.conversation_id)).state == "planned"
    shop.clock.move(10 * HOUR)
    await shop.follow()
    assert (await shop.asking(said.conversation_id)).state == "asked"


def test_quiet_hours_go_over_midnight_and_over_a_change_of_time() -> None:
    rules = SurveyRules(quiet_from=21 * 60, quiet_until=8 * 60)
    nine = 1_772_355_600_000  # 2026-03-01 09:00 UTC
    assert quiet_ends(rules, "UTC", nine) is None
    assert quiet_ends(rules, "UTC", nine + 12 * HOUR) == nine + 23 * HOUR
    assert quiet_ends(rules, "UTC", nine - 2 * HOUR) == nine - HOUR
    assert quiet_ends(rules, "Asia/Shanghai", nine + 5 * HOUR) == nine + 15 * HOUR
    change = 1_774_738_800_000  # 2026-03-29 00:00 in Stockholm: at two it is three
    assert quiet_ends(rules, "Europe/Stockholm", change) == change + 7 * HOUR
    assert quiet_ends(replace(rules, quiet_until=21 * 60), "UTC", nine + 12 * HOUR) is None


def test_a_number_tells_its_time_zone_where_there_is_but_one() -> None:
    assert zone_of_number("+46701234567") == "Europe/Stockholm"
    assert zone_of_number("+358401234567") == "Europe/Helsinki"
    assert zone_of_number("+8613812345678") == "Asia/Shanghai"
    assert zone_of_number("+12025550123") is None
    assert zone_of_number("ann@customer.example") is None


async def _dropped(shop: Shop, conversation_id: str) -> str | None:
    shop.clock.move(HOUR)
    await shop.follow()
    found = await shop.asking(conversation_id)
    assert found.state == "dropped"
    assert found.asked_at is None
    return found.why


async def _planned(shop: Shop) -> str:
    await shop.survey()
    said = await shop.hear()
    await shop.resolve(said.conversation_id, after=0)
    assert (await shop.asking(said.conversation_id)).state == "planned"
    return said.conversation_id


async def test_who_wrote_again_is_not_asked(shop: Shop) -> None:
    talk = await _planned(shop)
    await shop.hear("It is broken again")
    assert await _dropped(shop, talk) == "survey.why.reopened"
    await shop.resolve(talk)
    assert [one.state for one in await shop.askings(talk)] == ["asked", "dropped"], "once it is done with they are"


async def test_spam_is_not_asked(shop: Shop) -> None:
    talk = await _planned(shop)
    await shop.write(mark_spam, (await shop.ticket(talk)).id)
    assert await _dropped(shop, talk) == "survey.why.spam"


async def test_who_is_blocked_is_not_asked(shop: Shop) -> None:
    talk = await _planned(shop)
    contact = (await shop.ticket(talk)).contact_id
    await shop.write(block_identity, contact, Address("sandbox", "ann"), True)
    assert await _dropped(shop, talk) == "survey.why.blocked"


async def test_who_said_no_to_surveys_is_not_asked(shop: Shop) -> None:
    talk = await _planned(shop)
    no = Answered(purpose="Surveys", answer="withdrawn", source="A call")
    await shop.write(record_consent, (await shop.ticket(talk)).contact_id, no)
    assert await _dropped(shop, talk) == "survey.why.opted_out"


async def test_a_complaint_that_was_settled_is_asked_about(shop: Shop) -> None:
    talk = await _planned(shop)
    await shop.write(set_kind, (await shop.ticket(talk)).id, "complaint")
    shop.clock.move(HOUR)
    await shop.follow()
    assert (await shop.asking(talk)).state == "asked"


async def test_whose_complaint_is_open_is_not_asked(shop: Shop) -> None:
    await shop.survey(about="company", moment="before")
    said = await shop.hear()
    await shop.write(set_kind, (await shop.ticket(said.conversation_id)).id, "complaint")
    await shop.follow()
    assert (await shop.asking(said.conversation_id)).why == "survey.why.complaint"


async def test_members_of_a_surge_are_not_asked_while_it_lasts(shop: Shop) -> None:
    talk = await _planned(shop)
    surge_id = await shop.write(begin_surge, SurgeWords(name="No power"), actor=f"agent:{shop.agent}")
    ticket = await shop.ticket(talk)
    await shop.write(set_status, ticket.id, "open")
    await shop.write(add_member, surge_id, ticket.id)
    await shop.write(set_status, ticket.id, "resolved")
    assert await _dropped(shop, talk) == "survey.why.surge"
    await shop.write(end_surge, surge_id)
    await shop.write(set_status, ticket.id, "open")
    await shop.resolve(talk)
    assert (await shop.askings(talk))[0].state == "asked"


async def test_where_it_is_asked_and_about_what(shop: Shop) -> None:
    await shop.survey(inbox_ids=(shop.mail,), kinds=("question",))
    said = await shop.hear()
    await shop.resolve(said.conversation_id)
    assert await shop.askings(said.conversation_id) == []
    letter = await shop.hear_mail()
    await shop.resolve(letter.conversation_id)
    assert (await shop.asking(letter.conversation_id)).state == "asked"


async def test_a_survey_that_was_switched_off_asks_no_more(shop: Shop) -> None:
    talk = await _planned(shop)
    [survey] = await shop.read(list_surveys)
    await shop.write(actions.remove_survey, survey.id)
    assert await _dropped(shop, talk) == "survey.why.gone"
    with pytest.raises(NotFound):
        await shop.write(actions.remove_survey, survey.id)


async def test_what_makes_no_sense_is_refused(shop: Shop) -> None:
    for wrong in (
        SurveyWords(name=" ", kind="csat"),
        SurveyWords(name="x", kind="nps", about="answer"),
        SurveyWords(name="x", kind="csat", about="answer", moment="before"),
        SurveyWords(name="x", kind="csat", texts=(SurveyText("en", "Well?", " "),)),
        SurveyWords(name="x", kind="csat", texts=(SurveyText("en", "a", "b"), SurveyText("en", "c", "d"))),
    ):
        with pytest.raises(Invalid):
            checked(wrong)
    survey_id = await shop.survey()
    with pytest.raises(Invalid):
        await shop.write(actions.change_survey, survey_id, SurveyWords(name="x", kind="effort"))
    with pytest.raises(Invalid):
        await shop.rules(follow_agent_id=shop.inbox)
    for _ in range(19):
        await shop.survey()
    with pytest.raises(Taken):
        await shop.survey()


def test_surveys_share_the_tickets() -> None:
    surveys = [replace(SURVEY, id=one) for one in "abc"]
    chosen = {choose_survey(surveys, f"00000000-0000-7000-8000-{number:012x}") for number in range(30)}
    assert {one.id for one in chosen if one} == {"a", "b", "c"}
    assert choose_survey([], "00000000-0000-7000-8000-00000000000a") is None


def test_every_form_says_the_question_the_scale_and_why() -> None:
    for language in ("en", "sv", "nb", "fi", "zh-CN"):
        for form in ("buttons", "links", "number"):
            text = compose(SURVEY, language, form, "https://x.example/rate?of=y").text
            assert "survey." not in text
            assert text.count("\n") >= 3
    assert labels_of("nps") == ()
    hostile = replace(SURVEY, texts=(SurveyText("en", "<b>Well?</b>", "<script>"),))
    letter = compose(hostile, "en", "links", "https://x.example/rate?of=y").html or ""
    assert "<script>" not in letter
    assert "<b>" not in letter
