#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    measures = command in {"quality", "envelope"} and not os.environ.get("DATABASE_URL")
    if command in {"demo", "up"} or measures:
        # Starts the servers the settings need, so it cannot wait for the settings.
        from config.embedded import run

        sys.exit(run(sys.argv[1:]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
