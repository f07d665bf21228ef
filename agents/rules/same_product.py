from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class SameProduct(Rule):
    name: ClassVar[str] = "same_product"
    label: ClassVar[str] = "Same product"
    about: ClassVar[str] = "Another size or colour, but no other product."
    is_public: ClassVar[bool] = True

    def says(self) -> str:
        return "only for another option of the same product"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        by_id = {line.external_id: line for line in lines}
        for swap in case.swaps:
            line = by_id.get(swap["line"])
            if line is None:
                continue
            product = case.history.product(line)
            if product is None:
                return self.asks(f"Which options {line.title} has is not known here.")
            options = {each["external_id"]: each for each in product.variants}
            wanted = options.get(swap["variant"])
            if wanted is None:
                return self.forbids(f"What is wanted for {line.title} is another product.")
            if line.sku and wanted.get("sku") == line.sku:
                return self.forbids(f"{line.title} is wanted in the option it has already.")
        return self.agrees() if case.swaps else None
