"""The short account at the end of a run: where every input went."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.show import plain
from pipeline.model import Article
from pipeline.run.tally import Tally, largest_first

_START_CHARS = 30  # of a text without a title
MOST_COPIES = 20  # lines on the terminal; the report shows all


def print_tally(tally: Tally) -> None:
    """Print the sum that must add up, then what was refused and removed, the largest first."""
    print(
        f"seen {tally.seen:,} = kept {tally.kept:,} + rejected {tally.rejected:,} + unchanged {tally.unchanged:,}"
        f" + failed {tally.failed:,}"
    )
    _print_counts("rejected by rule", tally.rules)
    _print_counts("characters removed from what was kept, by kind", tally.removed)


def _print_counts(what: str, counts: Mapping[str, int]) -> None:
    if counts:
        print(f"{what}:")
    for name, n in largest_first(counts).items():
        print(f"  {n:>8,}  {name}")


def print_copies(data: Path, run: int) -> None:
    """Print the near-duplicates that a run found, each with the article that it is a copy of."""
    from pipeline.store.state import open_state  # noqa: PLC0415

    with open_state(data, read_only=True) as state:
        found = list(state.articles.copies(run))
        kept = {d.kept: state.articles.find(d.kept or "") for _, d in found}
    if found:
        print("copies, each with the article that stays:")
    for copy, decision in found[:MOST_COPIES]:
        other = kept[decision.kept]
        print(f"  {decision.relation:<9} {_named(copy)}\n         ← {_named(other) if other else decision.kept}")
    if len(found) > MOST_COPIES:
        print(f"  … and {len(found) - MOST_COPIES:,} more, see the report")


def _named(article: Article) -> str:
    where = f"  {article.url}" if article.url else f"  {article.source} {article.id}"
    return plain((article.title or "".join(article.paragraphs[:1])[:_START_CHARS]) + where)
