"""The command `lyhord`. Each command imports what it needs when it runs, so that help and `version` are quick."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lyhord.app.folder import DataFolder
    from lyhord.app.settings import Settings

app = typer.Typer(
    help="Lyhord: one lifelong conversation between a company and each of its customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
inbox_app = typer.Typer(help="Inboxes: the accounts of channels that are connected.", no_args_is_help=True)
import_app = typer.Typer(
    help="Bring in mail from elsewhere. Run it again and nothing comes twice.", no_args_is_help=True
)
app.add_typer(inbox_app, name="inbox")
app.add_typer(import_app, name="import")

Config = Annotated[
    Path | None, typer.Option("--config", help="TOML file with settings. [default: lyhord.toml, if there]")
]
DataDir = Annotated[
    str | None, typer.Option("--data-dir", help="Folder of the database and the files. [default: data]")
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on. [default: 127.0.0.1]")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on. [default: 8000]")]
Workspace = Annotated[str | None, typer.Option("--workspace", help="Which workspace, by id, where there are several.")]
InboxId = Annotated[str | None, typer.Option("--inbox", help="Which inbox, by id; `lyhord inbox list` shows them.")]


@app.command()
def serve(config: Config = None, data_dir: DataDir = None, host: Host = None, port: Port = None) -> None:
    """Start everything in one process: web and worker. This is what a small company needs."""
    _serve(config, data_dir, host, port, worker=True)


@app.command()
def web(config: Config = None, data_dir: DataDir = None, host: Host = None, port: Port = None) -> None:
    """Start the web alone; `lyhord worker` then sends and fetches in processes of its own."""
    _serve(config, data_dir, host, port, worker=False)


@app.command()
def worker(config: Config = None, data_dir: DataDir = None) -> None:
    """Start the worker alone: it sends, fetches, follows the log and keeps time."""
    from lyhord.app.lean import before_start

    before_start()
    with _refusals():
        from lyhord.app.running import work

        work(_settings(config, data_dir), say=typer.echo)


@import_app.command("mbox")
def import_mbox(
    file: Annotated[Path, typer.Argument(help="The mbox file.")],
    config: Config = None,
    data_dir: DataDir = None,
    workspace: Workspace = None,
    inbox: InboxId = None,
) -> None:
    """Import an mbox file into an inbox, as history: nobody is told, no ticket opens."""
    _import("mbox", file, config, data_dir, workspace, inbox)


@import_app.command("maildir")
def import_maildir(
    folder: Annotated[Path, typer.Argument(help="The maildir: a folder with cur/ and new/ in it.")],
    config: Config = None,
    data_dir: DataDir = None,
    workspace: Workspace = None,
    inbox: InboxId = None,
) -> None:
    """Import a maildir into an inbox, as history: nobody is told, no ticket opens."""
    _import("maildir", folder, config, data_dir, workspace, inbox)


@app.command()
def backup(
    target: Annotated[
        Path, typer.Argument(help="Folder for the backup. Into the same one again, only what is new is copied.")
    ],
    config: Config = None,
    data_dir: DataDir = None,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Add secret.key, which opens the stored credentials.")
    ] = False,
) -> None:
    """Copy the database and all files while the product runs."""
    with _refusals():
        from lyhord.app.backup import make_backup

        manifest = make_backup(_folder(_settings(config, data_dir)), target, with_key=with_key)
        typer.echo(f"Backed up the database and {len(manifest.files)} files to {target}.")
        if not with_key:
            typer.echo(
                "Keep data/secret.key (or the setting secret_key) elsewhere: without it, inboxes need their passwords again."
            )


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="Folder of a backup.")],
    config: Config = None,
    data_dir: DataDir = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put the present database aside first.")] = False,
) -> None:
    """Check a backup and put it in place. The product must not be running."""
    with _refusals():
        from lyhord.app.backup import restore_backup
        from lyhord.app.folder import held, prepare_folder

        folder = _folder(_settings(config, data_dir))
        prepare_folder(folder)
        with held(folder, alone=True):
            manifest = restore_backup(folder, source, replace=replace)
        typer.echo(f"Restored the database and {len(manifest.files)} files. Start the product with `lyhord serve`.")


@app.command()
def migrate(config: Config = None, data_dir: DataDir = None) -> None:
    """Bring the database to what this version needs. `serve` does so by itself."""
    with _refusals():
        from lyhord.app.folder import prepare_folder
        from lyhord.app.schema import prepare

        folder = _folder(_settings(config, data_dir))
        prepare_folder(folder)
        before, after = prepare(folder.database)
        typer.echo(f"The database is at step {after}." + ("" if before == after else f" It was at {before or 'none'}."))


@app.command()
def settings(config: Config = None) -> None:
    """Say what can be set, what it means and what is in force."""
    with _refusals():
        from lyhord.app.settings import list_settings

        present = _settings(config, None)
        for setting in list_settings():
            value = getattr(present, setting.name)
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            if setting.secret and shown:
                shown = "(set)"
            typer.echo(f"{setting.name} = {shown}")
            typer.echo(f"    {setting.meaning}")
            typer.echo(f"    {setting.kind}; default: {setting.default or 'empty'}; environment: {setting.variable}\n")


@app.command()
def version() -> None:
    """Say which version this is."""
    from lyhord import __version__

    typer.echo(f"Lyhord {__version__} on Python {sys.version.split()[0]}")


@app.command("sign-in-link")
def sign_in_link(
    email: Annotated[str, typer.Argument(help="Address of an administrator; empty for the only one.")] = "",
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Print a one-time link for an administrator who is locked out. It sets a new password and ends all old sessions."""
    with _refusals():
        from lyhord.app.first_run import make_sign_in_link

        typer.echo(make_sign_in_link(_settings(config, data_dir), email))


@app.command()
def channels() -> None:
    """List the channels: those on offer, and those that can't be had, with why."""
    from lyhord.app.channels import CHANNELS, NOT_OFFERED

    for name in CHANNELS:
        typer.echo(name)
    for missing in NOT_OFFERED:
        typer.echo(f"{missing.channel} (not offered): {missing.why}")


@inbox_app.command("list")
def list_inboxes(config: Config = None, data_dir: DataDir = None, workspace: Workspace = None) -> None:
    """List the connected inboxes with their ids."""
    with _refusals():
        from lyhord.app.first_run import list_inbox_lines

        for line in list_inbox_lines(_settings(config, data_dir), workspace):
            typer.echo(line)


def main() -> None:
    """The entry of the program `lyhord`."""
    app()


def _serve(config: Path | None, data_dir: str | None, host: str | None, port: int | None, *, worker: bool) -> None:
    from lyhord.app.lean import before_start

    before_start()
    with _refusals():
        from lyhord.app.running import serve

        serve(_settings(config, data_dir, host=host, port=port), worker=worker, say=typer.echo)


def _import(
    kind: str, source: Path, config: Path | None, data_dir: str | None, workspace: str | None, inbox: str | None
) -> None:
    with _refusals():
        from lyhord.app.archives import import_archive

        import_archive(_settings(config, data_dir), kind, source, workspace=workspace, inbox=inbox)


def _settings(
    config: Path | None, data_dir: str | None, *, host: str | None = None, port: int | None = None
) -> "Settings":
    """The settings in force; what stands on the command line wins."""
    from msgspec.structs import replace

    from lyhord.app.settings import load_settings

    given = {"data_dir": data_dir, "host": host, "port": port}
    return replace(load_settings(config), **{name: value for name, value in given.items() if value is not None})


def _folder(present: "Settings") -> "DataFolder":
    from lyhord.app.folder import data_folder

    return data_folder(present)


@contextmanager
def _refusals() -> Iterator[None]:
    """What a person can put right is said in one sentence, without a traceback; exit status 1."""
    from lyhord.app.refusals import REFUSALS

    try:
        yield
    except REFUSALS as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
