from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fold import codes_of
from pipeline.quality import loops
from pipeline.quality.kinds import kind_table
from pipeline.quality.loops import PLAIN, Loops, Tally, compiled

TEXTS = st.text("ab。.…”\n 的城1-", max_size=60)


def tally_of(text: str, both: Loops) -> list[int]:
    tally = both.column(np.zeros(len(Tally), np.int64))
    counts = both.column(np.zeros(128, np.int64))
    kinds = both.column(kind_table().take(codes_of(text)))
    both.lines(kinds, 4, tally)
    both.sentences(kinds, counts, tally)
    assert sum(np.asarray(counts).tolist()) == len(text)
    return [int(value) for value in tally]


def grams_of(text: str, lengths: tuple[int, ...], both: Loops) -> tuple[list[int], list[int], float]:
    size = 1 << (2 * len(text)).bit_length()
    codes = both.column(codes_of(text))
    slots, counts, more = (both.column(np.zeros(size, np.int32)) for _ in range(3))
    places = both.column(np.zeros((2, len(text)), np.int32))
    most, repeated = both.column(np.zeros(3, np.int64)), both.column(np.zeros(len(lengths), np.int64))
    told = both.counts(codes, (1, 2, 3), slots, counts, places, most)
    both.repeats(codes, lengths, more, places, repeated)
    return list(map(int, most)), list(map(int, repeated)), told


def grams(text: str, n: int) -> list[str]:
    return [text[at : at + n] for at in range(len(text) - n + 1)]


def repeated_chars(text: str, n: int) -> int:
    seen, found, at = set(), 0, 0
    while at + n <= len(text):
        gram = text[at : at + n]
        found, at = (found + n, at + n) if gram in seen else (found, at + 1)
        seen.add(gram)
    return found


LINES = {
    "ends as a sentence": ("他来了。\n他走了！”", {Tally.LINES: 2, Tally.ENDED_LINES: 2}),
    "does not": ("他来了，", {Tally.ENDED_LINES: 0, Tally.LINES: 1}),
    "a decimal is no end": ("价格是3.", {Tally.ENDED_LINES: 0}),
    "a full stop is one": ("He came.", {Tally.ENDED_LINES: 1}),
    "dots": ("他想……\n他又想...", {Tally.DOTS_LINES: 2, Tally.ENDED_LINES: 2}),
    "two dots are none": ("他又想..", {Tally.DOTS_LINES: 0}),
    "bullets": ("●第一项\n- 第二项\n第三项", {Tally.BULLET_LINES: 2}),
    "short": ("首页\n这一行不短了", {Tally.SHORT_LINES: 1}),
    "blank lines do not count": ("\n\n他\n\n", {Tally.LINES: 1}),
    "sentences": ("他来。他走！！他想", {Tally.SENTENCES: 3, Tally.LONGEST_SENTENCE: 2}),
    "marks alone are no sentence": ("。！？\n。", {Tally.SENTENCES: 0}),
    "a decimal does not part a sentence": ("涨了3.5元。", {Tally.SENTENCES: 1}),
    "Latin sentences": ("He came. She left.", {Tally.SENTENCES: 2}),
    "an address does not part one": ("See a.b now", {Tally.SENTENCES: 1}),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_and_sentences(name):
    text, wanted = LINES[name]
    found = tally_of(text, PLAIN)
    assert {key: found[key] for key in wanted} == wanted


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_both_kinds_of_loops_agree_on_lines(text):
    assert tally_of(text, PLAIN) == tally_of(text, compiled())


@given(st.text("ab城", max_size=80))
@settings(deadline=None, max_examples=60)
def test_grams_are_those_of_a_plain_count(text):
    lengths = (3, 5, 8)
    most, repeated, _ = grams_of(text, lengths, PLAIN)
    assert [max(1, m) for m in most] == [
        max(Counter(grams(text, n)).values(), default=1) for n in (1, 2, 3)
    ]  # what is not repeated is not looked for
    wanted = [repeated_chars(text, n) for n in lengths]
    assert repeated == wanted
    assert grams_of(text, lengths, compiled())[:2] == (most, repeated)


@given(st.text("abc", max_size=40))
@settings(deadline=None, max_examples=60)
def test_what_the_counts_tell(text):
    *_, told = grams_of(text, (3,), PLAIN)
    assert told == pytest.approx(sum(c * np.log2(c) for c in Counter(text).values()))
    assert told == grams_of(text, (3,), compiled())[2]


def test_machine_code_is_for_batches(monkeypatch):
    loops._meter.cache_clear()
    monkeypatch.setattr(loops, "COMPILE_AFTER_CHARS", 10)
    assert [loops.loops_for(8) is PLAIN for _ in range(3)] == [True, True, False]
    loops._meter.cache_clear()
