"""Which files of ``static/styles`` are sent together, and in which order.

One address for the first picture and one for what comes after it: a file each would cost a
request each, and one file for everything cannot be read. Within a list the order is the cascade:
what adapts parts to a window comes after the parts.
"""

from __future__ import annotations

from collections.abc import Mapping

FIRST = (
    "tokens",
    "base",
    "header",
    "overview",
    "tiles",
    "work",
    "messages",
    "map-column",
    "lens",
    "middle",
    "ledger",
    "cells",
    "ledger-row",
    "transport",
    "wide",
    "medium",
    "narrow",
    "upright",
    "phone",
    "phone-controls",
    "touch",
    "forced-colours",
)
LATER = (
    "readout",
    "notes",
    "menus",
    "inspector",
    "inspector-filters",
    "inspector-kernels",
    "fields",
    "inspector-choices",
    "inspector-results",
    "inspector-problems",
    "kernel-editor",
    "inspector-layout",
    "inspector-touch",
    "panels",
    "plots",
    "pool-panel",
    "winners",
    "next-cells",
    "picture-dialog",
    "samples",
    "picture-settings",
    "drop",
    "keys",
    "saved-file",
    "modal",
    "share-dialog",
    "export-dialog",
    "embed-builder",
    "print",
)

#: All that an embed needs, and nothing else, at one address.
EMBED = (
    "tokens",
    "base",
    "messages",
    "saved-file",
    "notes",
    "map-column",
    "cells",
    "transport",
    "fields",
    "kernel-editor",
    "panels",
    "plots",
    "pool-panel",
    "winners",
    "readout",
    "embed-card",
    "embed-pairs",
    "embed-sums",
    "embed-controls",
    "embed-widths",
    "forced-colours",
)

#: Names under the folder of assets, and the files that are joined there.
JOINED: Mapping[str, tuple[str, ...]] = {
    f"styles/{name}.css": tuple(f"styles/{part}.css" for part in parts)
    for name, parts in {"first": FIRST, "later": LATER, "embed": EMBED}.items()
}
