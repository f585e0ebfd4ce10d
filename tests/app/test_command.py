"""The command: help for everything, plain sentences for what a person can put right."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from lyhord import __version__
from lyhord.app.command import app

runner = CliRunner()


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *path, name)
    if not hasattr(group, "commands"):
        yield path, group


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_every_option_has_help(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert (command.help or "").strip().endswith(".")
    silent = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]
    assert silent == []


def test_help_is_shown_without_arguments() -> None:
    assert "serve" in runner.invoke(app, []).output


def test_version() -> None:
    assert runner.invoke(app, ["version"]).output.startswith(f"Lyhord {__version__} ")


def test_the_version_costs_no_web_server() -> None:
    code = (
        "import sys, lyhord.app.command; print([n for n in ('litestar', 'sqlalchemy', 'uvicorn') if n in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_settings_are_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_SMTP_PASSWORD", "letmein")
    monkeypatch.setenv("LYHORD_PORT", "8123")
    output = runner.invoke(app, ["settings"]).output
    assert "port = 8123" in output
    assert "smtp_password = (set)" in output
    assert "letmein" not in output


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_PROT", "1")
    result = runner.invoke(app, ["settings"])
    assert result.exit_code == 1
    assert "Did you mean LYHORD_PORT?" in result.stderr


def test_a_port_in_use_is_one_sentence_and_makes_no_data(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = runner.invoke(app, ["serve", "--port", str(port), "--data-dir", str(tmp_path / "data")])
    assert result.exit_code == 1
    assert f"Something else listens on 127.0.0.1 port {port} already." in result.stderr
    assert not (tmp_path / "data").exists()


def test_migrate_says_where_the_database_is(tmp_path: Path) -> None:
    first = runner.invoke(app, ["migrate", "--data-dir", str(tmp_path)])
    assert "It was at none." in first.output
    second = runner.invoke(app, ["migrate", "--data-dir", str(tmp_path)])
    assert second.output == first.output.replace(" It was at none.", "")


def test_backup_and_restore_from_the_command_line(tmp_path: Path) -> None:
    data, copy, other = (str(tmp_path / name) for name in ("data", "copy", "other"))
    runner.invoke(app, ["migrate", "--data-dir", data])
    assert "Backed up" in runner.invoke(app, ["backup", copy, "--data-dir", data]).output
    assert "Restored" in runner.invoke(app, ["restore", copy, "--data-dir", other]).output
    again = runner.invoke(app, ["restore", copy, "--data-dir", other])
    assert again.exit_code == 1
    assert "--replace" in again.stderr


def test_channels_that_cannot_be_had_say_why() -> None:
    assert "Google closed the service" in runner.invoke(app, ["channels"]).output
