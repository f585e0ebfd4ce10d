"""What an import is, what a file's columns may be, and what a row of it says. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from lyhord.contacts.model import (
    ABOUT_LIMIT,
    MOST_TAGS,
    Attribute,
    Definition,
    clean_tag,
)
from lyhord.kit.text import VALUE_LIMIT, clean, clean_name, fold, fold_for_search

Status = Literal["ready", "running", "done", "cancelled", "failed"]
Outcome = Literal["made", "changed", "same", "refused"]
Separator = Literal[",", ";", "\t", "|"]
Encoding = Literal["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
Key = tuple[str, str]

MOST_COLUMNS = 200
ATTRIBUTE = "attribute:"
FIELDS = (
    "name", "first_name", "last_name", "email", "phone", "organization", "tags", "external_id", "language", "about",
)  # fmt: skip
"""What a column may be. `attribute:<key>` is one more, and empty is a column that is passed over."""
_HEADS = {
    "name": "name namn navn nimi 姓名 full_name display_name kund customer asiakas kunde 客户",
    "first_name": "first_name firstname given_name fornamn förnamn fornavn etunimi 名",
    "last_name": "last_name lastname surname family_name efternamn etternavn sukunimi 姓",
    "email": "email e_mail mail epost e_post sahkoposti sähköposti email_address mejl 邮箱 电子邮件",
    "phone": "phone telephone mobile cell tel telefon mobil mobiltelefon puhelin puhelinnumero phone_number 电话 手机",
    "organization": "organization organisation company account foretag företag firma bedrift selskap yritys organisaatio 公司 组织",
    "tags": "tags tag labels label taggar etikett merker tunnisteet 标签",
    "external_id": "external_id id customer_id customer_number kundnummer kundenummer asiakasnumero externt_id 编号 客户编号",
    "language": "language locale lang sprak språk språkkod kieli 语言",
    "about": "about notes note comment comments anteckning anteckningar notat notater muistiinpanot 备注",
}
_MEANT = {fold_for_search(word): field for field, words in _HEADS.items() for word in words.split()}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_SPLIT = re.compile(r"[;|\n]|,\s")
_YES = frozenset(["yes", "y", "true", "1", "x", "ja", "j", "kylla", "kyllä", "k", "是"])
_NO = frozenset(["no", "n", "false", "0", "nej", "nei", "ei", "e", "否"])
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is read. `fields` say what each column is. `tags` are put on everybody in it.

    With `replace` what the file says takes the place of what is known; else it only fills what is missing.
    """

    encoding: Encoding = "utf-8"
    separator: Separator = ","
    header: bool = True
    fields: Annotated[tuple[Annotated[str, Meta(max_length=160)], ...], Meta(max_length=MOST_COLUMNS)] = ()
    tags: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=MOST_TAGS)] = ()
    replace: bool = False


class Counts(Struct, frozen=True):
    """What became of the rows so far."""

    made: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        """How many that are altogether."""
        return self.made + self.changed + self.same + self.refused


class Import(Struct, frozen=True, kw_only=True):
    """One import. `rows` is how many rows the file has, without its head; `problem` a message key, where it failed."""

    id: str
    name: str
    status: Status
    options: Options
    rows: int
    counts: Counts
    problem: str | None
    made_by: str
    made_at: int
    ended_at: int | None


class Refusal(Struct, frozen=True):
    """Why a row isn't taken: a message key, and what in the row is meant."""

    reason: str
    what: str = ""


class Row(Struct, frozen=True):
    """What a row says about one contact. `keys` are its identities (scheme, value as it was written)."""

    keys: tuple[Key, ...]
    name: str = ""
    organization: str = ""
    language: str = ""
    about: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, Attribute] = {}

    def folded(self, scheme: str = "") -> list[Key]:
        """Its identities as they are compared, those of one scheme or all."""
        return [(kind, fold(kind, value)) for kind, value in self.keys if scheme in ("", kind)]


class Unfit(Exception):
    """Raised inside `read_row` with the refusal."""

    def __init__(self, reason: str, what: str = "") -> None:
        self.refusal = Refusal(reason, clean_name(what))
        super().__init__(reason)


def guess_fields(head: Sequence[str], definitions: Sequence[Definition]) -> tuple[str, ...]:
    """What the columns are likely to be, by their heads. Only addresses and tags may come twice."""
    known = {fold_for_search(one.name): ATTRIBUTE + one.key for one in definitions if one.subject == "contact"}
    fields: list[str] = []
    for cell in head:
        word = fold_for_search(clean_name(cell))
        guess = known.get(word) or _MEANT.get(re.sub(r"[\W_]+", "_", word).strip("_"), "")
        again = guess in fields and guess not in ("email", "phone", "tags")
        fields.append("" if again else guess)
    return tuple(fields)


def read_row(
    cells: Sequence[str], fields: Sequence[str], definitions: Mapping[str, Definition], tags: Sequence[str] = ()
) -> Row | Refusal:
    """What a row says, or why it can't be taken."""
    said: dict[str, list[str]] = {}
    for field, cell in zip(fields, cells, strict=False):
        if field and cell.strip():
            said.setdefault(field, []).append(cell.strip())
    try:
        return _row(said, definitions, tags)
    except Unfit as unfit:
        return unfit.refusal


def _row(said: Mapping[str, list[str]], definitions: Mapping[str, Definition], tags: Sequence[str]) -> Row:
    for cells in said.values():
        if any(len(cell) > ABOUT_LIMIT for cell in cells):
            raise Unfit("imports.refused_long")
    keys = tuple(dict.fromkeys([*_emails(said), *_phones(said), *_external(said)]))
    if not keys:
        raise Unfit("imports.refused_no_address")
    parts = said.get("name") or [*said.get("first_name", ()), *said.get("last_name", ())]
    language = "".join(said.get("language", [])[:1])
    if language and not _LANGUAGE.fullmatch(language):
        raise Unfit("imports.refused_language", language)
    words = [*tags, *(word for cell in said.get("tags", ()) for word in _SPLIT.split(cell.replace(",", ", ")))]
    return Row(
        keys=keys,
        name=clean_name(" ".join(parts)),
        organization=clean_name("".join(said.get("organization", [])[:1])),
        language=language,
        about=clean("\n".join(said.get("about", ())), ABOUT_LIMIT),
        tags=tuple(dict.fromkeys(clean_tag(word) for word in words if clean_name(word).strip("#"))),
        attributes=_attributes(said, definitions),
    )


def _emails(said: Mapping[str, list[str]]) -> list[Key]:
    found = []
    for cell in (part.strip() for one in said.get("email", ()) for part in _SPLIT.split(one) if part.strip()):
        folded = fold("email", cell)
        local, _, domain = folded.rpartition("@")
        if not local or not domain or " " in folded or len(cell) > VALUE_LIMIT:
            raise Unfit("imports.refused_email", cell)
        found.append(("email", cell))
    return found


def _phones(said: Mapping[str, list[str]]) -> list[Key]:
    found = []
    for cell in (part.strip() for one in said.get("phone", ()) for part in _SPLIT.split(one) if part.strip()):
        number = cell.removeprefix("'")
        if not 5 <= len(fold("tel", number).lstrip("+")) <= 20 or re.search(r"[^\W\d_]", number):
            raise Unfit("imports.refused_phone", cell)
        found.append(("tel", number))
    return found


def _external(said: Mapping[str, list[str]]) -> list[Key]:
    return [("external", name) for cell in said.get("external_id", ()) if (name := clean_name(cell, VALUE_LIMIT))]


def _attributes(said: Mapping[str, list[str]], definitions: Mapping[str, Definition]) -> dict[str, Attribute]:
    found: dict[str, Attribute] = {}
    for field, cells in said.items():
        if field.startswith(ATTRIBUTE):
            key = clean_name(field.removeprefix(ATTRIBUTE))
            value = _typed(definitions.get(key), cells[0])
            if value is None:
                raise Unfit("imports.refused_value", f"{key}: {cells[0]}")
            found[key] = value
    return found


def _typed(definition: Definition | None, cell: str) -> Attribute | None:
    """A cell as its field wants it; None where it doesn't fit."""
    word = fold_for_search(cell)
    match definition.kind if definition else "text":
        case "number":
            return _number(cell)
        case "yes_no":
            return True if word in _YES else False if word in _NO else None
        case "date":
            return _date(cell)
        case "choice":
            choices = definition.choices if definition else ()
            return next((one for one in choices if fold_for_search(one) == word), None)
        case _:
            return clean(cell, ABOUT_LIMIT)


def _number(cell: str) -> Attribute | None:
    text = re.sub(r"[\s\u00a0\u202f']", "", cell)
    if not re.fullmatch(r"-?\d{1,15}([.,]\d{1,9})?", text):
        return None
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _date(cell: str) -> str | None:
    dotted = _DAY_FIRST.fullmatch(cell)
    text = f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}" if dotted else cell[:10]
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
