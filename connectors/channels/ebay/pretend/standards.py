"""How a pretend seller does: above standard, with one figure to watch."""

from __future__ import annotations

from datetime import datetime

from connectors.channels.ebay.pretend.answers import Json, time

_METRICS = (
    ("DEFECTIVE_TRANSACTION_RATE", "Transaction defect rate", "0.42", "TOP_RATED", "2.00"),
    ("CLAIMS_SAF_RATE", "Cases closed without seller resolution", "0.11", "TOP_RATED", "0.30"),
    ("SHIPPING_MISS_RATE", "Late shipment rate", "4.10", "ABOVE_STANDARD", "7.00"),
)


def profile(now: datetime) -> Json:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "standardsProfiles": [
            {
                "program": "PROGRAM_US",
                "defaultProgram": True,
                "standardsLevel": "ABOVE_STANDARD",
                "evaluationReason": "SEASONAL_EVALUATION",
                "cycle": {"cycleType": cycle, "evaluationDate": time(day), "evaluationMonth": f"{day:%Y-%m}"},
                "metrics": [
                    {
                        "metricKey": key,
                        "name": name,
                        "value": value,
                        "level": level,
                        "thresholdUpperBound": bound,
                    }
                    for key, name, value, level, bound in _METRICS
                ],
            }
            for cycle in ("CURRENT", "PROJECTED")
        ]
    }
