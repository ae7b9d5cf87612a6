"""The dataset card of a corpus: README.md with the front matter that dataset hubs read. Plain values in, text out."""

from collections.abc import Mapping, Sequence
from typing import Any

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGEST = "n>10M"


def dataset_card(manifest: Mapping[str, Any], corpus_files: Sequence[str]) -> str:
    """Return the card of a corpus whose files have these names."""
    tally = manifest["tally"]
    return "\n".join(
        [
            "---",
            "language: [zh]",
            f"size_categories: [{_size(tally['kept'])}]",
            "task_categories: [text-generation]",
            "configs:",
            "  - config_name: default",
            "    data_files:",
            *(f"      - {name}" for name in corpus_files),
            "---",
            "# Corpus of Chinese news",
            "",
            f"Made by zhnews {manifest['zhnews']} from {len(manifest['inputs']):,} input files, plan `{manifest['plan']}`. The same",
            "inputs and the same plan give the same files.",
            "",
            *_table(
                ("what", "records"), [(name, f"{tally[name]:,}") for name in ("seen", "kept", "rejected", "failed")]
            ),
            "",
            f"Of the rejected {tally['duplicates']:,} are near-duplicates; of several copies the {_PREFERRED[manifest['prefer']]} stays.",
            "",
            "## Files",
            "",
            *_table(("file", "what is in it"), _FILES),
            "",
            *_rules(tally["rules"], "Rejected, by rule"),
            *_rules(tally["removed"], "Characters removed from what was kept, by kind"),
            "Every removal is in its record (`edits`): the text as received can be had back from it.",
            "",
        ]
    )


_PREFERRED = {"first": "first in order of the input", "earliest": "earliest published", "longest": "longest"}
_FILES = (
    ("`corpus…`", "the articles that stay, sorted by id"),
    ("`duplicates…`", "the others, each with the article that it is a copy of, and why"),
    ("`rejected.jsonl`", "inputs that are no article, with the rule that says so"),
    ("`failed.jsonl`", "inputs that could not be read, with place and remedy"),
    ("`manifest.json`", "versions, plan, inputs with their digests, the count of all"),
    ("`report.html`", "the same for people, with samples of every kind"),
)


def _size(kept: int) -> str:
    return next((name for limit, name in _SIZES if kept < limit), _LARGEST)


def _rules(counts: Mapping[str, int], title: str) -> list[str]:
    if not counts:
        return []
    return [f"## {title}", "", *_table(("name", "count"), [(f"`{k}`", f"{n:,}") for k, n in counts.items()]), ""]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
