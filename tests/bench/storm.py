"""A load in a process of its own: every post at its moment, over kept connections, and timed."""

from __future__ import annotations

import base64
import http.client
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

THREADS = 16


@dataclass(frozen=True)
class Post:
    url: str
    headers: dict[str, str]
    body: str  # base64
    at: float  # seconds from the beginning


@dataclass(frozen=True)
class Answer:
    url: str
    at: float  # as asked for
    left: float  # seconds since 1970
    late: float  # seconds
    took: float  # seconds
    status: int  # 0 where nothing was answered


def send(posts: Sequence[Post], patience: float) -> list[Answer]:
    """All of them, by a process that has nothing else to do; `patience` in seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([asdict(each) for each in posts], file)
        file.flush()
        command = [sys.executable, "-m", "tests.bench.storm", file.name]
        done = subprocess.run(command, check=True, capture_output=True, timeout=patience)
    return [Answer(**each) for each in json.loads(done.stdout)]


def main() -> None:
    posts = [Post(**each) for each in json.loads(Path(sys.argv[1]).read_text())]
    waiting: queue.SimpleQueue[Post] = queue.SimpleQueue()
    done: list[Answer] = []
    began = time.perf_counter()
    for post in sorted(posts, key=lambda each: each.at):
        waiting.put(post)
    threads = [threading.Thread(target=_work, args=(waiting, began, done)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump([asdict(each) for each in done], sys.stdout)


def _work(waiting: queue.SimpleQueue[Post], began: float, done: list[Answer]) -> None:
    connections: dict[str, http.client.HTTPConnection] = {}
    while True:
        try:
            post = waiting.get_nowait()
        except queue.Empty:
            return
        target = urlsplit(post.url)
        held = connections.setdefault(target.netloc, http.client.HTTPConnection(target.netloc, timeout=20))
        time.sleep(max(0.0, began + post.at - time.perf_counter()))
        left, now = time.perf_counter(), time.time()
        status = _post(held, target.path, base64.b64decode(post.body), post.headers)
        took = time.perf_counter() - left
        done.append(Answer(post.url, post.at, now, left - began - post.at, took, status))


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
