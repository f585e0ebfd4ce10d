"""Signatures: whose stands below a mail, with what in it, and what may not stand there."""

from typing import Any

import pytest

from lyhord.conversations.actions.attach import attach_file
from lyhord.conversations.model import Attachment
from lyhord.conversations.retention import referenced_files
from lyhord.conversations.signatures.actions import sign_as_agent, sign_for_inbox
from lyhord.conversations.signatures.model import MOST_TEXT, Signature, SignatureWords
from lyhord.conversations.signatures.views import list_signatures
from lyhord.conversations.views import outbound_of
from lyhord.kit.database import Tx
from lyhord.kit.problems import Invalid, NotFound
from lyhord.workspaces.actions.agents import change_own
from lyhord.workspaces.actions.inboxes import remove_inbox
from lyhord.workspaces.reach import EVERYTHING, Reach
from lyhord.workspaces.views import list_audit
from tests.conversations.desk import Desk


async def sign(desk: Desk, text: str = "", html: str | None = None, *pictures: str, inbox: str | None = None) -> None:
    """Give Anna, or an inbox, a signature."""
    words = SignatureWords(text=text, html=html, attachment_ids=pictures)
    whose: Any = (sign_for_inbox, inbox) if inbox else (sign_as_agent, desk.agent)
    await desk.write(*whose, words, actor=f"agent:{desk.agent}")


async def below(desk: Desk, *, agent: str | None = None) -> Any:
    """What stands below an answer that Anna, or somebody else, writes now."""
    said = await desk.say()
    answer = await desk.answer(said.conversation_id, agent=agent)
    return (await desk.read(outbound_of, answer.id))[0].signature


async def listed(desk: Desk, reach: Reach = EVERYTHING, agent: str | None = None) -> list[Signature]:
    """All pages, read one row at a time."""
    found: list[Signature] = []
    after: str | None = ""
    while after is not None:
        page, after = await desk.read(
            lambda tx, at=after: list_signatures(tx, reach, agent or desk.agent, after=at, most=1)
        )
        found += page
    return found


async def picture(desk: Desk) -> Attachment:
    """A logo that Anna uploaded."""

    def attach(tx: Tx) -> Attachment:
        return attach_file(tx, "ab" * 32, name="logo.png", content_type="image/png", size=3)

    made: Attachment = await desk.write(attach, actor=f"agent:{desk.agent}")
    return made


async def test_without_any_nothing_stands_below(desk: Desk) -> None:
    assert await below(desk) is None
    assert await listed(desk) == []


async def test_ones_own_goes_before_that_of_the_inbox(desk: Desk) -> None:
    await sign(desk, "The desk", inbox=desk.inbox)
    assert (await below(desk)).text == "The desk"
    await sign(desk, "Anna")
    assert (await below(desk)).text == "Anna"
    assert (await below(desk, agent=desk.colleague)).text == "The desk"
    await sign(desk, "")
    assert (await below(desk)).text == "The desk"


async def test_another_inbox_has_nothing_of_it(desk: Desk) -> None:
    await sign(desk, "Elsewhere", inbox=await desk.add_inbox("Elsewhere"))
    assert await below(desk) is None


async def test_its_variables_are_put_in_and_are_no_markup(desk: Desk) -> None:
    await desk.write(change_own, desk.agent, None, "Anna <b>B</b>", {})
    await sign(
        desk, html="<b>{{agent.first_name}}</b> {{agent.name}}, {{inbox.name}}, {{agent.email}} {{workspace.name|we}}"
    )
    found = await below(desk)
    assert found.html.startswith("<b>Anna</b> Anna &lt;b&gt;B&lt;/b&gt;, ")
    assert found.text.startswith("Anna Anna <b>B</b>, ")
    assert "{{" not in found.html + found.text


async def test_it_is_made_safe_and_keeps_its_plain_form(desk: Desk) -> None:
    await sign(desk, html='<p onclick="x()">Bo<script>1</script></p><ul><li>Shop</li></ul>')
    [mine] = await listed(desk)
    assert (mine.html, mine.text) == ("<p>Bo</p><ul><li>Shop</li></ul>", "Bo\n\n- Shop")


@pytest.mark.parametrize("words", ["Hello {{contact.name}}", "{{agent.nick}}", "{{agent.name", "x" * (MOST_TEXT + 1)])
async def test_what_makes_no_sense_below_a_mail_is_refused(desk: Desk, words: str) -> None:
    for form in ({"text": words}, {"html": f"<b>{words}</b>"}):
        with pytest.raises(Invalid):
            await sign(desk, **form)
    assert await listed(desk) == []


async def test_pictures_are_kept_with_it_and_go_with_it(desk: Desk) -> None:
    logo, aside = await picture(desk), await picture(desk)
    shown = f'<img src="cid:{logo.id}" alt="Logo">'
    await sign(desk, "", shown, logo.id, aside.id)
    [media] = (await below(desk)).media
    assert (media.inline_id, media.file) == (logo.id, "ab" * 32)
    assert [one.id for one in (await listed(desk))[0].attachments] == [logo.id]
    await sign(desk, "", f"<b>Anna</b> {shown}", logo.id)
    await sign(desk, "Anna")
    assert (await below(desk)).media == ()
    with pytest.raises(Invalid):
        await sign(desk, "", shown, logo.id)
    with pytest.raises(Invalid):
        await sign(desk, "", '<img src="cid:of-somebody">')
    assert await desk.read(referenced_files, ["ab" * 32]) == {"ab" * 32}  # what wasn't shown is still its uploader's


async def test_who_sees_which(desk: Desk) -> None:
    elsewhere = await desk.add_inbox("Elsewhere")
    await sign(desk, "Anna")
    await sign(desk, "Desk", inbox=desk.inbox)
    await sign(desk, "Other", inbox=elsewhere)
    assert sorted(one.text for one in await listed(desk)) == ["Anna", "Desk", "Other"]
    assert [one.text for one in await listed(desk, Reach(frozenset({elsewhere})), desk.colleague)] == ["Other"]
    await desk.write(remove_inbox, elsewhere)
    assert sorted(one.text for one in await listed(desk)) == ["Anna", "Desk"]
    with pytest.raises(NotFound):
        await sign(desk, "Other", inbox=elsewhere)


async def test_only_a_change_is_told_and_that_of_an_inbox_stands_in_the_audit(desk: Desk) -> None:
    desk.kinds()
    await sign(desk, "")
    await sign(desk, "Anna")
    await sign(desk, "Anna")
    await sign(desk, "Desk", inbox=desk.inbox)
    assert desk.kinds() == ["signature.changed", "signature.changed"]
    entries = await desk.read(lambda tx: list_audit(tx, None, 10))
    assert [one.target for one in entries if one.action == "signature.changed"] == [f"inbox:{desk.inbox}"]
