"""The dataset card: front matter that hubs can read, and the figures of the manifest."""

import pytest
import yaml

from pipeline.store.card import dataset_card


def manifest(**tally):
    counts = {"seen": 0, "kept": 0, "rejected": 0, "failed": 0, "duplicates": 0, "rules": {}, "removed": {}, **tally}
    return {"zhnews": "1.2", "plan": "abc", "prefer": "earliest", "inputs": [{"name": "a"}], "tally": counts}


def test_the_front_matter_names_language_and_files():
    _, front, body = dataset_card(manifest(kept=5), ["corpus-00000.parquet", "corpus-00001.parquet"]).split("---\n", 2)
    said = yaml.safe_load(front)
    assert said["language"] == ["zh"]
    assert said["configs"][0]["data_files"] == ["corpus-00000.parquet", "corpus-00001.parquet"]
    assert "earliest published" in body


def test_figures_and_rules_stand_in_tables():
    card = dataset_card(manifest(seen=1234, rules={"dedup.near": 7}, removed={"nav": 90}), ["corpus.jsonl"])
    for line in ("| seen | 1,234 |", "| `dedup.near` | 7 |", "| `nav` | 90 |"):
        assert line in card.splitlines()
    assert "## Rejected, by rule" not in dataset_card(manifest(), ["corpus.jsonl"])


@pytest.mark.parametrize(("kept", "size"), [(0, "n<1K"), (1000, "1K<n<10K"), (999_999, "100K<n<1M"), (10**8, "n>10M")])
def test_the_size_is_the_hubs_own_word(kept, size):
    assert f"size_categories: [{size}]" in dataset_card(manifest(kept=kept), ["corpus.jsonl"])
