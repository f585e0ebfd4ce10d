"""XML as XMPP has it: a stream that is read stanza by stanza, and stanzas that are written."""

from collections.abc import Iterator, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

COMPONENT = "jabber:component:accept"
STREAM = "http://etherx.jabber.org/streams"
MOST_BYTES = 1_000_000
"""Of one stanza. Servers have smaller limits of their own."""
MOST_DEPTH = 60


class Malformed(Exception):
    """What came isn't XMPP."""


class Element:
    """An element with its namespace, children and words."""

    __slots__ = ("attributes", "children", "name", "namespace", "text")

    def __init__(self, name: str, namespace: str = "", attributes: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.namespace = namespace
        self.attributes = dict(attributes or {})
        self.children: list[Element] = []
        self.text = ""

    def get(self, attribute: str) -> str:
        """An attribute, "" where there is none."""
        return self.attributes.get(attribute, "")

    def find(self, name: str, namespace: str) -> "Element | None":
        """The first child of a name in a namespace."""
        return next((one for one in self.children if (one.name, one.namespace) == (name, namespace)), None)

    def words(self, name: str, namespace: str) -> str:
        """The words of a child, "" where there is none."""
        found = self.find(name, namespace)
        return found.text if found is not None else ""

    def each(self, namespace: str) -> Iterator["Element"]:
        """The children of a namespace."""
        return (one for one in self.children if one.namespace == namespace)


class Reader:
    """Takes bytes as they come, and gives whole stanzas. The stream's own opening comes first, without children."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8", "\n")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._stack: list[Element] = []
        self._found: list[Element] = []
        self._size = 0
        self.ended = False

    def feed(self, data: bytes) -> list[Element]:
        """What is whole now. Raises `Malformed`."""
        self._size += len(data)
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as error:
            raise Malformed(str(error)) from None
        found, self._found = self._found, []
        if found:
            self._size = 0
        if self._size > MOST_BYTES:
            raise Malformed("a stanza without end")
        return found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition("\n")
        element = Element(name, namespace, {key.rpartition("\n")[2]: value for key, value in attributes.items()})
        if not self._stack:
            self._found.append(element)
        elif len(self._stack) > 1:
            self._stack[-1].children.append(element)
        if len(self._stack) > MOST_DEPTH:
            raise Malformed("too deep")
        self._stack.append(element)

    def _end(self, _tag: str) -> None:
        element = self._stack.pop()
        if len(self._stack) == 1:
            self._found.append(element)
        self.ended = self.ended or not self._stack

    def _say(self, text: str) -> None:
        if len(self._stack) > 1:
            self._stack[-1].text += text

    def _refuse(self, *_: object) -> None:
        raise Malformed("a document type")


def read_stanza(data: bytes) -> Element:
    """One stanza that stands alone. Raises `Malformed`."""
    reader = Reader()
    opening = f"<stream xmlns='{COMPONENT}'>".encode()
    found = [*reader.feed(opening), *reader.feed(data)]
    if len(found) != 2:
        raise Malformed("not one stanza")
    return found[1]


def element(name: str, namespace: str = "", /, *children: Element | str, **attributes: str) -> Element:
    """An element to write; attributes that are "" are left out."""
    made = Element(name, namespace, {key: value for key, value in attributes.items() if value})
    for child in children:
        if isinstance(child, str):
            made.text += child
        else:
            made.children.append(child)
    return made


def write(made: Element, within: str = COMPONENT) -> str:
    """An element as it stands on the wire, inside one of namespace `within`."""
    namespace = made.namespace or within
    spaces = f" xmlns={quoteattr(namespace)}" if namespace != within else ""
    attributes = "".join(f" {key}={quoteattr(_legal(value))}" for key, value in made.attributes.items())
    inside = escape(_legal(made.text)) + "".join(write(child, namespace) for child in made.children)
    return (
        f"<{made.name}{spaces}{attributes}>{inside}</{made.name}>" if inside else f"<{made.name}{spaces}{attributes}/>"
    )


def _legal(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r" or (one >= " " and not "\ud800" <= one <= "\udfff" and one not in "\ufffe\uffff")
    )
