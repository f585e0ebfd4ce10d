"""What the company answers elsewhere lands with whoever it answers, also where the channel tells only what that was."""

from lyhord.conversations.exchange import InboundMessage, Place
from tests.conversations.desk import Desk

PLACE = Place("post-1")


def echo(external_id: str, answers: str) -> InboundMessage:
    return InboundMessage(external_id=external_id, sender=(), text="We do!", answers=(answers,), ours=True, place=PLACE)


async def test_an_answer_given_elsewhere_stands_with_whom_it_answers(desk: Desk) -> None:
    asked = await desk.say("Do you sell lamps?", external_id="comment-1", place=PLACE)
    receipt = await desk.receive(desk.words(who="bob"), echo("comment-2", "comment-1"))
    answered = await desk.message(str(receipt.message_ids[1]))
    assert (answered.conversation_id, answered.text) == (asked.conversation_id, "We do!")
    again = await desk.receive(echo("comment-3", "comment-2"))
    assert (await desk.message(str(again.message_ids[0]))).conversation_id == asked.conversation_id


async def test_what_answers_nothing_known_is_nobodys(desk: Desk) -> None:
    receipt = await desk.receive(echo("comment-2", "somewhere-else"), desk.words("Hello"))
    assert receipt.message_ids[0] is None
    assert (await desk.message(str(receipt.message_ids[1]))).text == "Hello"


async def test_the_same_inbox_must_have_heard_it(desk: Desk) -> None:
    await desk.say(external_id="comment-1")
    receipt = await desk.receive(echo("comment-2", "comment-1"), inbox=desk.other_inbox)
    assert receipt.message_ids == (None,)
