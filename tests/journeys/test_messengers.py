"""LINE, Viber and WeChat by hand in a browser: what each asks for and says is wrong, and a follower on WeChat answered to the end."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import xmltodict
from playwright.sync_api import Page, expect
from wechatpy.crypto import WeChatCrypto

from tests.browsers import violations
from tests.counterparts.loopback import Asked, Said, Service, loopback
from tests.journeys.desk import PICTURE, Desk, context, page
from tests.journeys.running import Office, Running, eventually

__all__ = ["context", "page"]

pytestmark = pytest.mark.long

SHOTS = Path("test-output/messengers")
APP_ID, TOKEN, AES_KEY = "wx0123456789abcdef", "tokenofthecalls", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ANNA = "oABCD1234anna"
SEND = "/cgi-bin/message/custom/send"


def wechat(asked: Asked) -> Said:
    """As much of WeChat as answering somebody takes."""
    if asked.path == "/cgi-bin/stable_token":
        known = asked.json["secret"] == "secret-of-the-account"
        return Said(
            body={"access_token": "t", "expires_in": 7200} if known else {"errcode": 40125, "errmsg": "invalid"}
        )
    if asked.path == "/cgi-bin/media/get":
        return Said(body=PICTURE)
    return Said(body={"errcode": 0, "errmsg": "ok"})


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with loopback(wechat) as service:
        yield service


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, post_office: Any) -> Iterator[Desk]:
    """A desk that may call addresses of this machine."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Running(tmp_path_factory.mktemp("desk"), private_networks="127.0.0.0/8") as running:
        desk = Desk(running, Office(running), post_office)
        desk.prepare()
        yield desk
        desk.close()


def look(page: Page, name: str) -> None:
    """A picture, and what axe-core says of it."""
    page.screenshot(path=SHOTS / f"{name}.png")
    assert violations(page) == []


def begin(page: Page, desk: Desk, channel: str) -> Any:
    """The page that connects one."""
    page.goto(f"{desk.running.base}/app/settings/inboxes")
    page.get_by_role("button", name="Connect inbox").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(f"^{channel}")).click()
    return dialog


@pytest.mark.parametrize(
    ("channel", "fields"),
    [("LINE", ("Channel access token", "Channel secret")), ("Viber", ("Token of the bot",))],
)
def test_what_must_be_called_from_outside_says_what_it_lacks(
    page: Page, desk: Desk, channel: str, fields: tuple[str, ...]
) -> None:
    dialog = begin(page, desk, channel)
    for field in fields:
        dialog.get_by_label(field).fill("something that was pasted")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text(f"{channel} only calls addresses that start with https://")).to_be_visible()
    look(page, channel.lower())
    for scheme, width in (("dark", 1280), ("light", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 844})
        look(page, f"{channel.lower()}-{scheme}-{width}")


def test_a_follower_is_answered_on_wechat(page: Page, desk: Desk, service: Service) -> None:
    dialog = begin(page, desk, "WeChat")
    dialog.get_by_label("AppID").fill(APP_ID)
    dialog.get_by_label("AppSecret").fill("not the secret")
    dialog.get_by_label("Token of the server configuration").fill(TOKEN)
    dialog.get_by_label("EncodingAESKey").fill(AES_KEY)
    dialog.get_by_text("More settings").click()
    dialog.get_by_label("Address of WeChat's API").fill(service.address)
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_label("AppSecret")).to_have_attribute("aria-invalid", "true")
    look(page, "wechat-secret")
    dialog.get_by_label("AppSecret").fill("secret-of-the-account")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text(f"The account works: {APP_ID}")).to_be_visible()
    look(page, "wechat-connect")
    dialog.get_by_role("button", name="Connect inbox").click()
    inbox = eventually(lambda: [one for one in desk.office.get("/inboxes") if one["channel"] == "wechat"])[0]
    called = inbox["address"].replace(inbox["address"].partition("/in/")[0], desk.running.base)

    assert say(called, "1", "text", Content="灯在哪里？") == "success"
    assert say(called, "2", "image", PicUrl="http://p.example/1", MediaId="M") == "success"
    page.goto(desk.address_of(ANNA))
    expect(page.get_by_text("灯在哪里？").first).to_be_visible()
    expect(page.locator("article.in img").first).to_be_visible()
    writing = page.get_by_role("textbox", name="Write a reply")
    writing.fill("已寄出，明天到。")
    writing.press("Control+Enter")
    sent = eventually(lambda: service.to(SEND))[0].json
    assert (sent["touser"], sent["text"]) == (ANNA, {"content": "已寄出，明天到。"})
    look(page, "wechat-answered")


def say(address: str, number: str, kind: str, **more: str) -> str:
    """Anna says it, sealed as wechatpy seals; what WeChat hears."""
    facts = {"FromUserName": ANNA, "CreateTime": "1772355600", "MsgType": kind, "MsgId": number, **more}
    document = f"<xml>{''.join(f'<{name}><![CDATA[{value}]]></{name}>' for name, value in facts.items())}</xml>"
    told = xmltodict.parse(WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(document, "nonce", "1772355600"))["xml"]
    query = {"timestamp": "1772355600", "nonce": "nonce", "encrypt_type": "aes", "msg_signature": told["MsgSignature"]}
    body = f"<xml><Encrypt><![CDATA[{told['Encrypt']}]]></Encrypt></xml>"
    answer = httpx.post(address, params=query, content=body.encode(), timeout=30)
    return answer.raise_for_status().text
