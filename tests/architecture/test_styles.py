"""Styles know no left and right: they follow the lines of the language, so that a language written to the left needs none of its own."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, files

SIDED = re.compile(
    r"""(?:^|[\s;{"'])(?:
      (?:(?:margin|padding|scroll-margin|scroll-padding|border)-)?(?:left|right)(?:-\w+)?\s*:
    | border-(?:top|bottom)-(?:left|right)-radius\s*:
    | (?:text-align|float|clear)\s*:\s*(?:left|right)\b
    | (?:margin|padding|inset|border-width)\s*:\s*[^\s;]+\s+(?P<right>[^\s;]+)\s+[^\s;]+\s+(?!(?P=right)\s*;)[^\s;]+\s*;
    | translateX\((?!calc\([^;]*var\(--along\)|-?50%\))
    )""",
    re.VERBOSE | re.MULTILINE,
)
"""A declaration that names a side. What is moved sideways is multiplied by `--along` of tokens.css."""
STYLE = re.compile(r"<style[^>]*>(.*?)</style>|\bstyle=\"([^\"]*)\"|\bstyle:((?:left|right)\b)", re.DOTALL)
SCREEN = re.compile(r"env\(safe-area-inset-\w+\)")
"""The edges of a screen are where they are in any language."""


def sides(css: str) -> list[str]:
    """The declarations that name a side."""
    return [found[0].strip() for found in SIDED.finditer(SCREEN.sub("0", css))]


def styles() -> Iterator[tuple[str, str]]:
    """Every style of the front ends and of the pages made by Python, with the name of its file."""
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("frontend/", "src/")):
            continue
        if path.suffix == ".css":
            yield name, path.read_text()
        elif path.suffix in {".svelte", ".html"}:
            for found in STYLE.finditer(path.read_text()):
                yield name, next(part for part in found.groups() if part is not None)


def test_no_style_names_a_side() -> None:
    assert [f"{name}: {one}" for name, css in styles() for one in sides(css)] == []


@pytest.mark.parametrize(
    "css",
    [
        "a { margin-left: 8px; }",
        "a { border-right-width: 0; }",
        "left: 0;",
        "a {\n  right: 4px;\n}",
        "a { text-align: right; }",
        "a { padding: 1px 2px 3px 4px; }",
        "a { border-top-left-radius: 4px; }",
        "a { transform: translateX(16px); }",
    ],
)
def test_a_side_is_found(css: str) -> None:
    assert len(sides(css)) == 1


@pytest.mark.parametrize(
    "css",
    [
        "a { margin-inline-start: 8px; inset-inline: 0 auto; text-align: end; }",
        "a { padding: 1px 2px 3px 2px; }",
        "a { background: linear-gradient(to right, red, blue); }",
        "a { transform: translateX(calc(-101% * var(--along))); }",
        "a { padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left); }",
    ],
)
def test_what_follows_the_line_is_fine(css: str) -> None:
    assert sides(css) == []
