"""What a workspace's answers are, as whoever learns from them gets them."""

from msgspec import Struct


class Answered(Struct, frozen=True):
    """A message in a language of which somebody said whether it is a complaint. `fresh`: since the model in use was made.

    `weight`: for how many messages it stands, more than one where chance chose it.
    """

    text: str
    language: str
    yes: bool
    conversation_id: str
    fresh: bool = False
    weight: float = 1.0
    random: bool = False


class Task(Struct, frozen=True):
    """What to learn from."""

    answered: tuple[Answered, ...]
