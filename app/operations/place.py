"""Where in a recipe something is read, so that a refusal can point at it and offer a fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a recipe something is read, so that a refusal can point at it.

    Attributes
    ----------
    stage : str
        Id of the stage; a fix is a patch to it.
    path : str
        For instance ``"stages[0]"``.
    """

    stage: str
    path: str

    def refusal(
        self,
        name: str,
        detail: str,
        *,
        allowed: Any = None,
        label: str = "",
        changes: Mapping[str, Any] | None = None,
    ) -> InvalidRequest:
        """Build the refusal of one setting.

        Parameters
        ----------
        name : str
            Setting, with an index where it is a list: ``"filters[2].mix"``.
        detail : str
            What was asked, of what, why it fails, what would work.
        allowed : Any, optional
            Legal values.
        label : str
            What the button that applies the fix says.
        changes : mapping, optional
            Patch to the stage that works; ``None`` as a value takes the setting out.

        Returns
        -------
        InvalidRequest

        Examples
        --------
        >>> Place("conv1", "stages[0]").refusal("stride", "stride is 0").field
        'stages[0].stride'
        """
        fix = None
        if changes is not None:
            fix = {"label": label, "stage": self.stage, "changes": dict(changes)}
        return InvalidRequest(detail, field=f"{self.path}.{name}", allowed=allowed, fix=fix)
