"""Speed, measured beside a floor of the same run, since machines differ.

uv run python -m tests.bench hooks | intake | pages | drafts | modelled | live | burst | comments | chat | all
"""

from __future__ import annotations

import argparse
import importlib

from tests.bench.ground import ground

NAMES = ("hooks", "intake", "pages", "drafts", "modelled", "live", "burst", "comments", "chat")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=(*NAMES, "all"))
    parser.add_argument("--profile", action="store_true", help="intake and drafts: also where the time goes")
    arguments = parser.parse_args()
    with ground():
        for name in NAMES if arguments.name == "all" else (arguments.name,):
            importlib.import_module(f"tests.bench.{name}").run(profile=arguments.profile)


if __name__ == "__main__":
    main()
