"""(a) One document after the other, no state: what `zhnews clean` runs."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pipeline.flow import Plan, process
from pipeline.model import Outcome
from pipeline.store.inputs import Item, Unreadable

Cleaned: TypeAlias = Outcome | Unreadable


def clean_items(items: Iterable[Item], plan: Plan) -> Iterator[Cleaned]:
    """Yield what becomes of each input, as soon as it is known; what could not be read passes through."""
    for item in items:
        yield item if isinstance(item, Unreadable) else process(item, plan)
