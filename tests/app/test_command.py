"""The command: help for everything, plain sentences for what a person can put right."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from lyhord import __version__
from lyhord.app.command import COMMANDS, Command, main


class Result(NamedTuple):
    status: int
    output: str
    errors: str


class Run(Protocol):
    def __call__(self, *arguments: str) -> Result: ...


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Result:
        status: Any = 0
        try:
            main(arguments)
        except SystemExit as stopped:
            status = stopped.code or 0
        return Result(status, *capsys.readouterr())

    return call


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_every_command_and_every_option_has_help(command: Command) -> None:
    assert command.help.endswith(".")
    assert [option.name for option in command.options if not option.help.strip()] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_every_command_shows_its_help(command: Command, run: Run) -> None:
    result = run(*command.words, "--help")
    assert result.status == 0
    assert command.help.split()[0] in result.output


def test_a_wrong_command_line_is_told_from_a_failure(run: Run) -> None:
    assert run("sevre").status == 2
    assert "invalid int value" in run("serve", "--port", "ninety").errors


def test_help_is_shown_without_arguments(run: Run) -> None:
    assert "serve" in run().output


def test_version(run: Run) -> None:
    assert run("version").output.startswith(f"Lyhord {__version__} ")


def test_the_version_costs_no_web_server() -> None:
    code = "import sys, lyhord.app.command; print([n for n in ('litestar', 'sqlalchemy', 'uvicorn', 'msgspec') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_settings_are_shown_without_secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_SMTP_PASSWORD", "letmein")
    monkeypatch.setenv("LYHORD_PORT", "8123")
    output = run("settings").output
    assert "port = 8123" in output
    assert "smtp_password = (set)" in output
    assert "letmein" not in output


def test_a_wrong_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_PROT", "1")
    result = run("settings")
    assert result.status == 1
    assert "Did you mean LYHORD_PORT?" in result.errors


def test_a_port_in_use_is_one_sentence_and_makes_no_data(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port), "--data-dir", str(tmp_path / "data"))
    assert result.status == 1
    assert f"Something else listens on 127.0.0.1 port {port} already." in result.errors
    assert not (tmp_path / "data").exists()


def test_migrate_says_where_the_database_is(run: Run, tmp_path: Path) -> None:
    first = run("migrate", "--data-dir", str(tmp_path))
    assert "It was at none." in first.output
    second = run("migrate", "--data-dir", str(tmp_path))
    assert second.output == first.output.replace(" It was at none.", "")


def test_backup_and_restore_from_the_command_line(run: Run, tmp_path: Path) -> None:
    data, copy, other = (str(tmp_path / name) for name in ("data", "copy", "other"))
    run("migrate", "--data-dir", data)
    assert "Backed up" in run("backup", copy, "--data-dir", data).output
    assert "Restored" in run("restore", copy, "--data-dir", other).output
    again = run("restore", copy, "--data-dir", other)
    assert again.status == 1
    assert "--replace" in again.errors


def test_channels_that_cannot_be_had_say_why(run: Run) -> None:
    assert "Google closed the service" in run("channels").output


@pytest.mark.parametrize(("command", "bus"), [("web", ""), ("web", "nats://localhost"), ("serve", "nats://localhost")])
def test_one_of_several_webs_wants_the_public_address(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, bus: str
) -> None:
    """Else each would send people to its own port."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LYHORD_DATABASE", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("LYHORD_BUS", bus)
    result = run(command, "--port", "0")
    assert result.status == 1
    assert result.errors.startswith("Where several processes serve on PostgreSQL, each needs the setting base_address")
    assert list(tmp_path.iterdir()) == []
