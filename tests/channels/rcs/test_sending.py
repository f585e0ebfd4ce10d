"""What leaves for Google, as its reference has it; what a phone can do, and what answers mean."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from google.auth import jwt as google_jwt
from google.oauth2 import service_account as google_account
from msgspec.structs import replace

from lyhord.channels.rcs.adapter import NOBODY, Rcs
from lyhord.channels.rcs.api import Trouble, id_of
from lyhord.channels.rcs.outgoing import CARD, CAROUSEL, PDF_CARD
from lyhord.channels.rcs.sign_in import GRANT, SCOPE, Tools, read_account, statement
from lyhord.conversations.account import Health
from lyhord.conversations.deliveries import part_key
from lyhord.conversations.exchange import (
    Accepted,
    Address,
    Amendment,
    Context,
    Failed,
    Media,
    Outbound,
    Outcome,
    Peer,
    Plan,
    Refusal,
    Retry,
    Unknown,
)
from lyhord.kit.problems import NotFound
from lyhord.kit.words import catalogue
from tests.channels.rcs.said import ANNA, BASE, MAIL, account, means, private_key, service_account
from tests.counterparts.loopback import Asked, Said, Service, loopback

TO = Address("tel", ANNA)
NOW = 1_772_355_600_000
CONTEXT = Context(NOW, NOW)
KEY = "0199c2a4-7b1e-7000-8000-000000000001"
MESSAGES = f"/v1/phones/{ANNA}/agentMessages"
PNG = Media("lamp.png", "image/png", 900, file="a" * 64)
FILM = Media("lamp.mp4", "video/mp4", 9_000_000, file="b" * 64)
BILL = Media("bill.pdf", "application/pdf", 900, file="c" * 64)
SHEET = Media("prices.xlsx", "application/vnd.ms-excel", 900, file="d" * 64)
FEATURES = [CARD, CAROUSEL, "ACTION_DIAL"]


class Google:
    """Google, which takes everything unless a test says otherwise: `says` answers what isn't about signing in."""

    def __init__(self) -> None:
        self.says: Said = Said(body={})
        self.tokens = 0
        self.signs_in = Said()

    def __call__(self, asked: Asked) -> Said:
        if asked.path != "/token":
            return self.says
        self.tokens += 1
        given = {"access_token": f"token-{self.tokens}", "expires_in": 3599, "token_type": "Bearer"}
        return self.signs_in if self.signs_in.body else Said(body=given)


@pytest.fixture
def google() -> Google:
    return Google()


@pytest.fixture
def service(google: Google) -> Iterator[Service]:
    with loopback(google) as found:
        yield found


@pytest.fixture
async def rcs(service: Service, tmp_path: Path) -> AsyncIterator[Rcs]:
    tools = Tools(means(tmp_path))
    yield Rcs(account(f"{service.address}/token", api_address=service.address), tools)
    await tools.close()


def at(service: Service, folder: Path, base: str = BASE, **settings: Any) -> Rcs:
    given = {"api_address": service.address, **settings}
    return Rcs(account(f"{service.address}/token", **given), Tools(means(folder, base)))


def planned(rcs: Rcs, features: frozenset[str] | list[str] | None = None, **more: Any) -> tuple[Outbound, ...]:
    peer = None if features is None else Peer(features=frozenset(features), at=NOW)
    plan = rcs.plan(Outbound(**{"to": TO, **more}), Context(NOW, NOW, peer=peer))
    assert isinstance(plan, Plan), plan
    return plan.parts


async def sent(rcs: Rcs, service: Service, features: list[str] | None = None, **more: Any) -> list[Any]:
    """What the messages carry."""
    for number, part in enumerate(planned(rcs, features, **more)):
        key = part_key(KEY, number)
        assert await rcs.send(part, key) == Accepted(id_of(key))
    return [asked.json["contentMessage"] for asked in service.to(MESSAGES)]


async def test_words_leave_as_words_under_an_id_of_ours(rcs: Rcs, service: Service) -> None:
    assert await sent(rcs, service, text="Hej 😀") == [{"text": "Hej 😀"}]
    (asked,) = service.to(MESSAGES)
    assert parse_qs(asked.query) == {"messageId": [KEY], "agentId": ["lamps"]}
    assert asked.headers["authorization"] == "Bearer token-1"
    assert asked.json["messageTrafficType"] == "SERVICEREQUEST"
    assert "ttl" not in asked.json


async def test_a_message_waits_as_long_as_the_company_wants(service: Service, tmp_path: Path) -> None:
    for hours, ttl in ((4, "14400s"), (9_999, "1296000s")):
        rcs = at(service, tmp_path, wait_hours=hours)
        await rcs.send(planned(rcs, text="x")[0], KEY)
        assert service.to(MESSAGES)[-1].json["ttl"] == ttl


async def test_the_statement_that_signs_in_is_the_one_of_googles_own_library(rcs: Rcs, service: Service) -> None:
    await rcs.send(planned(rcs, text="x")[0], KEY)
    (asked,) = service.to("/token")
    form = parse_qs(asked.body.decode())
    assert form["grant_type"] == [GRANT]
    certs = {"key-1": _public()}
    address = f"{service.address}/token"
    claims = google_jwt.decode(form["assertion"][0], certs=certs, audience=address)  # type: ignore[no-untyped-call]
    theirs = google_account.Credentials.from_service_account_info(json.loads(service_account(address)), scopes=[SCOPE])  # type: ignore[no-untyped-call]
    wanted = google_jwt.decode(theirs._make_authorization_grant_assertion(), verify=False)  # type: ignore[no-untyped-call]
    assert set(claims) == set(wanted)
    assert {name: claims[name] for name in ("iss", "scope")} == {"iss": MAIL, "scope": SCOPE}
    assert claims["exp"] - claims["iat"] == wanted["exp"] - wanted["iat"]


def _public() -> str:
    key = serialization.load_pem_private_key(private_key().encode(), None).public_key()
    coding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(coding, form).decode()


def test_a_statement_has_its_hour() -> None:
    told = google_jwt.decode(statement(read_account(service_account()), 1_772_355_600), verify=False)  # type: ignore[no-untyped-call]
    assert (told["iat"], told["exp"]) == (1_772_355_600, 1_772_359_200)


async def test_a_token_is_kept_and_a_refused_one_replaced_once(rcs: Rcs, service: Service, google: Google) -> None:
    part = planned(rcs, text="x")[0]
    for _ in range(2):
        await rcs.send(part, KEY)
    assert google.tokens == 1
    google.says = Said(401, {"error": {"code": 401, "message": "expired", "status": "UNAUTHENTICATED"}})
    assert await rcs.send(part, KEY) == Retry("channel.rcs.bad_account")
    assert google.tokens == 2
    assert [asked.headers["authorization"] for asked in service.to(MESSAGES)[2:]] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


async def test_buttons_are_chips_that_bring_back_their_number(rcs: Rcs, service: Service) -> None:
    long = "x" * 4_000
    *_, last = await sent(rcs, service, text=long, buttons=("Red", "Blue"))
    assert last["suggestions"] == [
        {"reply": {"text": "Red", "postbackData": f"lyhord:1:{KEY}"}},
        {"reply": {"text": "Blue", "postbackData": f"lyhord:2:{KEY}"}},
    ]
    assert "suggestions" not in service.to(MESSAGES)[0].json["contentMessage"]


def _url(item: Media) -> dict[str, Any]:
    return {"fileUrl": f"{BASE}/file/{item.name}?lent={item.file}", "forceRefresh": False}


async def test_files_leave_each_alone_where_nobody_knows_the_phone(rcs: Rcs, service: Service) -> None:
    bodies = await sent(rcs, service, text="Look", media=(PNG, FILM, BILL, SHEET), buttons=("Nice",))
    words, *files = bodies
    assert words["text"].startswith("Look\nprices.xlsx: https://desk.example.com/file/")
    assert [one["contentInfo"] for one in files] == [_url(PNG), _url(FILM), _url(BILL)]
    assert [("suggestions" in one) for one in bodies] == [False, False, False, True]


async def test_words_with_one_picture_are_a_card_where_the_phone_shows_cards(rcs: Rcs, service: Service) -> None:
    (card,) = await sent(rcs, service, FEATURES, text="Look", media=(PNG,), buttons=("Nice", "Not so"))
    inside = card["richCard"]["standaloneCard"]["cardContent"]
    assert inside["description"] == "Look"
    assert inside["media"] == {"height": "TALL", "contentInfo": _url(PNG)}
    assert [chip["reply"]["text"] for chip in inside["suggestions"]] == ["Nice", "Not so"]
    assert "suggestions" not in card


async def test_more_buttons_than_a_card_has_stand_below_it(rcs: Rcs, service: Service) -> None:
    labels = tuple(f"Answer {number}" for number in range(1, 6))
    (card,) = await sent(rcs, service, FEATURES, text="Look", media=(PNG,), buttons=labels)
    assert len(card["suggestions"]) == 5
    assert "suggestions" not in card["richCard"]["standaloneCard"]["cardContent"]


async def test_several_pictures_are_a_row_of_cards_where_the_phone_shows_one(rcs: Rcs, service: Service) -> None:
    words, row = await sent(rcs, service, FEATURES, text="Which?", media=(PNG, FILM), buttons=("First",))
    assert words == {"text": "Which?"}
    cards = row["richCard"]["carouselCard"]["cardContents"]
    assert [card["media"]["contentInfo"] for card in cards] == [_url(PNG), _url(FILM)]
    assert len(row["suggestions"]) == 1


@pytest.mark.parametrize(
    ("features", "text", "media", "shape"),
    [
        ([], "Look", (PNG,), ["text", "contentInfo"]),
        ([CAROUSEL], "Look", (PNG,), ["text", "contentInfo"]),
        ([CARD], "x" * 2_001, (PNG,), ["text", "contentInfo"]),
        ([CARD], "x" * 3_073, (PNG,), ["text", "text", "contentInfo"]),
        ([CARD], "", (PNG,), ["contentInfo"]),
        ([CARD], "Look", (BILL,), ["text", "contentInfo"]),
        ([CARD, PDF_CARD], "Look", (BILL,), ["richCard"]),
        ([CARD], "Look", (PNG, FILM), ["text", "contentInfo", "contentInfo"]),
        ([CAROUSEL], "Look", (PNG, BILL), ["text", "contentInfo", "contentInfo"]),
        ([CAROUSEL], "", (PNG,) * 11, ["contentInfo"] * 11),
        ([CAROUSEL], "", (PNG,) * 10, ["richCard"]),
    ],
)
async def test_a_phone_gets_what_it_can_show(
    rcs: Rcs, service: Service, features: list[str], text: str, media: tuple[Media, ...], shape: list[str]
) -> None:
    assert [next(iter(body)) for body in await sent(rcs, service, features, text=text, media=media)] == shape


def test_without_an_address_that_google_calls_files_are_refused(service: Service, tmp_path: Path) -> None:
    rcs = at(service, tmp_path, "http://localhost:8000")
    assert rcs.plan(Outbound(to=TO, media=(PNG,), text="Look"), CONTEXT) == Refusal("plan.file_unsupported")


async def test_what_a_phone_can_do_is_asked(rcs: Rcs, service: Service, google: Google) -> None:
    google.says = Said(body={"features": FEATURES})
    assert await rcs.find_peer(TO) == Peer(features=frozenset(FEATURES))
    (asked,) = service.to(f"/v1/phones/{ANNA}/capabilities")
    assert asked.method == "GET"
    assert set(parse_qs(asked.query)) == {"requestId", "agentId"}
    google.says = _refusal(404, "The specified phone number cannot be reached by RBM at this time.")
    assert await rcs.find_peer(TO) == Peer(reachable=False)
    google.says = _refusal(429, "Quota exceeded")
    with pytest.raises(Trouble):
        await rcs.find_peer(TO)


def test_where_no_message_arrives_none_leaves(service: Service, tmp_path: Path) -> None:
    rcs, gone = at(service, tmp_path), Peer(reachable=False, at=NOW)
    assert rcs.plan(Outbound(to=TO, text="Hi"), Context(NOW, None, peer=gone)) == Refusal("plan.unreachable")
    assert isinstance(rcs.plan(Outbound(to=TO, text="Hi"), Context(NOW, NOW + 1, peer=gone)), Plan)


def _refusal(status: int, words: str = "no", **more: Any) -> Said:
    return Said(status, {"error": {"code": status, "message": words}}, **more)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (_refusal(409, "exists"), Accepted(KEY)),
        (_refusal(400, "Invalid phone number"), Failed("400: Invalid phone number")),
        (_refusal(403), Failed("channel.rcs.forbidden")),
        (_refusal(404), Failed("plan.unreachable", Peer(reachable=False))),
        (_refusal(429, headers=(("retry-after", "7"),)), Retry("channel.rcs.too_fast", 7.0, limit="account")),
        (_refusal(429), Retry("channel.rcs.too_fast", 10.0, limit="account")),
        (Said(503, b"<html>"), Retry("channel.rcs.unreachable")),
        (Said(cut=True), Unknown("delivery.no_answer")),
    ],
)
async def test_what_google_answers_is_what_becomes_of_it(
    rcs: Rcs, google: Google, answer: Said, outcome: Outcome
) -> None:
    google.says = answer
    assert await rcs.send(planned(rcs, text="x")[0], KEY) == outcome
    reason = getattr(outcome, "reason", "")
    assert not reason.startswith(("channel.", "plan.")) or reason in catalogue("en")


async def test_a_card_that_another_phone_cannot_show_leaves_plain_the_next_time(rcs: Rcs, google: Google) -> None:
    google.says = _refusal(400, "Rich cards aren't supported")
    (card,) = planned(rcs, FEATURES, text="Look", media=(PNG,))
    assert await rcs.send(card, KEY) == Failed("Rich cards aren't supported", Peer())
    assert len(planned(rcs, Peer().features, text="Look", media=(PNG,))) == 2


async def test_nothing_left_where_signing_in_failed(rcs: Rcs, service: Service, google: Google) -> None:
    google.signs_in = Said(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    assert await rcs.send(planned(rcs, text="x")[0], KEY) == Retry("channel.rcs.bad_account")
    assert service.to(MESSAGES) == []


async def test_a_message_of_several_parts_is_taken_back_whole(rcs: Rcs, service: Service, google: Google) -> None:
    names = [id_of(part_key(KEY, number)) for number in range(3)]

    def answer(asked: Asked) -> Said:
        there = asked.path in {f"{MESSAGES}/{name}" for name in names[:2]}
        return Said(body={}) if there else google(asked) if asked.path == "/token" else _refusal(404)

    service.answers = answer
    assert await rcs.amend(Amendment(deed="remove", message=KEY, to=TO), "key") == Accepted("")
    gone = [asked for asked in service.asked if asked.method == "DELETE"]
    assert [asked.path.rpartition("/")[2] for asked in gone] == names
    assert {asked.query for asked in gone} == {"agentId=lamps"}


async def test_what_the_phone_has_cannot_be_taken_back(rcs: Rcs, google: Google) -> None:
    google.says = _refusal(404)
    away = Amendment(deed="remove", message=KEY, to=TO)
    assert await rcs.amend(away, "key") == Failed("channel.rcs.already_there")
    google.says = _refusal(503)
    assert await rcs.amend(away, "key") == Retry("channel.rcs.unreachable")


async def test_typing_and_read_marks(service: Service, tmp_path: Path) -> None:
    quiet, open_ = at(service, tmp_path), at(service, tmp_path, reads=True)
    await quiet.show_typing(TO)
    await quiet.show_read(TO, "Ms1")
    await open_.show_read(TO, "Ms1")
    events = service.to(f"/v1/phones/{ANNA}/agentEvents")
    assert [one.json for one in events] == [{"eventType": "IS_TYPING"}, {"eventType": "READ", "messageId": "Ms1"}]
    assert all(set(parse_qs(one.query)) == {"eventId", "agentId"} for one in events)
    assert not at(service, tmp_path, typing=False).descriptor.typing_out


async def test_a_file_is_fetched_or_gone(rcs: Rcs, service: Service, google: Google) -> None:
    media = Media("a.gif", "image/gif", 3, url=f"{service.address}/77dd")
    google.says = Said(body=b"GIF")
    assert await rcs.fetch_media(media) == b"GIF"
    google.says = Said(404)
    with pytest.raises(NotFound):
        await rcs.fetch_media(media)


async def test_health_asks_about_a_number_that_nobody_has(rcs: Rcs, service: Service, google: Google) -> None:
    google.says = _refusal(404)
    assert await rcs.health() == Health(ok=True, who="lamps")
    assert service.asked[-1].path == f"/v1/phones/{NOBODY}/capabilities"


@pytest.mark.parametrize(
    ("answer", "settings", "problem"),
    [
        (_refusal(404), {"test_number": "+46 70 174 06 06"}, ("test_number", "channel.rcs.not_reached", "")),
        (_refusal(403, "not yours"), {}, ("agent_id", "channel.rcs.forbidden", "not yours")),
        (_refusal(400, "agentId is invalid"), {}, ("agent_id", "channel.rcs.refused", "agentId is invalid")),
        (_refusal(500), {}, ("", "channel.rcs.unreachable", "no")),
        (Said(body={}), {"agent_id": ""}, ("agent_id", "channel.rcs.missing", "")),
    ],
)
async def test_health_names_what_is_wrong(
    service: Service, google: Google, tmp_path: Path, answer: Said, settings: dict[str, Any], problem: Any
) -> None:
    google.says = answer
    assert await at(service, tmp_path, **settings).health() == Health(ok=False, problems=(problem,))
    assert problem[1] in catalogue("en")


@pytest.mark.parametrize("text", ["not JSON", "{}", service_account(private_key="no key")])
async def test_a_bad_service_account_is_named(service: Service, tmp_path: Path, text: str) -> None:
    bad = account(api_address=service.address)
    bad = replace(bad, secrets={**bad.secrets, "service_account": text})
    health = await Rcs(bad, Tools(means(tmp_path))).health()
    ((field, key, _),) = health.problems
    assert (field, key) == ("service_account", "channel.rcs.bad_account")
    assert service.asked == []


async def test_without_https_google_cannot_call(service: Service, tmp_path: Path) -> None:
    health = await at(service, tmp_path, "http://localhost").health()
    assert health.problems == (("", "channel.rcs.no_https", "http://localhost"),)
