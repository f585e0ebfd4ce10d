"""What lies in `deploy/`: units that systemd understands, hardened; a composition whose parts are there; settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from lyhord.app.settings import CONFIG, PREFIX, Settings, list_servers
from tests.architecture.sources import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
HARDENED = ("ProtectSystem=strict", "ProtectHome=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "UMask=0077")


@pytest.fixture
def composition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_a_unit_and_it_is_hardened(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    assert [line for line in HARDENED if line not in text] == []
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("this machine has no systemd-analyze")
    copy = tmp_path / unit.name
    copy.write_text(text.replace("/opt/lyhord/bin/lyhord", "/bin/true"))
    done = subprocess.run([program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "lyhord" in line] == []


def test_every_setting_that_is_given_exists() -> None:
    names = {
        name
        for path in (*DEPLOY.iterdir(), ROOT / "docs/guides/operate.md", ROOT / "docs/guides/patroni.md")
        for name in re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text())
    }
    assert names
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__} | {CONFIG}
    assert names - known == set()


def test_the_composition_names_nothing_that_is_not_there(composition: dict[str, Any]) -> None:
    services = composition["services"]
    assert {"web1", "web2", "worker1", "worker2", "postgres", "nats", "proxy"} == set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        assert {str(one).partition(":")[0] for one in service.get("volumes", ())} <= set(composition["volumes"]), name
        assert set(service.get("secrets", ())) <= set(composition["secrets"]), name
        assert {one["source"] for one in service.get("configs", ())} <= set(composition["configs"]), name
        assert service.get("restart") == "always", name
    assert [one["file"] for one in composition["configs"].values() if not (DEPLOY / one["file"]).exists()] == []


def test_webs_and_workers_are_joined_by_the_bus_and_nobody_else_reaches_it(composition: dict[str, Any]) -> None:
    services = composition["services"]
    ours = {name for name, service in services.items() if service.get("image") == "lyhord"}
    assert ours == {"web1", "web2", "worker1", "worker2"}
    for name in ours:
        (server,) = map(urlsplit, list_servers(services[name]["environment"]["LYHORD_BUS"]))
        assert server.hostname == "nats"
        assert str(server.port) in services["nats"]["command"]
        assert "nats" in services[name]["depends_on"]
    on_it = {name for name, service in services.items() if "bus" in service.get("networks", ["default"])}
    assert on_it == {"nats", *ours}
    assert services["nats"]["networks"] == ["bus"]
    assert composition["networks"]["bus"]["internal"] is True


def test_every_process_of_the_composition_is_told_its_public_address(composition: dict[str, Any]) -> None:
    assert all(one["env_file"] == "environment" for one in composition["services"].values() if "build" in one)
    assert "\nLYHORD_BASE_ADDRESS=https://" in (DEPLOY / "environment.example").read_text()


def test_only_the_proxy_is_open_to_others(composition: dict[str, Any]) -> None:
    assert [name for name, service in composition["services"].items() if "ports" in service] == ["proxy"]
    assert "respond /metrics 404" in (DEPLOY / "Caddyfile").read_text()


def test_no_secret_is_committed(composition: dict[str, Any]) -> None:
    assert not list(DEPLOY.glob("secrets/*"))
    text = (DEPLOY / "environment.example").read_text()
    assert re.findall(r"^LYHORD_(?:SECRET_KEY|METRICS_TOKEN)=(.+)$", text, re.MULTILINE) == []
