"""Shopify's points: what a query costs, and each shop's bucket of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)

Json = dict[str, Any]
LARGEST = 1000  # points a single query may ask for
MUTATION = 10


@dataclass
class Bucket:
    """Of the size Shopify gives its bigger shops."""

    maximum: float = 10_000
    restore_rate: float = 1_000  # points a second
    left: float = 10_000
    at: float = field(default_factory=time.monotonic)

    def available(self) -> float:
        now = time.monotonic()
        self.left = min(self.maximum, self.left + (now - self.at) * self.restore_rate)
        self.at = now
        return self.left

    def spend(self, points: float) -> None:
        self.left = self.available() - points

    def status(self, requested: int, actual: int | None) -> Json:
        """What Shopify puts below `extensions.cost`."""
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": int(self.available()),
                "restoreRate": self.restore_rate,
            },
        }


def requested(schema: GraphQLSchema, document: DocumentNode) -> int:
    """One point an object, times `first` in lists; the document has been validated."""
    fragments = {f.name.value: f for f in document.definitions if isinstance(f, FragmentDefinitionNode)}
    run = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    base = MUTATION if run.operation is OperationType.MUTATION else 0
    return base + _cost(schema, fragments, run.selection_set, schema.get_root_type(run.operation))


def actual(data: Any) -> int:
    """One point for each object in the answer."""
    if isinstance(data, dict):
        return 1 + sum(actual(each) for each in data.values())
    return sum(actual(each) for each in data) if isinstance(data, list) else 0


def _cost(schema: GraphQLSchema, fragments: dict[str, Any], chosen: SelectionSetNode, parent: Any) -> int:
    total = 0
    for part in chosen.selections:
        if isinstance(part, FragmentSpreadNode):
            total += _cost(schema, fragments, fragments[part.name.value].selection_set, parent)
        elif isinstance(part, InlineFragmentNode):
            of = schema.type_map[part.type_condition.name.value] if part.type_condition else parent
            total += _cost(schema, fragments, part.selection_set, of)
        elif isinstance(part, FieldNode) and part.selection_set:
            kind = get_named_type(parent.fields[part.name.value].type)
            inner = 0 if is_leaf_type(kind) else _cost(schema, fragments, part.selection_set, kind)
            one = 0 if kind.name.endswith("Connection") else 1
            total += _first(part) * (one + inner)
    return total


def _first(part: FieldNode) -> int:
    sizes = (each.value for each in part.arguments or () if each.name.value == "first")
    return next((int(size.value) for size in sizes if isinstance(size, IntValueNode)), 1)
