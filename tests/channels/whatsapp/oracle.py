"""Two judges of what we send, neither written here: Meta's own examples, and the messages that the library pywa makes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from pywa import WhatsApp

OURS = {"biz_opaque_callback_data", "recipient", "voice", "parameter_name"}
"""Fields that Meta documents since its examples were written (messages, business-scoped user ids, voice messages, templates)."""


def faults(ours: Any, example: Any, where: str = "") -> list[str]:
    """Where our body has another shape than Meta's example of it: other fields, or values of another kind."""
    return list(_faults(ours, example, where))


def _faults(ours: Any, example: Any, where: str) -> Iterator[str]:
    if isinstance(example, dict) and isinstance(ours, dict):
        yield from (f"{where}.{name} is unknown" for name in ours if name not in example and name not in OURS)
        yield from (f"{where}.{name} is missing" for name in example if name not in ours)
        for name in ours.keys() & example.keys():
            yield from _faults(ours[name], example[name], f"{where}.{name}")
    elif isinstance(example, list) and isinstance(ours, list):
        for number, one in enumerate(ours):
            found = [faults(one, other, f"{where}[{number}]") for other in example]
            yield from min(found, key=len) if found else [f"{where} has more"]
    elif type(ours) is not type(example):
        yield f"{where}: {ours!r} is no {type(example).__name__}"


def pywas(say: Callable[[WhatsApp], object]) -> Any:
    """The body that pywa would send, without ever reaching anybody."""
    bodies: list[Any] = []

    def take(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        contacts = [{"input": "1", "wa_id": "46701740606", "user_id": "SE.1"}]
        return httpx.Response(200, json={"contacts": contacts, "messages": [{"id": "wamid.9"}], "success": True})

    with httpx.Client(transport=httpx.MockTransport(take)) as session:
        say(WhatsApp(phone_id="1", token="token", session=session))
    (body,) = bodies
    return alike(body)


def alike(body: Any) -> Any:
    """A body without what two ways of writing it may differ in: case of kinds, a plus, and what is null or empty."""
    if isinstance(body, list):
        return [alike(one) for one in body]
    if not isinstance(body, dict):
        return body
    found = {name: alike(one) for name, one in body.items() if one not in (None, [])}
    for name in ("type", "sub_type"):
        if isinstance(found.get(name), str):
            found[name] = found[name].lower()
    if isinstance(found.get("to"), str):
        found["to"] = found["to"].lstrip("+")
    return found
