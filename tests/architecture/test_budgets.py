"""Sizes that keep every file and function readable. Past a budget, split by use case instead of raising the number."""

import ast

from tests.architecture.sources import MIGRATIONS, ROOT, Function, Source, functions, product, python_below

FILE_LINES = 500
TEST_FILE_LINES = 800
FUNCTION_LINES = 60
PARAMETERS = 7
CHANNEL_LINES = 800
LARGER_CHANNELS = {
    "mail": 2_640,
    "telegram": 1_500,
    "sms": 1_920,
    "whatsapp": 1_770,
    "xmpp": 1_580,
    "matrix": 1_200,
    "meta": 1_080,
    "bluesky": 960,
    "x": 1_290,
    "apple": 890,
    "line": 840,
    "mastodon": 860,
}
"""Mail reads what forty years of programs wrote, writes formatted mail, and speaks IMAP and SMTP in both directions by itself.
Telegram has twenty kinds of messages, groups with topics and ids that change, timers, formats by counted stretches, is fetched as well
as called, and owners of business accounts talk beside us. SMS is had in three ways, and one of them is a protocol of its own, with
packets, sessions and parts to join. WhatsApp has some thirty kinds of things that come, each with its own payload, and templates with a
dozen pieces that leave. XMPP is a protocol of its own, too: a stream of XML, rooms, in which messages have two names and speakers a nick,
and a dozen extensions. Matrix finds out what rooms are, keeps that at the homeserver, and knows their threads. What Meta's channels
share is the Graph API with its refusals, and the private messages of two of them. Bluesky has sessions, posts as records with names and
byte offsets of our own, and another protocol for private messages. Apple compresses what it says, keeps files sealed elsewhere, has
large answers fetched, and tells with each message what a device can show. X signs by OAuth 1.0a, weighs words by rules of its own, and
tells posts and private messages in two generations of payloads. LINE has a call of its own for each name, group, token and look at its
webhook. Mastodon is fetched, watched for edits and listened to."""
CONTRACT_LINES = 200


def lines_of(source: Source) -> int:
    return source.text.count("\n")


def parameters_of(function: Function) -> int:
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_files_stay_short_enough_to_read() -> None:
    assert [source.name for source in product() if lines_of(source) > FILE_LINES and not generated(source)] == []


def test_test_files_stay_short_enough_to_read() -> None:
    tests = python_below(ROOT / "tests")
    assert [source.name for source in tests if lines_of(source) > TEST_FILE_LINES] == []


def test_functions_stay_short_enough_to_read() -> None:
    long = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in product()
        for function in functions(source)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES and not generated(source)
    ]
    assert long == []


def test_functions_take_few_parameters() -> None:
    greedy = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in product()
        for function in functions(source)
        if parameters_of(function) > PARAMETERS
    ]
    assert greedy == [], "make a Struct of what belongs together"


def test_a_channel_stays_small() -> None:
    sizes: dict[str, int] = {}
    for source in product():
        if source.parts[0] == "channels" and len(source.parts) > 2:
            sizes[source.parts[1]] = sizes.get(source.parts[1], 0) + lines_of(source)
    assert {name: size for name, size in sizes.items() if size > LARGER_CHANNELS.get(name, CHANNEL_LINES)} == {}


def test_the_contract_of_channels_fits_the_head() -> None:
    (contract,) = [source for source in product() if source.parts == ("conversations", "channel.py")]
    assert lines_of(contract) <= CONTRACT_LINES


def test_there_is_about_as_much_test_as_product() -> None:
    tests = sum(lines_of(source) for source in python_below(ROOT / "tests"))
    sources = sum(lines_of(source) for source in product() if not generated(source))
    assert tests >= 0.6 * sources, f"{tests} lines of tests for {sources} of product"


def test_every_function_is_annotated() -> None:
    bare = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in (*product(), *python_below(ROOT / "tests"))
        for function in functions(source)
        if function.returns is None or any(missing(argument) for argument in function.args.args)
    ]
    assert bare == []


def missing(argument: ast.arg) -> bool:
    return argument.annotation is None and argument.arg not in {"self", "cls"}


def generated(source: Source) -> bool:
    return source.path.is_relative_to(MIGRATIONS / "versions")
