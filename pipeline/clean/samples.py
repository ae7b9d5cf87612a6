"""A sample of each host's articles that any split of the corpus and any order agree on: those with the smallest hashes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, Self, TypeVar

Shown = TypeVar("Shown")  # what an article shows: its lines, its windows

SAMPLE = 256  # distinct articles kept for each host; a line of every tenth article is then in 26 ± 5 of them


@dataclass(frozen=True, slots=True)
class HostTable(Generic[Shown]):
    """What is known of each host: a sample of its distinct articles, and what each of them shows."""

    hosts: Mapping[str, Mapping[int, Shown]]  # by the hash of an article

    def __hash__(self) -> int:
        return len(self.hosts)  # asked for each article: must not cost a look at all hosts

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, dict[int, Any]]]]:
        return type(self), ({host: dict(sample) for host, sample in self.hosts.items()},)


def sampled(shown: Iterable[tuple[str, int, Shown]]) -> dict[str, dict[int, Shown]]:
    """Return the sample of each host: of what its articles show, given as host, hash of the article, and what it shows."""
    hosts: defaultdict[str, dict[int, Shown]] = defaultdict(dict)
    for host, article, one in shown:
        hosts[host][article] = one
        if len(hosts[host]) > 2 * SAMPLE:
            hosts[host] = smallest(hosts[host])
    return {host: smallest(sample) for host, sample in hosts.items()}


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
