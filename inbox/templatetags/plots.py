"""Small plots, drawn on the server as SVG: one partial each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

WIDTH, HEIGHT, GAP = 720, 96, 4


@dataclass(frozen=True)
class Point:
    name: str  # "Nov 22"
    value: float
    said: str  # the whole of it, in words: "Nov 22: 1,204 tokens, $0.0012"


@register.inclusion_tag("plots/bars.html")
def bars(points: Sequence[Point], label: str) -> dict[str, Any]:
    """One bar a point, the highest as high as the plot. `label` says what they are, with their unit."""
    most = max((point.value for point in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    drawn = [
        {
            "x": round(place * step + GAP / 2, 1),
            "y": round(HEIGHT - _height(point.value, most), 1),
            "height": round(_height(point.value, most), 1),
            "said": point.said,
        }
        for place, point in enumerate(points)
    ]
    return {
        "label": label,
        "bars": drawn,
        "bar": round(step - GAP, 1),
        "width": WIDTH,
        "height": HEIGHT,
        "first": points[0].name if points else "",
        "last": points[-1].name if points else "",
        "points": points,
    }


@dataclass(frozen=True)
class Share:
    value: float
    said: str  # "12 refused"
    tone: str  # "good", "warn", "bad"


@register.inclusion_tag("plots/shares.html")
def shares(parts: Sequence[Share], label: str) -> dict[str, Any]:
    """One bar, divided as its parts are."""
    whole = sum(part.value for part in parts) or 1
    drawn, x = [], 0.0
    for part in parts:
        width = part.value / whole * WIDTH
        drawn.append({"x": round(x, 1), "width": round(width, 1), "said": part.said, "tone": part.tone})
        x += width
    return {"label": label, "parts": drawn, "width": WIDTH, "height": 16}


def _height(value: float, most: float) -> float:
    """What is there can be seen, however little."""
    return max(value / most * HEIGHT, 2.0) if value else 0.0
