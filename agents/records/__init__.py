"""From rows to evidence: which fields of a record may be said, and under which label. One noun a file."""

from agents.records.disputes import dispute
from agents.records.history import told
from agents.records.orders import order
from agents.records.passages import passage
from agents.records.phrases import phrases
from agents.records.products import product

__all__ = ["dispute", "order", "passage", "phrases", "product", "told"]
