"""Saved objects in, the dashboard that shows them out."""

from __future__ import annotations

import json
from typing import Final

from .objects import ARTICLES, Object, saved

PLACES: Final = {
    "sada-about": (0, 0, 48, 5),
    "sada-count": (0, 5, 12, 6),
    "sada-stories": (12, 5, 12, 6),
    "sada-last-read": (24, 5, 12, 6),
    "sada-rejects": (36, 5, 12, 6),
    "sada-volume": (0, 11, 48, 12),
    "sada-persons": (0, 23, 16, 14),
    "sada-places": (16, 23, 16, 14),
    "sada-organisations": (32, 23, 16, 14),
    "sada-headlines": (0, 37, 24, 18),
    "sada-carriers": (24, 37, 24, 18),
    "sada-read": (0, 55, 24, 12),
    "sada-rejects-time": (24, 55, 24, 12),
    "sada-rejects-table": (0, 67, 16, 14),
    "sada-search-rejects": (16, 67, 32, 14),
}
"""Where each object stands on the dashboard: x, y, width, height in 48ths of its breadth."""

CONTROLS: Final = {"source": "Source", "persons": "Person", "places": "Place"}


def board(objects: list[Object]) -> Object:
    """Lay the objects out, with lists to choose from above them."""
    kinds = {one["id"]: one["type"] for one in objects}
    panels, references = [], []
    for number_, (id_, (x, y, w, h)) in enumerate(PLACES.items(), 1):
        index = str(number_)
        panels.append(
            {
                "type": kinds[id_],
                "gridData": {"x": x, "y": y, "w": w, "h": h, "i": index},
                "panelIndex": index,
                "embeddableConfig": {"enhancements": {}, **({"hidePanelTitles": True} if id_ == "sada-about" else {})},
                "panelRefName": f"panel_{index}",
            }
        )
        references.append({"type": kinds[id_], "id": id_, "name": f"{index}:panel_{index}"})
    controls = {}
    for order, (field, title) in enumerate(CONTROLS.items()):
        chosen = {"id": field, "fieldName": field, "title": title, "selectedOptions": [], "enhancements": {}}
        controls[field] = {
            "order": order,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": chosen,
        }
        references.append(
            {"type": "index-pattern", "id": ARTICLES, "name": f"controlGroup_{field}:optionsListDataView"}
        )
    kept = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
    attributes = {
        "title": "Sada: the news and the line",
        "description": "Volume, names, repeated headlines, and what the line rejects.",
        "panelsJSON": json.dumps(panels, ensure_ascii=False),
        "optionsJSON": json.dumps(
            {
                "useMargins": True,
                "syncColors": True,
                "syncCursor": True,
                "syncTooltips": False,
                "hidePanelTitles": False,
            }
        ),
        "controlGroupInput": {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "showApplySelections": False,
            "ignoreParentSettingsJSON": json.dumps(kept),
            "panelsJSON": json.dumps(controls, ensure_ascii=False),
        },
        "timeRestore": True,
        "timeFrom": "now-7d",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": json.dumps({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return saved("dashboard", "sada", attributes, references)
