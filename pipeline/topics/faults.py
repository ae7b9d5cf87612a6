"""What is wrong in a topic that has the right form: all of it at once. Pure.

`where` of a fault is the path of keys ("groups[2].words[5]"), which the reader of the file turns into a line.
"""

import math
import re
from collections.abc import Iterator

from pipeline.errors import Fault
from pipeline.fold import fold
from pipeline.topics.topic import Topic

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")

# Numbers: the least and the most that make sense.
_RANGES = {
    "title_boost": (0.0, 100.0),
    "lead_chars": (0, 1_000_000),
    "lead_boost": (1.0, 100.0),
    "repeat_cap": (1.0, 1000.0),
    "length_pivot": (1.0, 1_000_000.0),
    "length_power": (0.0, 2.0),
    "review_score": (0.0, 10_000.0),
    "keep_score": (0.0, 10_000.0),
}
_MOST_WEIGHT = 1000.0


def find_faults(topic: Topic) -> tuple[Fault, ...]:
    """Return what is wrong in a topic."""
    return (
        *_of_names(topic),
        *_of_numbers(topic),
        *_of_weights(topic),
        *_of_words(topic),
        *_of_exclusions(topic),
    )


def _of_names(topic: Topic) -> Iterator[Fault]:
    if not _ID.fullmatch(topic.id):
        yield Fault("id", f"{topic.id!r} is no id", "Use small letters, digits, - and _, such as ferry-service")
    if not topic.name.strip():
        yield Fault("name", "is blank", "Say what people shall read")
    if not topic.groups and not topic.learned_words and topic.learned is None:
        yield Fault("groups", "there are none", "Add a group with a weight and words")
    if topic.learned is not None and topic.learned_words:
        yield Fault("learned_words", "learned names a file already", "Keep one of the two")


def _of_numbers(topic: Topic) -> Iterator[Fault]:
    for name, (least, most) in _RANGES.items():
        value = getattr(topic, name)
        if not least <= value <= most:  # also when it is not a number
            yield Fault(name, f"{value:g} is outside {least:g} to {most:g}")
    if topic.review_score > topic.keep_score:
        remedy = "What is kept needs no review: set review_score to keep_score or below"
        yield Fault("review_score", f"{topic.review_score:g} is above keep_score {topic.keep_score:g}", remedy)


def _of_weights(topic: Topic) -> Iterator[Fault]:
    for n, group in enumerate(topic.groups):
        if not _is_weight(group.weight):
            yield Fault(f"groups[{n}].weight", f"{group.weight:g} is no weight", _WEIGHT_HELP)
        if not group.words:
            yield Fault(f"groups[{n}].words", "there are none", "Add words or remove the group")
    for n, learned in enumerate(topic.learned_words):
        if not _is_weight(learned.weight):
            yield Fault(f"learned_words[{n}].weight", f"{learned.weight:g} is no weight", _WEIGHT_HELP)


_WEIGHT_HELP = f"Use a number that is not 0, at most {_MOST_WEIGHT:g}; a word of no weight belongs into exclusions"


def _is_weight(value: float) -> bool:
    return math.isfinite(value) and 0 < abs(value) <= _MOST_WEIGHT


def _of_words(topic: Topic) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for place, word in _words(topic):
        key = fold(word)
        if not word.strip() or word != word.strip() or _BREAK.search(word):
            yield Fault(
                place, f"{word!r} is no word", "Write one without white space at its ends and without line breaks"
            )
        elif key in seen:
            same = "said twice" if seen[key] == word else f"the same word as {seen[key]}"
            yield Fault(place, f"{word}: {same}", "Keep it where its weight is right; script and width do not matter")
        else:
            seen[key] = word


def _words(topic: Topic) -> Iterator[tuple[str, str]]:
    for n, group in enumerate(topic.groups):
        for k, word in enumerate(group.words):
            yield f"groups[{n}].words[{k}]", word
    for n, word in enumerate(topic.exclusions):
        yield f"exclusions[{n}]", word
    for n, learned in enumerate(topic.learned_words):
        yield f"learned_words[{n}].word", learned.word


def _of_exclusions(topic: Topic) -> Iterator[Fault]:
    terms = {fold(word) for group in topic.groups for word in group.words} | {w.word for w in topic.learned_words}
    for n, word in enumerate(topic.exclusions):
        key = fold(word)
        if not any(term in key for term in terms if term != key):
            remedy = "An exclusion is a longer word with a term in it; a word that speaks against has a weight below 0"
            yield Fault(f"exclusions[{n}]", f"{word}: hides no term", remedy)
