"""How good the machine is, measured: one measure a file, each giving a section of docs/quality.md (`manage.py quality`)."""
