"""The product's processes as `manage.py up` starts them, and the pretend world beside them; how much memory each holds."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import psutil

from config.addresses import free_port
from config.processes import command_lines
from tests.bench import ground

OURS = ("web", "worker", "machine", "beat")
MEGABYTE = 1024 * 1024


@dataclass
class Running:
    web: str  # address, without a slash at its end
    sandbox: str
    processes: dict[str, psutil.Process] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    def memory(self) -> dict[str, float]:
        """Resident, of each with its children, in MB."""
        held = {
            name: sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
            / MEGABYTE
            for name, process in self.processes.items()
        }
        self.most = {name: max(held[name], self.most.get(name, 0.0)) for name in held}
        return held

    def spent(self) -> dict[str, float]:
        """Seconds of a processor so far, of each with its children, of the database's servers, and of this process."""
        processes = self.processes | ground.processes() | {"the bench itself": psutil.Process()}
        return {name: _spent(process, deep=name != "the bench itself") for name, process in processes.items()}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keeps the most that each held meanwhile."""
        stopped = threading.Event()

        def look() -> None:
            while not stopped.wait(0.5):
                self.memory()

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()


@contextmanager
def running(*, sockets: bool = True) -> Iterator[Running]:
    """Without `sockets`, pages and webhooks are served by WSGI, as the Dockerfile does; with them, as `up` does."""
    ports = [free_port(wanted) for wanted in (18700, 18800, 18900, 19000)]
    here = Running(f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORT": str(ports[0]),
        "WEBHOOK_URL": here.web,
        "CELERY_BEAT_FILE": str(ground.HOME / "celerybeat"),
        "PYTHONWARNINGS": "ignore",
    }
    lines = command_lines(ground.HOME, environment, demo=False)
    if not sockets:
        lines["web"] = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(ports[0])]
        lines["web"] += ["--blocking-threads", "4", "--log-level", "warning", "config.wsgi:application"]
    pretending = ["tests.bench.pretending"]
    for name, port in zip(("--port", "--smtp-port", "--imap-port"), ports[1:], strict=True):
        pretending += [name, str(port)]
    with ExitStack() as at_the_end:
        for name, line in {**{name: lines[name] for name in OURS}, "sandbox": pretending}.items():
            process = psutil.Popen([sys.executable, "-m", *line], cwd=ground.ROOT, env=environment)
            at_the_end.callback(_end, process)
            if name in OURS:
                here.processes[name] = process
        for address in (here.web, here.sandbox):
            _wait_for(f"{address}/health")
        yield here


def _spent(process: psutil.Process, *, deep: bool) -> float:
    """What children of a process that ended had spent is in their parent's."""
    times = [process.cpu_times()]
    if deep:
        times += [each.cpu_times() for each in process.children(recursive=True)]
    ended = times[0].children_user + times[0].children_system if deep else 0.0
    return sum(each.user + each.system for each in times) + ended


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer.")


def _end(process: psutil.Process) -> None:
    process.terminate()
    _, stubborn = psutil.wait_procs([process], timeout=10)
    for each in stubborn:
        each.kill()
