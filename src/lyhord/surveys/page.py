"""The page on which a survey is answered: HTML that needs no script, in the customer's language. Pure."""

import hashlib
from base64 import b64encode
from html import escape

from msgspec import Struct

from lyhord.kit.words import say
from lyhord.surveys.links import PLACE
from lyhord.surveys.model import SCALES, SurveyText

STYLE = """
:root{color-scheme:light dark;--text:light-dark(#15191b,#e9eceb);--text-2:light-dark(#4d5659,#aab3b5);--ground:light-dark(#f6f7f7,#15181a);
--raised:light-dark(#fff,#1f2326);--line:light-dark(#868f92,#727d81);--accent:light-dark(#0f5e63,#6cc7c4);--on:light-dark(#fff,#0d2223)}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','PingFang SC',sans-serif;
color:var(--text);background:var(--ground)}
main{max-width:36rem;margin:0 auto;padding:2rem 1.25rem 3rem}
header{font-size:1.25rem;font-weight:600;margin-bottom:1.5rem}
h1{font-size:1.25rem;line-height:1.35;margin:0 0 .25rem}
p{margin:.25rem 0 1rem}
.why,.hint,label.words{color:var(--text-2)}
[role=status]{font-weight:600;padding:.75rem 1rem;border-radius:.625rem;background:var(--raised);
border-inline-start:.25rem solid var(--accent)}
fieldset{border:0;margin:0 0 1.25rem;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(3rem,1fr));gap:.5rem}
fieldset label{position:relative;display:block;cursor:pointer}
fieldset input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0;cursor:pointer}
fieldset span{display:flex;flex-direction:column;align-items:center;justify-content:center;min-height:3.5rem;border:1px solid var(--line);
border-radius:.625rem;background:var(--raised);font-variant-numeric:tabular-nums}
fieldset span b{font-size:1.375rem;font-weight:400;line-height:1.2}
fieldset input:checked+span{background:var(--accent);color:var(--on);border-color:var(--accent);font-weight:600}
fieldset input:focus-visible+span,button:focus-visible,textarea:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
textarea{display:block;width:100%;min-height:7rem;margin:.25rem 0 1.25rem;padding:.625rem .75rem;font:inherit;color:inherit;
background:var(--raised);border:1px solid var(--line);border-radius:.625rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.5rem;border:0;border-radius:.625rem;background:var(--accent);
color:var(--on);cursor:pointer}
@media(max-width:30rem){fieldset.eleven{grid-template-columns:repeat(6,1fr)}}
""".strip()
_DIGEST = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may do: look as it does, and send its form to us."""
_FACES = {1: "😠", 2: "😞", 3: "😐", 4: "😊", 5: "😃"}


class Asked(Struct, frozen=True):
    """What the page shows: whose it is, what is asked, what was chosen and written so far; `told` is a key of what just happened."""

    company: str
    language: str
    kind: str
    words: SurveyText
    token: str
    score: int | None = None
    said: str = ""
    told: str = ""


def show(asked: Asked) -> str:
    """The page with the question, or thanks for the answer, which can be changed or added to."""
    language = asked.language
    status = f'<p role="status">{_say(language, asked.told)}</p>' if asked.told else ""
    body = (
        f"{status}<h1 id=question>{escape(asked.words.question)}</h1>"
        f'<p class="hint">{_say(language, f"survey.scale.{asked.kind}")}</p>'
        f'<form method="post" action="{PLACE}"><input type="hidden" name="of" value="{escape(asked.token)}">'
        f"{_scores(asked)}"
        f'<label class="words" for="words">{_say(language, "survey.page.words")}</label>'
        f'<textarea id="words" name="words" maxlength="2000">{escape(asked.said)}</textarea>'
        f"<button>{_say(language, 'survey.page.send')}</button></form>"
        f'<p class="why"><br>{escape(asked.words.why)}</p>'
    )
    return _page(asked.company, language, body)


def show_over(company: str, language: str) -> str:
    """The page of a question that can't be answered any more, or of an address that is none."""
    return _page(
        company, language, f"<h1>{_say(language, 'survey.page.over')}</h1><p>{_say(language, 'survey.page.write')}</p>"
    )


def _scores(asked: Asked) -> str:
    least, most = SCALES[asked.kind]
    labels = "".join(
        f'<label><input type="radio" name="score" value="{one}" required{" checked" if one == asked.score else ""}>'
        f"<span>{f'<b aria-hidden=true>{_FACES[one]}</b>' if asked.kind == 'csat' else ''}{one}</span></label>"
        for one in range(least, most + 1)
    )
    wide = ' class="eleven"' if most - least == 10 else ""
    return f"<fieldset{wide} aria-labelledby=question>{labels}</fieldset>"


def _page(company: str, language: str, body: str) -> str:
    name = escape(company)
    title = _say(language, "survey.page.title")
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}{' – ' if name else ''}{name}</title><style>{STYLE}</style></head>"
        f"<body><main>{f'<header>{name}</header>' if name else ''}{body}</main></body></html>"
    )


def _say(language: str, key: str) -> str:
    return escape(say(language, key))
