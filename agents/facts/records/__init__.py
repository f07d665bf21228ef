"""From rows to evidence: which fields of a record may be said, and under which label. One noun a file."""

from agents.facts.records.disputes import dispute
from agents.facts.records.history import told
from agents.facts.records.orders import order
from agents.facts.records.passages import passage
from agents.facts.records.phrases import phrases
from agents.facts.records.products import product

__all__ = ["dispute", "order", "passage", "phrases", "product", "told"]
