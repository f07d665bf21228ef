"""`manage.py up` and `demo`: wrong values are one line, keys are kept, killed predecessors are cleaned up after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded
from config.processes import MARK, end_leftovers
from config.provision import APPLICATION, OWNER
from tests import servers


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(embedded, "VAR", tmp_path)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "WAYBILL_MASTER_KEYS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"DATABASE_URL": "waybill"}, "DATABASE_URL must look like postgresql://"),
        ({"DATABASE_OWNER_URL": "postgresql://a@b/c"}, "DATABASE_URL must look like postgresql://"),
        ({"DATABASE_URL": "own"}, "DATABASE_OWNER_URL must look like postgresql://"),
        (
            {"DATABASE_URL": "own", "DATABASE_OWNER_URL": "owner", "REDIS_URL": "valkey"},
            "REDIS_URL must look like",
        ),
        ({"DATABASE_URL": "owner", "DATABASE_OWNER_URL": "owner"}, "row-level security would not bind it"),
    ],
)
def test_a_wrong_value_is_one_line_and_exit_code_2(
    values: dict[str, str],
    says: str,
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    known = {
        "own": servers.postgres.url(APPLICATION.name, servers.DATABASE),
        "owner": servers.postgres.url(OWNER.name, servers.DATABASE),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, known.get(value, value))
    assert embedded.run(["up"]) == 2
    complaint = capsys.readouterr().err
    assert says in complaint
    assert complaint.count("\n") == 1


def test_fresh_never_touches_a_database_elsewhere(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DATABASE_URL", servers.postgres.url(APPLICATION.name, servers.DATABASE))
    (var / "media").mkdir()
    assert embedded.run(["demo", "--fresh"]) == 2
    assert "--fresh" in capsys.readouterr().err
    assert (var / "media").exists()


def test_keys_are_made_once_and_readable_by_nobody_else(var: Path):
    note = var / "secrets.env"
    first = embedded.keys(note)
    assert embedded.keys(note) == first
    assert note.stat().st_mode & 0o077 == 0


def test_keys_in_the_environment_come_first(var: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "chosen")
    assert embedded.keys(var / "secrets.env")["SECRET_KEY"] == "chosen"


def test_processes_of_a_killed_predecessor_are_ended_and_no_others(var: Path):
    def sleeper(folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: str(folder)})

    ours, neighbours = sleeper(var), sleeper(var / "another")
    try:
        end_leftovers(var)
        ours.wait(5)
        assert neighbours.poll() is None
    finally:
        neighbours.kill()
        neighbours.wait()


def test_a_second_one_in_the_same_folder_is_refused(var: Path, capsys: pytest.CaptureFixture[str]):
    holder = (
        "import pathlib, sys; from config.processes import only_one\n"
        "with only_one(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(var)]
    with subprocess.Popen(command, cwd=servers.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"
        assert embedded.run(["up"]) == 2
        assert "already running" in capsys.readouterr().err
        first.communicate()
