"""`manage.py demo` and `manage.py up`: all of Waybill on one machine, with one command. `quality` and `envelope` measure
there.

PostgreSQL and Valkey come from Python packages and live under `var/`, unless DATABASE_URL (with
DATABASE_OWNER_URL) or REDIS_URL name others. Both commands migrate as the owner's role and serve as the
application's. `demo` adds two organizations and a pretend world to write from.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import psycopg
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict

from config.addresses import Refused, free_port, postgres_address, reach_postgres, reach_redis
from config.provision import APPLICATION, OWNER, provision, refuse_power

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WAYBILL_VAR", ROOT / "var")).absolute()
MEASURES = ("quality", "envelope")  # commands that end by themselves
KEPT = ("postgres", "valkey", "sandbox", "media", "secrets.env", "celerybeat")  # what `--fresh` removes

Environment = dict[str, str]


def run(argv: list[str]) -> int:
    """Exit code: 0 when stopped on request, 2 when something given is wrong, else that of the part that failed."""
    arguments = _arguments(argv)
    signal.signal(signal.SIGTERM, _stop)
    try:
        from config.processes import only_one

        with only_one(VAR):
            return _serve(arguments)
    except ModuleNotFoundError as error:
        print(f"Waybill cannot start: {error.name} is missing; `uv sync` installs it.", file=sys.stderr)
    except Refused as error:
        print(f"Waybill cannot start: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 2


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run Waybill on this machine")
    demo = commands.add_parser("demo", help="the same with two organizations and a pretend world")
    demo.add_argument("--fresh", action="store_true", help="remove what is kept under var/ and start over")
    quality = commands.add_parser("quality", help="measure how good the machine is", add_help=False)
    envelope = commands.add_parser("envelope", help="measure what an answer must survive", add_help=False)
    for command in (up, demo, quality, envelope):
        command.add_argument("--port", type=int, default=8000, help="the first port to try (default: 8000)")
        command.set_defaults(fresh=False)
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.command not in MEASURES:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    return arguments


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _serve(arguments: argparse.Namespace) -> int:
    from config.processes import end_leftovers, honcho

    end_leftovers(VAR)
    if arguments.fresh:
        _start_over()
    environment = dict(os.environ) | keys(VAR / "secrets.env")
    with ExitStack() as at_the_end:
        owner = _database(environment, at_the_end)
        _redis(environment, at_the_end)
        _addresses(environment, arguments)
        _tell("Preparing the database, which takes longest the first time")
        _prepare(environment, owner)
        if arguments.command in MEASURES:
            return _manage(environment, arguments.command, *arguments.rest, shown=True).wait()
        return honcho(VAR, environment, demo=arguments.command == "demo")


def _tell(doing: str) -> None:
    """What takes its time, while it does."""
    print(f"{doing} …", file=sys.stderr, flush=True)


def _start_over() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Refused(
            "--fresh removes only what is under var/, and DATABASE_URL is elsewhere; empty it yourself."
        )
    from config.servers import Postgres, Valkey

    Postgres(VAR / "postgres").stop()
    Valkey(VAR / "valkey").stop()
    for name in KEPT:
        for path in VAR.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def keys(note: Path) -> Environment:
    """The keys from the environment, else from `note`, else new ones, kept in `note` for the next start."""
    kept = dict(line.split("=", 1) for line in note.read_text().split()) if note.exists() else {}
    new = {"SECRET_KEY": secrets.token_urlsafe(48), "WAYBILL_MASTER_KEYS": Fernet.generate_key().decode()}
    if new.keys() - kept.keys():
        note.touch(mode=0o600)
        note.write_text("".join(f"{name}={value}\n" for name, value in (new | kept).items()))
    return {name: os.environ.get(name) or (new | kept)[name] for name in new}


def _database(environment: Environment, at_the_end: ExitStack) -> str:
    """Sets DATABASE_URL and WAYBILL_APP_ROLE; gives the owner's URL."""
    url, owner = environment.get("DATABASE_URL", ""), environment.pop("DATABASE_OWNER_URL", "")
    if url or owner:
        for name, value in (("DATABASE_URL", url), ("DATABASE_OWNER_URL", owner)):
            reach_postgres(name, postgres_address(name, value))
    else:
        from config.servers import Postgres

        _tell("Starting PostgreSQL")
        server = Postgres(VAR / "postgres")
        at_the_end.callback(server.stop)
        server.start()
        provision(server.url())
        url, owner = server.url(APPLICATION.name, "waybill"), server.url(OWNER.name, "waybill")
    role = str(conninfo_to_dict(url)["user"])
    with psycopg.connect(url) as connection:
        refuse_power(connection, role)
    environment |= {"DATABASE_URL": url, "WAYBILL_APP_ROLE": role}
    return owner


def _redis(environment: Environment, at_the_end: ExitStack) -> None:
    url = environment.get("REDIS_URL", "")
    if url:
        reach_redis("REDIS_URL", url)
        return
    from config.servers import Valkey

    server = Valkey(VAR / "valkey")
    at_the_end.callback(server.stop)
    server.start()
    environment["REDIS_URL"] = f"{server.url}/0"


def _addresses(environment: Environment, arguments: argparse.Namespace) -> None:
    port = free_port(arguments.port)
    if port != arguments.port:
        print(f"Port {arguments.port} is taken; using {port}.", flush=True)
    # People get `localhost`, since passkeys refuse a bare number; programs save the look-up.
    environment.setdefault("PUBLIC_URL", f"http://localhost:{port}")
    hosts = [environment.get("ALLOWED_HOSTS", ""), "localhost", "127.0.0.1"]
    environment["ALLOWED_HOSTS"] = ",".join(filter(None, hosts))
    environment.setdefault("WEBHOOK_URL", f"http://127.0.0.1:{port}")
    environment |= {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
    environment.setdefault("LOG_LEVEL", "WARNING")  # a person watches
    environment.setdefault("MEDIA_ROOT", str(VAR / "media"))
    environment.setdefault("CELERY_BEAT_FILE", str(VAR / "celerybeat"))
    if arguments.command == "demo":
        pages, smtp, imap = (free_port(wanted, frozenset({port})) for wanted in (8900, 8925, 8943))
        environment |= {
            "WAYBILL_SANDBOX_URL": f"http://127.0.0.1:{pages}",
            "WAYBILL_SANDBOX_SMTP_PORT": str(smtp),
            "WAYBILL_SANDBOX_IMAP_PORT": str(imap),
        }
        environment.setdefault("WAYBILL_REACHABLE", "127.0.0.0/8,::1/128")  # where the pretend world is


def _prepare(environment: Environment, owner: str) -> None:
    """Migrates and collects static files, side by side."""
    steps = {
        "migrate": _manage({**environment, "DATABASE_URL": owner}, "migrate", "--skip-checks"),
        "collectstatic": _manage(environment, "collectstatic", "--no-input", "--skip-checks"),
    }
    for name, process in steps.items():
        output, _ = process.communicate()
        if process.returncode:
            print(output, file=sys.stderr)
            raise Refused(f"`manage.py {name}` failed; what it said is above.")


def _manage(environment: Environment, *arguments: str, shown: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    output = None if shown else subprocess.PIPE
    return subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, text=True, stdout=output, stderr=subprocess.STDOUT
    )
