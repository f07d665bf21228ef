"""Runs beside the other processes of `up` and `demo`: waits until they answer, loads the demo, says where to go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
PATIENCE = 120.0  # seconds


def wait_for(url: str, patience: float = PATIENCE) -> None:
    """Ends this process, and with it the others, if nothing answers 200 there in time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.1)
    sys.exit(f"{url} did not answer within {patience:.0f} s; what went wrong stands above.")


def load_demo() -> str:
    """What the command says: the sign-ins, one per line. It is idempotent, so it also mends a broken load."""
    command = [sys.executable, str(MANAGE), "load_demo"]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE)  # noqa: S603
    if done.returncode:
        sys.exit("The demo could not be loaded; what went wrong stands above.")
    return done.stdout


def main() -> None:
    demo = "--demo" in sys.argv
    lines = [f"Waybill is at {os.environ['PUBLIC_URL']}"]
    print("Waiting for the program to answer …", flush=True)
    wait_for(f"http://127.0.0.1:{os.environ['PORT']}/health")
    if demo:
        wait_for(f"{os.environ['WAYBILL_SANDBOX_URL']}/health")
        print("Loading two sellers; the first time this takes a minute or two …", flush=True)
        lines += load_demo().splitlines()
        sandbox = os.environ["WAYBILL_SANDBOX_URL"]
        lines += [
            f"Write as a shopper at {sandbox}",
            f"Chat as a visitor of a shop at {sandbox}/store/northpine and {sandbox}/store/lumenloom",
        ]
    lines += ["Ctrl+C stops everything; what you did is kept."]
    print("\n".join(["", *lines, ""]), flush=True)
    signal.pause()  # the others end when one of us does


if __name__ == "__main__":
    main()
