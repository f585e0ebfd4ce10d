"""Settings: sources, refusals with a suggestion, and their documentation."""

from pathlib import Path

import pytest

from lyhord.app.settings import Settings, SettingsRefused, list_settings, load_settings


def refused(file: Path | None = None, **environment: str) -> str:
    with pytest.raises(SettingsRefused) as raised:
        load_settings(file, environment)
    return str(raised.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lyhord.toml"
    path.write_text('port = 8100\nhost = "0.0.0.0"\ntrusted_proxies = ["10.0.0.0/8"]\n')
    return path


def test_without_any_source_the_built_in_values_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}) == Settings()


def test_the_file_beats_what_is_built_in_and_the_environment_beats_the_file(file: Path) -> None:
    settings = load_settings(file, {"LYHORD_PORT": "8200"})
    assert settings.port == 8200
    assert settings.host == "0.0.0.0"
    assert settings.log_format == "text"


def test_the_environment_may_name_the_file(file: Path) -> None:
    assert load_settings(None, {"LYHORD_CONFIG": str(file)}).port == 8100


def test_a_file_in_the_working_folder_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    assert load_settings(None, {}).port == 8100


def test_a_list_in_the_environment_is_separated_by_commas() -> None:
    assert load_settings(None, {"LYHORD_TRUSTED_PROXIES": "10.0.0.1, ::1"}).trusted_proxies == ("10.0.0.1", "::1")


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert load_settings(None, {"PORT": "9000", "PATH": "/bin"}) == load_settings(None, {})


def test_an_unknown_setting_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("prot = 1\n")
    assert "There is no setting prot. Did you mean port?" in refused(path)
    assert "There is no setting LYHORD_DATA_DRI. Did you mean LYHORD_DATA_DIR?" in refused(LYHORD_DATA_DRI="x")


def test_an_unknown_setting_like_no_other_gets_no_suggestion() -> None:
    text = refused(LYHORD_ZZZZZZ="1")
    assert "There is no setting LYHORD_ZZZZZZ. `lyhord settings`" in text


def test_everything_wrong_is_told_at_once() -> None:
    text = refused(LYHORD_PORT="ninety", LYHORD_LOG_FORMAT="xml", LYHORD_BASE_ADDRESS="help.example.org")
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LYHORD_PORT", "65536"),
        ("LYHORD_PORT", "-1"),
        ("LYHORD_TRUSTED_PROXIES", "proxy.example.org"),
        ("LYHORD_DATABASE", "mysql://x"),
        ("LYHORD_DATABASE_READERS", "0"),
        ("LYHORD_SMTP_SECURITY", "ssl"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(variable: str, value: str) -> None:
    assert f"The setting {variable.removeprefix('LYHORD_').lower()} doesn't fit" in refused(None, **{variable: value})


def test_a_named_file_must_be_there_and_be_toml(tmp_path: Path) -> None:
    assert "isn't there" in refused(tmp_path / "no.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("port = = 1")
    assert "isn't valid TOML" in refused(broken)
    broken.write_bytes(b"\xff\xfe\x00")
    assert "isn't valid TOML" in refused(broken)
    assert "can't be read" in refused(tmp_path)


def test_every_setting_says_what_it_means() -> None:
    documented = {setting.name: setting for setting in list_settings()}
    assert list(documented) == list(Settings.__struct_fields__)
    assert all(setting.meaning.endswith(".") for setting in documented.values())
    assert documented["port"].variable == "LYHORD_PORT"
    assert documented["port"].kind == "number"
    assert documented["log_format"].kind == "`text` or `json`"
    assert {setting.name for setting in documented.values() if setting.secret} == {
        "bus",
        "secret_key",
        "metrics_token",
        "smtp_password",
    }
