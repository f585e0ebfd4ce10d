"""What an operator may set, and where it comes from: built-in values, then one TOML file, then the environment.

Every setting says here what it means; `lyhord settings` and `docs/reference/settings.md` are made from that.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

PREFIX = "LYHORD_"
CONFIG = "LYHORD_CONFIG"
"""The environment's way to name the file; it is no setting itself."""
DEFAULT_FILE = Path("lyhord.toml")

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")

Port = Annotated[int, Meta(ge=0, le=65_535)]


def _says(meaning: str, *, secret: bool = False) -> Meta:
    return Meta(description=meaning, extra={"secret": secret})


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their built-in values."""

    data_dir: Annotated[str, _says("Folder of the database, the files and the secret key.")] = "data"
    host: Annotated[str, _says("Address to listen on. `0.0.0.0` or `::` also answers other machines.")] = "127.0.0.1"
    port: Annotated[Port, _says("Port to listen on; 0 takes a free one.")] = 8000
    base_address: Annotated[
        str,
        _says(
            "Public address of this server, such as `https://help.example.org`; stands in links that are mailed. "
            "Empty: `http://localhost` and the port; where several processes serve on PostgreSQL it must be set."
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        _says("Proxies in front of this server, as addresses or blocks; only they are believed about the caller."),
    ] = ()
    private_networks: Annotated[
        tuple[str, ...],
        _says("Networks of your own, such as `10.1.0.0/16`, that addresses given by people may lead to. Empty: none."),
    ] = ()
    secret_key: Annotated[
        str,
        _says(
            "Key that seals stored credentials. Empty: made once and kept in `secret.key` in the data folder. "
            "Without it the credentials of inboxes are lost.",
            secret=True,
        ),
    ] = ""
    database: Annotated[
        str,
        _says(
            "Where the database is: `sqlite:` and a path, relative to the data folder, or `postgresql://` and an address. "
            "A password in it is better kept in a password file (`PGPASSFILE`)."
        ),
    ] = "sqlite:lyhord.db"
    databases: Annotated[
        dict[str, str],
        _says(
            "More databases, so that each workspace is in one of them or in `database`: a TOML table of names and `postgresql://` "
            "addresses. In the environment `name=address`, more of them after spaces. Empty: there is one."
        ),
    ] = msgspec.field(default_factory=dict)
    database_writers: Annotated[
        Annotated[int, Meta(ge=1, le=64)], _says("Connections that write to PostgreSQL; SQLite has one writer always.")
    ] = 4
    database_readers: Annotated[
        Annotated[int, Meta(ge=1, le=64)], _says("Threads that read beside those that write.")
    ] = 3
    bus: Annotated[
        str,
        _says(
            "How several processes on PostgreSQL tell each other what happens: `nats://` with host and port, more servers after "
            "commas. Empty: by the database, which takes up to 2 s.",
            secret=True,
        ),
    ] = ""
    upload_megabytes: Annotated[
        Annotated[int, Meta(ge=1)], _says("Largest file that agents and visitors may send.")
    ] = 25
    log_format: Annotated[
        Literal["text", "json"], _says("How the log is written: `text` for people, `json` for machines.")
    ] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _says("What the log leaves out: everything below this.")
    ] = "warning"
    metrics_token: Annotated[
        str,
        _says(
            "Token with which a monitoring system reads `/metrics`. Empty: only programs on this machine may, and only where "
            "neither a proxy nor a public address is set.",
            secret=True,
        ),
    ] = ""
    tracing_endpoint: Annotated[
        str,
        _says(
            "Address that takes traces (OTLP over HTTP), such as `http://localhost:4318`; needs `lyhord[tracing]`. Empty: none are "
            "recorded. Headers, sampling and the rest are set by OpenTelemetry's own variables (`OTEL_…`)."
        ),
    ] = ""
    tracing_callers: Annotated[
        Literal["ignored", "followed"],
        _says(
            "Whether a request that names a trace (`traceparent`) is part of it. `followed` only behind a proxy that sets that "
            "header itself or removes it."
        ),
    ] = "ignored"
    worker_port: Annotated[
        Port, _says("Port on which `lyhord worker` answers `/health`, `/ready` and `/metrics`; 0: on none.")
    ] = 0
    backup_dir: Annotated[
        str, _says("Folder for the backups that the worker makes, best on another disk. Empty: it makes none.")
    ] = ""
    backup_hours: Annotated[Annotated[int, Meta(ge=1, le=720)], _says("Hours from one backup to the next.")] = 1
    backup_keep: Annotated[Annotated[int, Meta(ge=1)], _says("How many backups are kept; older ones go.")] = 24
    smtp_host: Annotated[
        str, _says("Server for the mails of Lyhord itself (invitations, password resets). Empty: none are sent.")
    ] = ""
    smtp_port: Annotated[Port, _says("Port of that server.")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"], _says("How the connection to that server is protected.")
    ] = "starttls"
    smtp_username: Annotated[str, _says("User name at that server. Empty: no sign-in.")] = ""
    smtp_password: Annotated[str, _says("Password at that server.", secret=True)] = ""
    smtp_from: Annotated[str, _says("Sender of those mails, such as `Lyhord <no-reply@example.org>`.")] = ""


class Documented(Struct, frozen=True):
    """One setting as its page shows it."""

    name: str
    variable: str
    kind: str
    default: str
    meaning: str
    secret: bool


class SettingsRefused(Exception):
    """The settings can't be used. Each line names one setting, what is wrong and what to do."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load_settings(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises `SettingsRefused` with everything that is wrong at once.

    `file` must exist; without it `LYHORD_CONFIG`, else `lyhord.toml` where there is one.
    """
    environment = os.environ if environment is None else environment
    chosen = file or (Path(environment[CONFIG]) if environment.get(CONFIG) else None)
    given = _from_file(chosen, required=True) if chosen else _from_file(DEFAULT_FILE, required=False)
    lines = [_unknown(name, "") for name in given if name not in Settings.__struct_fields__]
    values = {name: value for name, value in given.items() if name in Settings.__struct_fields__}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == CONFIG:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in Settings.__struct_fields__:
            values[name] = text
        else:
            lines.append(_unknown(name, PREFIX))
    converted = dict(_converted(values, lines))
    if lines:
        raise SettingsRefused(lines)
    return Settings(**converted)


def list_settings() -> list[Documented]:
    """Every setting in the order in which it is declared."""
    defaults = Settings()
    hints = get_type_hints(Settings, include_extras=True)
    return [_document(name, hints[name], getattr(defaults, name)) for name in Settings.__struct_fields__]


def _document(name: str, hint: Any, default: Any) -> Documented:
    meta = next(part for part in reversed(get_args(hint)) if isinstance(part, Meta) and part.description)
    kind = next(arg for arg in get_args(hint) if not isinstance(arg, Meta))
    extra = meta.extra or {}
    shown = show(default)
    return Documented(name, PREFIX + name.upper(), _kind(kind), shown, meta.description or "", bool(extra["secret"]))


def show(value: Any) -> str:
    """A setting's value in one line."""
    if isinstance(value, dict):
        return " ".join(f"{name}={each}" for name, each in value.items())
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _kind(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(hint))
    if get_origin(hint) is tuple:
        return "list"
    if get_origin(hint) is dict:
        return "table"
    return {"int": "number", "str": "text"}[hint.__name__]


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not required:
            return {}
        raise SettingsRefused([f"The settings file {path} isn't there."]) from None
    except OSError as error:
        raise SettingsRefused([f"The settings file {path} can't be read: {error.strerror}."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused([f"The settings file {path} isn't valid TOML: {error}."]) from None


def _unknown(name: str, prefix: str) -> str:
    shown = prefix + (name.upper() if prefix else name)
    import difflib  # only who mistyped a name needs it

    near = difflib.get_close_matches(name.lower(), Settings.__struct_fields__, n=1, cutoff=0.5)
    meant = f" Did you mean {prefix + (near[0].upper() if prefix else near[0])}?" if near else ""
    return f"There is no setting {shown}.{meant} `lyhord settings` lists them all."


def _converted(values: Mapping[str, Any], lines: list[str]) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(Settings, include_extras=True)
    for name, value in values.items():
        if get_origin(get_args(hints[name])[0]) is tuple and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]  # noqa: PLW2901 - the same value, split
        if get_origin(get_args(hints[name])[0]) is dict and isinstance(value, str):
            value = dict(part.partition("=")[::2] for part in value.split())  # noqa: PLW2901 - as above
        try:
            converted = msgspec.convert(value, hints[name], strict=False)
            _check(name, converted)
        except (msgspec.ValidationError, ValueError) as error:
            lines.append(f"The setting {name} doesn't fit: {error}.")
        else:
            yield name, converted


def _check(name: str, value: Any) -> None:
    """Raise ValueError for what a type can't say."""
    if name in {"trusted_proxies", "private_networks"}:
        for network in value:
            ipaddress.ip_network(network, strict=name == "private_networks")
    elif name in {"base_address", "tracing_endpoint"} and value and not value.startswith(("http://", "https://")):
        raise ValueError("it starts with http:// or https://")
    elif name == "database" and not value.startswith(("sqlite:", "postgresql://", "postgres://")):
        raise ValueError("it starts with sqlite: or postgresql://")
    elif name == "databases":
        for each, address in value.items():
            if not _NAME.fullmatch(each) or each == "home":
                raise ValueError(f"{each!r} is no name: small letters and digits, and not home, which is `database`")
            if not address.startswith(("postgresql://", "postgres://")):
                raise ValueError(f"{each} starts with postgresql://")
    elif name == "bus" and value:
        list_servers(value)


def list_servers(bus: str) -> list[str]:
    """The addresses in the setting `bus`; raises ValueError for what is none."""
    servers = [part.strip() for part in bus.split(",")]
    scheme = servers[0].partition("://")[0]
    full = [one if "://" in one else f"{scheme}://{one}" for one in servers]
    if any(not one.startswith(("nats://", "tls://")) or not urlsplit(one).hostname for one in full):
        raise ValueError("it is nats:// with a host and a port; more of them after commas")
    return full
