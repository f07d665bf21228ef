"""The load, in its own process: threads that post over kept connections, and count the answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
from urllib.parse import urlsplit
from uuid import uuid4

# As long as a typical order webhook.
ORDER = {
    "id": 1,
    "note": "x" * 400,
    "line_items": [{"id": n, "title": "Field Jacket", "sku": f"FJ-{n}"} for n in range(20)],
}


def main() -> None:
    wish = json.loads(sys.argv[1])
    counts = [0] * int(wish["threads"])
    threads = [threading.Thread(target=_post, args=(wish, counts, at)) for at in range(len(counts))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(counts) / (time.perf_counter() - began))


def _post(wish: dict[str, str], counts: list[int], at: int) -> None:
    connection = http.client.HTTPConnection(urlsplit(wish["url"]).netloc, timeout=20)
    body = json.dumps(ORDER).encode()
    headers = {"Content-Type": "application/json"}
    if secret := wish.get("secret"):
        signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        headers |= {
            "X-Shopify-Hmac-Sha256": signature,
            "X-Shopify-Topic": "orders/updated",
            "X-Shopify-Shop-Domain": wish["shop"],
        }
    until = time.perf_counter() + float(wish["seconds"])
    while time.perf_counter() < until:
        headers["X-Shopify-Webhook-Id"] = str(uuid4())
        connection.request("POST", wish["path"], body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            sys.exit(f"{wish['path']} answered {answer.status}")
        counts[at] += 1


if __name__ == "__main__":
    main()
