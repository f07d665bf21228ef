"""The load of the burst, in its own process: every post at its moment, over kept connections, and timed."""

from __future__ import annotations

import base64
import http.client
import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

THREADS = 16


def main() -> None:
    """Reads [{url, headers, body, at}]; writes [[url, status, seconds it took, seconds it left too late]]."""
    posts = sorted(json.loads(Path(sys.argv[1]).read_text()), key=lambda each: each["at"])
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    done: list[tuple[str, int, float, float]] = []
    began = time.perf_counter()
    for post in posts:
        waiting.put(post)
    threads = [threading.Thread(target=_work, args=(waiting, began, done)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(done, sys.stdout)


def _work(waiting: queue.SimpleQueue[dict[str, Any]], began: float, done: list[Any]) -> None:
    connections: dict[str, http.client.HTTPConnection] = {}
    while True:
        try:
            post = waiting.get_nowait()
        except queue.Empty:
            return
        target = urlsplit(post["url"])
        held = connections.setdefault(target.netloc, http.client.HTTPConnection(target.netloc, timeout=20))
        time.sleep(max(0.0, began + post["at"] - time.perf_counter()))
        left = time.perf_counter()
        status = _post(held, target.path, base64.b64decode(post["body"]), post["headers"])
        done.append((post["url"], status, time.perf_counter() - left, left - began - post["at"]))


def _post(held: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> int:
    """0 when nothing was answered. A kept connection that was closed meanwhile is opened again, as everybody does."""
    for _ in range(2):
        try:
            held.request("POST", path, body, headers)
            answer = held.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            held.close()
        else:
            return answer.status
    return 0


if __name__ == "__main__":
    main()
