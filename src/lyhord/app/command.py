"""The command `lyhord`. Each command imports what it needs when it runs, so that help and `version` are quick.

The standard library reads the command line: what a larger one brings along would stay in the server's memory (decision 7).
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lyhord.app.lean import before_start, starting

if TYPE_CHECKING:
    from lyhord.app.folder import DataFolder
    from lyhord.app.settings import Settings

Given = argparse.Namespace


class Option(NamedTuple):
    """An argument (`file`) or an option (`--port`). A `kind` of bool is a switch."""

    name: str
    help: str
    kind: Callable[[str], Any] | type[bool] = str
    optional: bool = True


class Command(NamedTuple):
    """One command: its words, what it does, what it takes."""

    words: tuple[str, ...]
    run: Callable[[Given], None]
    help: str
    options: tuple[Option, ...] = ()


CONFIG = Option("--config", "TOML file with settings. [default: lyhord.toml, if there]", Path)
DATA_DIR = Option("--data-dir", "Folder of the database and the files. [default: data]")
HOST = Option("--host", "Address to listen on. [default: 127.0.0.1]")
PORT = Option("--port", "Port to listen on; 0 takes a free one. [default: 8000]", int)
WORKSPACE = Option("--workspace", "Which workspace, by id, where there are several.")
INBOX = Option("--inbox", "Which inbox, by id; `lyhord inbox list` shows them.")
PLACE = (CONFIG, DATA_DIR)


def serve(given: Given) -> None:
    starting()
    from lyhord.app.running import serve

    serve(_settings(given), worker=True, say=_say)


def web(given: Given) -> None:
    starting()
    from lyhord.app.running import serve

    serve(_settings(given), worker=False, say=_say)


def worker(given: Given) -> None:
    starting()
    from lyhord.app.running import work

    work(_settings(given), say=_say)


def import_mail(given: Given) -> None:
    from lyhord.app.archive import import_archive

    import_archive(_settings(given), given.words[1], given.source, workspace=given.workspace, inbox=given.inbox)


def backup(given: Given) -> None:
    from lyhord.app.backing_up import snapshot
    from lyhord.app.backup import How, make_backup
    from lyhord.app.engines import make_engines
    from lyhord.app.folder import data_folder
    from lyhord.app.refusals import BackupRefused

    settings = _settings(given)
    folder = data_folder(settings)
    if given.target is None:
        if not settings.backup_dir:
            raise BackupRefused("Name a folder for the backup, or set backup_dir, in which a series of them is kept.")
        made = snapshot(settings)
        manifest, target = made.manifest, made.path
    else:
        target = given.target
        manifest = make_backup(folder, target, How(with_key=given.with_key), engines=make_engines(settings, folder))
    _say(f"Backed up {_databases(len(manifest.databases))} and {len(manifest.files)} files to {target}.")
    if not given.with_key:
        _say(
            f"Keep {folder.secret_key} (or the setting secret_key) elsewhere: without it, inboxes need their passwords again."
        )


def restore(given: Given) -> None:
    from lyhord.app.engines import make_engines
    from lyhord.app.restore import restore_backup

    with _alone(given) as (settings, folder):
        engines = make_engines(settings, folder)
        manifest = restore_backup(folder, given.source, engines=engines, replace=given.replace)
    restored = f"{_databases(len(manifest.databases))} and {len(manifest.files)} files"
    _say(f"Restored {restored}. Start the product with `lyhord serve`.")


def recover(given: Given) -> None:
    from lyhord.app.engines import make_engines
    from lyhord.app.restore import take_over

    with _alone(given) as (settings, folder):
        broken = take_over(folder, make_engines(settings, folder))
    for line in broken:
        _say(line)
    if broken:
        _say(
            "Everybody would start afresh, but not all is there. Bring back what is missing, or all as it was at another moment, and "
            "call `lyhord recover` again; or start the product without it."
        )
        raise SystemExit(1)
    _say("All is there, and everybody starts afresh. Start the product with `lyhord serve`.")


def drill(given: Given) -> None:
    from lyhord.app.drill import drill
    from lyhord.app.engines import make_engines, make_scratch
    from lyhord.app.folder import data_folder

    settings = _settings(given)
    series = given.series or Path(settings.backup_dir or "nowhere")
    folder = data_folder(settings)
    scratch = make_scratch(settings, folder, given.scratch or "")
    found = drill(series, make_engines(settings, folder), scratch=scratch)
    _say(f"Restored {found.source}: {found.size / 1e6:.1f} MB of database and {found.files} files.")
    _say(f"It is {found.age / 60:.1f} minutes old: so much would be lost now. Restoring took {found.took:.1f} s.")
    for line in found.broken:
        _say(line)
    if found.broken:
        raise SystemExit(1)
    _say("Everything is there: the log without gaps, an event for every message, every file with its hash.")


def migrate(given: Given) -> None:
    from lyhord.app.engines import make_engines
    from lyhord.app.folder import data_folder, prepare_folder
    from lyhord.app.schema import prepare

    settings = _settings(given)
    folder = data_folder(settings)
    prepare_folder(folder)
    for name, engine in make_engines(settings, folder).items():
        before, after = prepare(engine)
        was = "" if before == after else f" It was at {before or 'none'}."
        _say(f"The database {name} is at step {after}.{was}")


def settings(given: Given) -> None:
    from lyhord.app.settings import list_settings, show

    present = _settings(given)
    for setting in list_settings():
        value = getattr(present, setting.name)
        shown = show(value)
        _say(f"{setting.name} = {'(set)' if setting.secret and shown else shown}")
        _say(f"    {setting.meaning}")
        _say(f"    {setting.kind}; default: {setting.default or 'empty'}; environment: {setting.variable}\n")


def version(_: Given) -> None:
    from lyhord import __version__

    _say(f"Lyhord {__version__} on Python {sys.version.split()[0]}")


def sign_in_link(given: Given) -> None:
    from lyhord.app.first_run import make_sign_in_link

    _say(make_sign_in_link(_settings(given), given.email or ""))


def channels(_: Given) -> None:
    from lyhord.app.channels import CHANNELS, NOT_OFFERED

    for name in CHANNELS:
        _say(name)
    for missing in NOT_OFFERED:
        _say(f"{missing.channel} (not offered): {missing.why}")


def list_inboxes(given: Given) -> None:
    from lyhord.app.first_run import list_inbox_lines

    for line in list_inbox_lines(_settings(given), given.workspace):
        _say(line)


def list_workspaces(given: Given) -> None:
    from lyhord.app.moving import list_workspace_lines

    for line in list_workspace_lines(_settings(given)):
        _say(line)


def hear(given: Given) -> None:
    from lyhord.app.moving import hear_all_again

    _say(hear_all_again(_settings(given)))


def rebuild_insights(given: Given) -> None:
    from lyhord.app.facts import rebuild_insights

    rebuild_insights(_settings(given), given.workspace, _say)


def add_workspace(given: Given) -> None:
    from lyhord.app.moving import add_workspace

    _say(add_workspace(_settings(given), given.name))


def move_workspace(given: Given) -> None:
    from lyhord.app.moving import move_workspace

    move_workspace(_settings(given), given.id, given.database, _say)


def delete_workspace(given: Given) -> None:
    from lyhord.app.leaving import delete_workspace

    _say(delete_workspace(_settings(given), given.id, given.name or "", now=given.now))


def keep_workspace(given: Given) -> None:
    from lyhord.app.leaving import keep_it

    _say(keep_it(_settings(given), given.id))


_MBOX = Option("source", "The mbox file.", Path, optional=False)
_MAILDIR = Option("source", "The maildir: a folder with cur/ and new/ in it.", Path, optional=False)
_WHERE = (*PLACE, WORKSPACE, INBOX)
_ID = Option("id", "Which workspace; `lyhord workspace list` shows them.", optional=False)
COMMANDS = (
    Command(
        ("serve",),
        serve,
        "Start everything in one process, web and worker: what a small company needs.",
        (*PLACE, HOST, PORT),
    ),
    Command(("web",), web, "Start the web alone; `lyhord worker` then sends and fetches.", (*PLACE, HOST, PORT)),
    Command(("worker",), worker, "Start the worker alone: it sends, fetches, follows the log and keeps time.", PLACE),
    Command(
        ("import", "mbox"),
        import_mail,
        "Import an mbox file as history: no ticket opens, nothing comes twice.",
        (_MBOX, *_WHERE),
    ),
    Command(
        ("import", "maildir"),
        import_mail,
        "Import a maildir as history: no ticket opens, nothing comes twice.",
        (_MAILDIR, *_WHERE),
    ),
    Command(
        ("backup",),
        backup,
        "Copy the database and all files while the product runs.",
        (
            Option(
                "target",
                "Folder for the backup; into the same one again, only what is new is copied. [default: backup_dir]",
                Path,
            ),
            *PLACE,
            Option("--with-key", "Add secret.key, which opens the stored credentials.", bool),
        ),
    ),
    Command(
        ("restore",),
        restore,
        "Check a backup and put it in place. The product must not be running.",
        (
            Option("source", "Folder of a backup.", Path, optional=False),
            *PLACE,
            Option("--replace", "Put the present database aside first.", bool),
        ),
    ),
    Command(
        ("recover",),
        recover,
        "After the database came back by other means (Litestream, PostgreSQL's archive): check it, and let everybody start afresh.",
        PLACE,
    ),
    Command(
        ("drill",),
        drill,
        "Restore the newest backup to a scratch place, check it, and say how old it is and how long that took.",
        (
            Option("series", "Folder with backups. [default: backup_dir]", Path),
            *PLACE,
            Option(
                "--scratch",
                "PostgreSQL: address of an empty database to restore into; for several, name=address, more of them after spaces. "
                "[default: made for the time being]",
            ),
        ),
    ),
    Command(
        ("migrate",), migrate, "Bring the database to what this version needs. `lyhord serve` does so by itself.", PLACE
    ),
    Command(("settings",), settings, "Say what can be set, what it means and what is in force.", PLACE),
    Command(
        ("sign-in-link",),
        sign_in_link,
        "Print a one-time link for an administrator who is locked out; it sets a new password, and removes second factors.",
        (Option("email", "Address of the administrator, where there are several."), *PLACE),
    ),
    Command(("inbox", "list"), list_inboxes, "List the connected inboxes with their ids.", (*PLACE, WORKSPACE)),
    Command(("workspace", "list"), list_workspaces, "List the workspaces: id, database, messages, name.", PLACE),
    Command(
        ("workspace", "add"),
        add_workspace,
        "Make a workspace, in the database with the fewest; prints the link for its first administrator.",
        (Option("name", "What it is called.", optional=False), *PLACE),
    ),
    Command(
        ("workspace", "move"),
        move_workspace,
        "Move a workspace to another database while it is in use; again after an interruption, it finishes.",
        (
            _ID,
            Option("database", "Where to: a name from the setting databases, or home.", optional=False),
            *PLACE,
        ),
    ),
    Command(
        ("workspace", "delete"),
        delete_workspace,
        "Erase a workspace with everything in it, in fourteen days; `lyhord workspace keep` takes that back until then.",
        (
            _ID,
            Option("--name", "What it is called, to show that you mean it."),
            Option("--now", "At once, for good: no backup brings it back.", bool),
            *PLACE,
        ),
    ),
    Command(("workspace", "keep"), keep_workspace, "Keep a workspace that was to be erased.", (_ID, *PLACE)),
    Command(
        ("hear",),
        hear,
        "Have the languages of all messages told again, after a version that tells them better; what is new doesn't wait for it.",
        PLACE,
    ),
    Command(
        ("insights", "rebuild"),
        rebuild_insights,
        "Write the files behind the pictures anew from the database; it may be in use.",
        (*PLACE, WORKSPACE),
    ),
    Command(("channels",), channels, "List the channels: those on offer, and those that can't be had, with why."),
    Command(("version",), version, "Say which version this is."),
)
_GROUPS = {
    "import": "Bring in mail from elsewhere.",
    "insights": "What is made of the database for questions about it.",
    "inbox": "The accounts of channels that are connected.",
    "workspace": "The companies whose data this is.",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of the program `lyhord`. Exit status 0, 1 for what a person can put right, 2 for a wrong command line."""
    before_start()
    parser = make_parser()
    given = parser.parse_args(arguments)
    if not hasattr(given, "run"):
        parser.print_help()
        return
    with _refusals():
        given.run(given)


def make_parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    parser = argparse.ArgumentParser(
        "lyhord", description="One lifelong conversation between a company and each of its customers."
    )
    levels: dict[tuple[str, ...], Any] = {(): parser.add_subparsers(title="commands", metavar="COMMAND")}
    for command in COMMANDS:
        *above, name = command.words
        key = tuple(above)
        if key not in levels:
            group = levels[()].add_parser(key[0], help=_GROUPS[key[0]], description=_GROUPS[key[0]])
            levels[key] = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
        added = levels[key].add_parser(name, help=command.help, description=command.help)
        added.set_defaults(run=command.run, words=command.words)
        for option in command.options:
            _add(added, option)
    return parser


def _add(parser: argparse.ArgumentParser, option: Option) -> None:
    if option.kind is bool:
        parser.add_argument(option.name, help=option.help, action="store_true")
    elif option.name.startswith("--"):
        parser.add_argument(option.name, help=option.help, type=option.kind, metavar=option.name[2:].upper())
    else:
        parser.add_argument(
            option.name,
            help=option.help,
            type=option.kind,
            metavar=option.name.upper(),
            nargs="?" if option.optional else None,
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _databases(count: int) -> str:
    return "the database" if count == 1 else f"{count} databases"


def _settings(given: Given) -> "Settings":
    """The settings in force; what stands on the command line wins."""
    from msgspec.structs import replace

    from lyhord.app.settings import load_settings

    told = {name: getattr(given, name, None) for name in ("data_dir", "host", "port")}
    return replace(load_settings(given.config), **{name: value for name, value in told.items() if value is not None})


@contextmanager
def _alone(given: Given) -> Iterator["tuple[Settings, DataFolder]"]:
    """The settings and the data folder, in which nobody else is at work meanwhile."""
    from lyhord.app.folder import data_folder, held, prepare_folder

    settings = _settings(given)
    folder = data_folder(settings)
    prepare_folder(folder)
    with held(folder, alone=True):
        yield settings, folder


@contextmanager
def _refusals() -> Iterator[None]:
    """What a person can put right is said in one sentence, without a traceback; exit status 1."""
    from lyhord.app.refusals import REFUSALS

    try:
        yield
    except REFUSALS as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
