"""`python app.py`: what it prints, what it refuses, and how it ends."""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from milebill.serving.supervisor import end, raise_file_limit
from tests.servers.run import free_port
from tests.servers.web import ROOT


def run(*arguments: str, var: Path, **settings: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MILEBILL_")}
    environment |= {f"MILEBILL_{name}": value for name, value in ({"VAR": str(var)} | settings).items()}
    return subprocess.Popen(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_demo_prints_a_link_for_each_side(tmp_path: Path) -> None:
    process = run("--demo", var=tmp_path / "var", PORT=str(free_port()))
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    names, addresses = zip(*(line.split(": ") for line in lines), strict=True)
    assert names == ("supplier", "client", "outbox")
    for address in addresses:
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
    assert (tmp_path / "var" / "demo" / "milebill.db").exists()
    assert not (tmp_path / "var" / "milebill.db").exists()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"PORT": "eighty"}, "MILEBILL_PORT"), ({"ENV": "production"}, "MILEBILL_SECRET_KEY")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    process = run(var=tmp_path / "var", **settings)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert says in errors
    assert "Traceback" not in errors


@pytest.mark.long
def test_a_port_that_is_taken_ends_the_command(tmp_path: Path) -> None:
    port = free_port()
    first = run(var=tmp_path / "one", PORT=str(port))
    assert first.stdout is not None
    assert first.stdout.readline() == f"milebill: http://127.0.0.1:{port}\n"
    second = run(var=tmp_path / "two", PORT=str(port))
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 1
    assert errors == f"milebill can't listen on 127.0.0.1:{port}: Address already in use.\n"
    assert not (tmp_path / "two" / "milebill.db").exists()
    first.terminate()
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_who_does_not_stop_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milebill.serving.supervisor.STOP_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    begin = time.monotonic()
    assert end(process) == [-signal.SIGKILL]
    assert time.monotonic() - begin < 60
    assert end(process) == [-signal.SIGKILL]
    process.stdout.close()


def test_streams_may_be_many() -> None:
    raise_file_limit()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft >= min(65_536, hard if hard != resource.RLIM_INFINITY else 65_536)
