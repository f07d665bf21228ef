"""Write all extracts anew from the published contracts: python -m tests.contracts.extract [specs folder]."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.contracts.shapes import HERE

SPECS = HERE.parents[2] / "shared" / "specs"
EXTRACTS = ("amazon", "carriers", "ebay", "meta", "shopify", "tiktok", "twilio", "walmart", "whatsapp")


def extracted(specs: Path, platform: str) -> dict[str, str]:
    """File name below this folder → what it should hold."""
    found: dict[str, str] = import_module(f"tests.contracts.extract_{platform}").extract(specs)
    return found


def main(specs: Path) -> None:
    for platform in EXTRACTS:
        for name, content in extracted(specs, platform).items():
            target = HERE / name
            target.parent.mkdir(exist_ok=True)
            target.write_text(content)
            print(f"{name}: {len(content):,} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SPECS)
