"""A sample of each host's articles that any split of the corpus and any order agree on: those with the smallest hashes."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeVar

Shown = TypeVar("Shown")  # what an article shows: its lines, its windows

SAMPLE = 256  # distinct articles kept for each host; a line of every tenth article is then in 26 ± 5 of them


def hash_of(text: str) -> int:
    """Return 64 bits of the text; lone surrogates are allowed."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def smallest(sample: Mapping[int, Shown]) -> dict[int, Shown]:
    """Return the articles with the smallest hashes: chance picks them, and picks the same ones everywhere."""
    return {article: sample[article] for article in sorted(sample)[:SAMPLE]}


def merged(a: Mapping[str, Mapping[int, Shown]], b: Mapping[str, Mapping[int, Shown]]) -> dict[str, dict[int, Shown]]:
    """Return what both show of each host; order and grouping of merges do not matter."""
    hosts = sorted({*a, *b})
    return {host: smallest({**a.get(host, {}), **b.get(host, {})}) for host in hosts}
