"""The processes of `up` and `demo`: one of each, all ended together."""

from __future__ import annotations

import fcntl
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from honcho.manager import Manager

from config.addresses import Refused

ROOT = Path(__file__).resolve().parent.parent
STOPPED_ON_REQUEST = {130, 143}  # SIGINT, SIGTERM
QUIET = {
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"
}  # a container is root
MARK = "WAYBILL_STARTED_FROM"  # in the environment of every process we start: the folder it works for


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Two of us in one folder would end each other's processes."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "lock").open("a") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"it is already running from {var}.") from None
        yield


def end_leftovers(var: Path) -> None:
    """Ends processes of ours that outlived a killed predecessor."""
    left = [process for process in psutil.process_iter() if _mark(process) == str(var)]
    for process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=5)
    for process in stubborn:
        process.kill()


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def honcho(var: Path, environment: dict[str, str], *, demo: bool) -> int:
    """Blocks until one process ends or we are told to stop; then all are ended. Gives the exit code."""
    manager = Manager()
    for name, command in command_lines(var, environment, demo=demo).items():
        line = "exec " + shlex.join([sys.executable, "-m", *command])
        manager.add_process(name, line, env={**environment, **QUIET, MARK: str(var)}, cwd=str(ROOT))
    try:
        manager.loop()
    finally:
        end_leftovers(var)
    return 0 if manager.returncode in STOPPED_ON_REQUEST else int(manager.returncode or 0)


def command_lines(var: Path, environment: dict[str, str], *, demo: bool) -> dict[str, list[str]]:
    celery = ["celery", "--app", "config", "--quiet"]
    web = ["granian", "--interface", "asginl", "--host", "127.0.0.1", "--port", environment["PORT"]]
    commands = {
        # One ASGI process serves pages and sockets; docker-compose.yml shows the split for more traffic.
        "web": [*web, "--workers-kill-timeout", "3", "--log-level", "warning", "config.asgi:application"],
        # Drafting takes whole cores for a moment: in a process of its own it holds up no message.
        "worker": _worker(celery, "live"),
        "machine": _worker(celery, "machine,later"),
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
        "waybill": ["config.welcome", *(["--demo"] if demo else [])],
    }
    if demo:
        ports = {
            "--port": environment["WAYBILL_SANDBOX_URL"].rsplit(":", 1)[1],
            "--smtp-port": environment["WAYBILL_SANDBOX_SMTP_PORT"],
            "--imap-port": environment["WAYBILL_SANDBOX_IMAP_PORT"],
            "--state": str(var / "sandbox" / "world"),
            "--waybill": environment["PUBLIC_URL"],
        }
        (var / "sandbox").mkdir(exist_ok=True)
        commands["sandbox"] = ["connectors.sandbox", *(word for pair in ports.items() for word in pair)]
    return commands


def _worker(celery: list[str], queues: str) -> list[str]:
    """Threads share one pool of connections and one copy of the embedding model. Workers say nothing to each other."""
    named = ["--queues", queues, "--hostname", f"{queues.split(',')[0]}@%h"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        *celery,
        "worker",
        "--pool",
        "threads",
        "--concurrency",
        "4",
        "--loglevel",
        "WARNING",
        *named,
        *alone,
    ]
