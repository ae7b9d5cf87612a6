"""What a topic is: words with weights, and numbers that turn their places into a verdict.

A topic is data (a YAML file, see `topics/service.yaml`); another topic needs no code. Words may be written in either
script: they are matched on folded text.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """Words that speak for the topic equally strongly; below 0: against it."""

    weight: float
    words: tuple[str, ...]
    about: str = ""  # why these words have this weight; for readers of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as its file says it."""

    id: str
    name: str
    groups: tuple[TermGroup, ...]
    exclusions: tuple[str, ...] = ()  # longer words that hide a term inside them: 服务器 hides 服务
    title_boost: float = 1.0  # a term in the title counts this much more, once
    lead_chars: int = 200  # characters of the text that count as its lead
    lead_boost: float = 1.5  # a term in the lead counts as so many terms
    repeat_cap: float = 3.0  # a term says no more after so many times
    length_pivot: float = 500.0  # characters; texts longer than this need more to reach the same score
    length_power: float = 0.7  # 0: length does not matter; 1: the score is a density
    review_score: float = 8.0  # from here a person should look
    keep_score: float = 14.0  # from here the article is about the topic
