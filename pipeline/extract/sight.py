"""A page's lines, weighed: which are text, which are furniture, where the headline is, which block holds the article.

    lines ─ weights ─▶ container: the block with the most running text near below the headline

A line weighs what it holds of running Chinese text: characters outside links, with sentence marks. There are no English
sizes, and no size below which a text is no article.
"""

import math
from itertools import accumulate

from pipeline.extract.dom import Line, Outline
from pipeline.extract.linekinds import (
    ORIGINAL_TITLE,
    has_pause,
    has_stop,
    is_body_name,
    is_ending_name,
    is_furniture,
    is_noise_name,
    is_related_mark,
    key_of,
)
from pipeline.extract.params import BodyParams
from pipeline.text import count_han

_NOISE_TAGS = frozenset(("nav", "footer", "aside", "menu"))
_STANDS_FOR_PARENT = "p h1 h2 h3 h4 h5 h6 li pre blockquote dd dt center ul ol"
_TEXT_TAGS = frozenset(_STANDS_FOR_PARENT.split())
_SHARES = (1.0, 0.7, 0.4, 0.2)  # of a line's weight for the block around it, the one around that …
_HEADINGS = frozenset(("h1", "h2", "h3"))


class Sight:
    """A page's lines, weighed."""

    def __init__(self, outline: Outline, title_keys: tuple[str, ...], params: BodyParams) -> None:
        self.outline, self.params = outline, params
        self.keys = tuple(key for key in title_keys if len(key) >= 4)
        self.letters = frozenset("".join(self.keys))
        self.firsts = frozenset(key[0] for key in self.keys)
        self.min_letters = min((self.letters_of(key) for key in self.keys), default=0)
        self.headlines = self.find_headlines()
        self.kinds: dict[int, tuple[str, str, str]] = {}  # of blocks, as they are asked for
        ratio = params.max_link_ratio
        raw = [0.0 if line.linked > len(line.text) * ratio else _weight(line, params) for line in outline.lines]
        self.noise = self.find_noise(raw)
        self.weights = [0.0 if self.noise[line.block] else w for line, w in zip(outline.lines, raw, strict=True)]
        self.weight_to = [0.0, *accumulate(self.weights)]
        self.chars_to = [0, *accumulate(len(line.text) for line in outline.lines)]
        self.linked_to = [0, *accumulate(line.linked for line in outline.lines)]
        self.next_weighty = self.find_next_weighty()
        self.others = self.find_others()
        self.breaks = self.find_breaks()
        self.others_to = [0, *accumulate(self.others)]
        self.breaks_to = [0, *accumulate(self.breaks)]

    def find_noise(self, raw: list[float]) -> list[bool]:
        """Return for each block whether it is furniture.

        A block with most of the page's text is not, whatever its name; nor is one around the headline: articles open in
        pop-ups and modals.
        """
        weight_to = [0.0, *accumulate(raw)]
        most = weight_to[-1] * 0.5
        around = {block for i in self.headlines[:3] for block in self.outline.ancestors(self.outline.lines[i].block)}
        noise: list[bool] = []
        for i, block in enumerate(self.outline.blocks):
            if block.parent >= 0 and noise[block.parent]:
                noise.append(True)
                continue
            named = block.tag in _NOISE_TAGS or (block.names != "" and is_noise_name(block.names))
            noise.append(named and i not in around and weight_to[block.end] - weight_to[block.first] <= most)
        return noise

    def letters_of(self, key: str) -> float:
        """Return how many different letters of a title a line must have at least to be like it."""
        return len(set(key)) - len(key) * (1.0 - self.params.headline_cover)

    def find_headlines(self) -> list[int]:
        """Return the lines that print the title, of the best kind that the page has.

        A heading comes before a bare line, and a link never when there is another: lists link to the article itself.
        """
        ranks = self.ranked(in_links=False) or self.ranked(in_links=True)
        best = max(ranks.values(), default=0)
        return [i for i, rank in ranks.items() if rank == best][: self.params.max_headlines]

    def ranked(self, *, in_links: bool) -> dict[int, int]:
        """Return the lines that may be the headline with how good a one each is."""
        lines = self.outline.lines if self.keys else []
        low, high = max(4.0, self.min_letters), self.params.max_headline_chars
        sized = (i for i, line in enumerate(lines) if (line.linked > 0) == in_links and low <= len(line.text) <= high)
        return {i: rank for i in sized if (rank := self.headline_rank(lines[i]))}

    def find_next_weighty(self) -> list[int]:
        """Return for each line, and for the end, the first line from there on that weighs anything."""
        following = [len(self.weights)] * (len(self.weights) + 1)
        for i in range(len(self.weights) - 1, -1, -1):
            following[i] = i if self.weights[i] > 0 else following[i + 1]
        return following

    def headline_rank(self, line: Line) -> int:
        """Return 0 for a line that is no headline, else how good a one it is."""
        likeness = self.likeness(line)
        if not likeness:
            return 0
        block = self.outline.blocks[line.block]
        heading = 4 if block.tag in _HEADINGS else 2 if "title" in block.names.lower() else 0
        return 1 + heading + (8 if not line.linked else 0) + (likeness - 1)

    def likeness(self, line: Line) -> int:
        """Return 2 when the line is the page's title, 1 when it is most of it or has a little more, 0 otherwise."""
        text = line.text
        if not self.may_be_headline(text) or ORIGINAL_TITLE.match(text):
            return 0
        key = key_of(text)
        if len(key) >= 4 and key in self.keys:
            return 2
        return int(len(key) >= 8 and any(self.is_most_of(key, title) for title in self.keys))

    def is_title(self, text: str) -> bool:
        """Return whether a line is the page's title and nothing else."""
        first = text[0]  # asked first: most lines begin with another letter
        return not (first.isalnum() and first.lower() not in self.firsts) and key_of(text) in self.keys

    def may_be_headline(self, text: str) -> bool:
        """Return whether a line shares enough letters with the title; most lines of a page do not."""
        if not 4 <= len(text) <= self.params.max_headline_chars or len(text) < self.min_letters:
            return False
        return len(self.letters.intersection(text.lower())) >= self.min_letters

    def is_most_of(self, key: str, title: str) -> bool:
        short, long = (key, title) if len(key) < len(title) else (title, key)
        return len(short) >= 8 and len(short) >= len(long) * self.params.headline_cover and short in long

    def is_headline(self, line: Line) -> bool:
        return self.likeness(line) > 0

    def find_breaks(self) -> list[bool]:
        """Return for each line whether something else begins there: another article, a list of them, comments, the foot."""
        lines, high, noise = zip(self.outline.lines, self.others, strict=True), self.params.max_mark_chars, self.noise
        breaks = [
            is_other or (len(line.text) <= high and is_related_mark(line.text) and not noise[line.block])
            for line, is_other in lines
        ]
        for i, block in enumerate(self.outline.blocks):
            if self.noise[i] and block.end > block.first and (block.tag == "footer" or is_ending_name(block.names)):
                breaks[block.first] = True
        return breaks

    def is_related_heading(self, line: Line) -> bool:
        return (
            len(line.text) <= self.params.max_mark_chars and not self.noise[line.block] and is_related_mark(line.text)
        )

    def find_others(self) -> list[bool]:
        """Return for each line whether another article's h1 is printed there, on a page that prints its own title as one."""
        lines = self.outline.lines
        if not self.headlines or self.tag_of(lines[self.headlines[0]]) != "h1":
            return [False] * len(lines)
        return [self.tag_of(line) == "h1" and self.is_other_headline(line) for line in lines]

    def is_other_headline(self, line: Line) -> bool:
        if self.noise[line.block] or len(line.text) > self.params.max_headline_chars:
            return False
        return not self.is_headline(line)

    def tag_of(self, line: Line) -> str:
        return self.outline.blocks[line.block].tag

    def best_container(self) -> int | None:
        scores: dict[int, float] = {}
        starts: dict[int, int] = {}
        weighty = ((i, weight) for i, weight in enumerate(self.weights) if weight > 0)
        credited: dict[int, list[int]] = {}
        for i, weight in weighty:
            own = self.outline.lines[i].block
            if own not in credited:
                credited[own] = self.credited(own)
            for block, share in zip(credited[own], _SHARES, strict=False):
                if block not in starts:
                    starts[block] = self.start_of(block)
                part = self.params.other_article if self.is_cut_off(i, starts[block]) else 1.0
                scores[block] = scores.get(block, 0.0) + weight * share * part
        judged = {block: self.judged(block, score, starts[block]) for block, score in scores.items()}
        return max(judged, key=lambda block: (judged[block], block)) if judged else None

    def is_cut_off(self, i: int, start: int) -> bool:
        """Return whether something else began between a block's first line and this one.

        A list of related articles in the middle of a body does not end it: text of the same kind goes on behind.
        """
        if i <= start:
            return False
        if self.others_to[i + 1] > self.others_to[start + 1]:
            return True
        return self.breaks_to[i + 1] > self.breaks_to[start + 1] and self.kind_of(i) != self.kind_of(start)

    def kind_of(self, i: int) -> tuple[str, str, str]:
        """Return what a line stands in: a body that goes on uses the same markup, cards of other articles do not."""
        number = self.outline.lines[i].block
        kind = self.kinds.get(number)
        if kind is None:
            block = self.outline.blocks[number]
            parent = self.outline.blocks[block.parent] if block.parent >= 0 else block
            kind = self.kinds[number] = block.tag, parent.tag, parent.names
        return kind

    def credited(self, block: int) -> list[int]:
        """Return the blocks that a line's weight speaks for, from inside out; a paragraph speaks for what holds it."""
        chain = self.outline.ancestors(block, len(_SHARES) + 1)
        if len(chain) > 1 and self.outline.blocks[chain[0]].tag in _TEXT_TAGS:
            return chain[1:]
        return chain[: len(_SHARES)]

    def start_of(self, block: int) -> int:
        """Return the first line of the block that weighs anything and stands below the headline."""
        there = self.outline.blocks[block]
        headline = self.headline_above(block)
        first = there.first if headline is None else max(headline + 1, there.first)
        return min(self.next_weighty[first], there.end)

    def judged(self, block: int, score: float, start: int) -> float:
        """Return a container's score after its links, its name and its place are looked at."""
        there = self.outline.blocks[block]
        chars = self.chars_to[there.end] - self.chars_to[there.first]
        links = (self.linked_to[there.end] - self.linked_to[there.first]) / max(1, chars)
        named = 1.3 if there.names and is_body_name(there.names) else 1.0
        return score * (1.0 - links) * named * self.pull(block, start)

    def pull(self, block: int, start: int) -> float:
        headline = self.headline_above(block)
        if headline is None:
            return 1.0 if not self.headlines else 0.7
        gap = self.chars_to[start] - self.chars_to[headline + 1]
        factor = self.params.other_article if self.breaks_to[start] > self.breaks_to[headline + 1] else 1.0
        return factor * (1.0 + (self.params.headline_pull - 1.0) * math.pow(0.5, gap / self.params.headline_reach))

    def headline_above(self, block: int) -> int | None:
        """Return the last headline above the block's text; it may stand in the block."""
        there = self.outline.blocks[block]
        best: int | None = None
        for i in self.headlines:
            if i >= there.end:
                break
            inside = i >= there.first
            if inside and self.weight_to[i] - self.weight_to[there.first] > 0.3 * (
                self.weight_to[there.end] - self.weight_to[i]
            ):
                break
            best = i
        return best


def _weight(line: Line, params: BodyParams) -> float:
    """Return how many characters of running text a line that is no link holds. Cheap questions come first."""
    text = line.text
    size = len(text)
    plain = size - line.linked
    if size < 2:
        return 0.0
    stops = has_stop(text)
    if not stops and not has_pause(text):
        return 0.0 if size < params.min_bare_chars else min(plain * params.bare_share, params.max_line_weight)
    if count_han(text) < size * params.min_han_ratio or is_furniture(text):
        return 0.0
    return min(plain * (1.0 if stops else params.pause_share), params.max_line_weight)
