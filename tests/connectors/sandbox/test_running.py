"""The program itself, as the demo starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_serves_and_stops_cleanly_with_the_world_kept(tmp_path: Path, how: signal.Signals) -> None:
    port, state = free_port(), tmp_path / "world.json"
    ports = ["--port", str(port), "--smtp-port", str(free_port()), "--imap-port", str(free_port())]
    program = [sys.executable, "-m", "connectors.sandbox", *ports, "--state", str(state)]
    running = subprocess.Popen(program, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until_it_answers(f"{base}/health")
        httpx.post(f"{base}/clock/advance", json={"hours": 5}).raise_for_status()
    finally:
        running.send_signal(how)
    assert running.wait(10) == 0
    assert json.loads(state.read_text())["clock"]["offset"] == "PT5H"


def wait_until_it_answers(url: str, within: float = 20.0) -> None:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("It never answered.")
