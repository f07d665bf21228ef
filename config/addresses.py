"""Addresses from the environment, checked before anything is built on them; each fault is one line."""

from __future__ import annotations

import socket

import psycopg
import redis
from psycopg.conninfo import conninfo_to_dict


class Refused(Exception):
    """What was given cannot work; the text says which and why, on one line."""


def postgres_address(name: str, url: str) -> str:
    """The URL itself, if it names a role and a database."""
    shape = "postgresql://user:password@host:5432/database"
    if not url.startswith(("postgresql://", "postgres://")):
        raise Refused(f"{name} must look like {shape}; it {'is something else' if url else 'is empty'}.")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise Refused(f"{name} must look like {shape}: {_one_line(error)}") from None
    if not parts.get("dbname") or not parts.get("user"):
        raise Refused(
            f"{name} must look like {shape}; it lacks the {'user' if parts.get('dbname') else 'database'}."
        )
    return url


def reach_postgres(name: str, url: str) -> None:
    """Raises `Refused` unless somebody answers there and lets us in."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        raise Refused(f"{name}: {_one_line(error)}") from None


def reach_redis(name: str, url: str) -> None:
    """Raises `Refused` unless Redis or Valkey answers there and lets us in."""
    shape = "redis://:password@host:6379/0"
    if not url.startswith(("redis://", "rediss://")):
        raise Refused(f"{name} must look like {shape}; it is something else.")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except ValueError as error:
        raise Refused(f"{name} must look like {shape}: {_one_line(error)}") from None
    except redis.RedisError as error:
        raise Refused(f"{name}: {_one_line(error)}") from None


def free_port(wanted: int, taken: frozenset[int] = frozenset()) -> int:
    """The first port of this machine from `wanted` on that nobody listens on."""
    for port in range(wanted, min(wanted + 200, 65536)):
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Refused(f"No free port from {wanted} on.")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
