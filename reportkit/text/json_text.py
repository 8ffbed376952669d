"""JSON from files that anybody may have changed."""

import json
from collections.abc import Callable
from typing import Any


def read_json(content: str | bytes, *, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """As `json.loads`, but that what is nested too deeply is a ValueError too, like all else that can't be read."""
    try:
        return json.loads(content, object_hook=object_hook)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
