from __future__ import annotations

import pytest

from tests.contracts.extract import EXTRACTS, SPECS, extracted
from tests.contracts.shapes import HERE


@pytest.mark.skipif(not SPECS.exists(), reason="the published contracts are not beside this repository")
@pytest.mark.parametrize("platform", EXTRACTS)
def test_the_extracts_are_what_the_published_contracts_say(platform: str) -> None:
    if not (SPECS / platform).exists():
        pytest.skip(f"{platform}'s are not")
    for name, content in extracted(SPECS, platform).items():
        assert (HERE / name).read_text() == content, f"{name} is out of date: run tests/contracts/extract.py"
