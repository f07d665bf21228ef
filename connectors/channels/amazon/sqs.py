"""Amazon SQS by AWS's own client; its errors in our words."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connectors.errors import ConnectorError, RateLimited, Refused, Unreachable

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})


class Keys(NamedTuple):
    key_id: str
    secret: str


def ask(url: str, region: str, keys: Keys, method: str, **asked: Any) -> dict[str, Any]:
    """One call about the queue at `url`. Raises Unreachable, RateLimited, Refused."""
    try:
        answer: dict[str, Any] = getattr(_client(os.getpid(), url, region, keys), method)(
            QueueUrl=url, **asked
        )
    except ClientError as error:
        raise _meaning(error) from error
    except BotoCoreError as error:
        raise Unreachable(f"The notification queue cannot be reached ({type(error).__name__}).") from error
    return answer


@lru_cache(maxsize=200)
def _client(pid: int, url: str, region: str, keys: Keys) -> Any:
    """By process id, so that a forked worker never shares its parent's sockets."""
    return botocore.session.get_session().create_client(
        "sqs",
        region_name=region,
        endpoint_url=url.rstrip("/").rsplit("/", 2)[0],
        aws_access_key_id=keys.key_id,
        aws_secret_access_key=keys.secret,
        config=_CONFIG,
    )


def _meaning(error: ClientError) -> ConnectorError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    said = str(error.response.get("Error", {}).get("Message", ""))[:200]
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if "Skewed" in code or "expired" in said or "not yet current" in said:
        return Refused(
            "The clock of this server is wrong by more than five minutes; AWS refuses its signatures."
        )
    if "Throttl" in code or status == 429:
        return RateLimited("AWS says that the notification queue is asked too often.", 10)
    if status >= 500:
        return Unreachable(f"The notification queue had an error of its own ({code}).")
    if "NonExistent" in code or "DoesNotExist" in code:
        return Refused("There is no such notification queue. Is its address right?")
    return Refused(f"AWS does not let us read the notification queue ({code}). Are its key and policy right?")
