"""What runs learn of hosts, and where a run takes it from.

state ── with_knowledge ──▶ Plan of this run          articles of this run ── learn_hosts ──▶ state, for the next one

A run uses what was known when it began. So it does not matter in which order its articles came, nor how often it died.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.clean.knowledge import learn, merge
from pipeline.flow import Plan
from pipeline.model import Article
from pipeline.store.state import State


def with_knowledge(plan: Plan, state: State) -> Plan:
    """Return the plan with what is known of hosts by now."""
    return replace(plan, knowledge=merge(plan.knowledge, state.knowledge.read()))


def learn_hosts(state: State, run: int) -> None:
    """Add what the articles show that no run has counted yet."""
    fresh = [one.id for one in state.decisions.undecided() if one.is_fresh]
    if fresh:
        state.knowledge.keep(merge(state.knowledge.read(), learn(_articles(state, fresh))), run=run)


def _articles(state: State, items: list[str]) -> Iterator[Article]:
    for item in items:
        article = state.articles.find(item)
        assert article is not None, f"{item} is undecided, but not there"
        yield article
