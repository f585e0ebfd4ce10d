"""The HTML of posts as text: paragraphs and breaks as lines, links as their addresses, mentions as they are written."""

from html.parser import HTMLParser

from typing_extensions import override

_MOST = 200_000


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        kinds = (known.get("class") or "").split()
        if tag == "br":
            self.parts.append("\n")
        elif tag in {"p", "blockquote", "pre", "ul", "ol"} and self.parts:
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "a" and not {"mention", "hashtag"} & set(kinds):
            self._link = known.get("href") or ""
            self.parts.append(self._link)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""

    @override
    def handle_data(self, data: str) -> None:
        if not self._link:
            self.parts.append(data)


def to_text(html: str) -> str:
    """What a post says, without elements. Never raises."""
    reader = _Reader()
    reader.feed(html[:_MOST])
    reader.close()
    lines = "".join(reader.parts).replace("\u00a0", " ").splitlines()
    text = "\n".join(line.strip() for line in lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()
