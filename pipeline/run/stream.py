"""(a) One document after the other, no state: what `zhnews clean` runs."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pipeline.flow import Plan, process_all
from pipeline.model import Outcome
from pipeline.store.inputs import Item, Unreadable

Cleaned: TypeAlias = Outcome | Unreadable


def clean_items(items: Iterable[Item], plan: Plan, *, at_once: bool = False) -> Iterator[Cleaned]:
    """Return what becomes of each input, in order; what could not be read passes through.

    `at_once`: each as soon as it is known, as who waits at a pipe wants it. Else some hundred together, in less time.
    """
    return process_all(items, plan, together=1) if at_once else process_all(items, plan)
