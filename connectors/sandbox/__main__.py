"""`python -m connectors.sandbox`: the whole pretend world, until SIGTERM or Ctrl+C."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from connectors.sandbox.running import Ports, running
from connectors.sandbox.store import Unreadable


def main() -> int:
    reader = argparse.ArgumentParser(prog="connectors.sandbox", description=__doc__)
    reader.add_argument("--host", default="127.0.0.1")
    reader.add_argument("--port", type=int, default=8900)
    reader.add_argument("--smtp-port", type=int, default=8925)
    reader.add_argument("--imap-port", type=int, default=8943)
    reader.add_argument(
        "--state", type=Path, help="the file that keeps the world; without it nothing is kept"
    )
    reader.add_argument(
        "--waybill", default="", help="where Waybill is; the chat on the shops' pages comes from there"
    )
    options = reader.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the mail server warns of itself at every sign-in
    signal.signal(signal.SIGTERM, _leave)
    try:
        ports = Ports(options.host, options.port, options.smtp_port, options.imap_port)
        with running(ports, options.state, options.waybill.rstrip("/")) as server:
            server.run()
            return 0 if server.started else 3  # a mail port was taken; the log says which
    except KeyboardInterrupt:
        pass
    except Unreadable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    """The web server passes the signal on when it has closed; the rest is then stopped in order."""
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
