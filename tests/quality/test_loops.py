from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fold import codes_of, fold
from pipeline.quality import loops
from pipeline.quality.compiling import PLAIN, Loops, compiled
from pipeline.quality.kinds import look_table
from pipeline.quality.loops import Tally
from pipeline.quality.watch import pair_table

TEXTS = st.text("ab。.…”\n 的城1-", max_size=60)


def found_in(text: str, both: Loops) -> tuple[list[int], list[int], float]:
    """Return the tally, the counts of kinds and what the letters tell, as `measure` asks for them."""
    looks = look_table().take(codes_of(text))
    size = 1 << (2 * len(looks)).bit_length()
    slots, places = both.column(np.zeros((4, size), np.int32)), both.column(np.empty((5, len(looks)), np.int32))
    found = both.column(np.zeros((3, loops.N_KINDS), np.int64))
    told = both.text(both.column(looks), pair_table(), slots, places, found)
    tally, counts, _ = ([int(value) for value in row] for row in found)
    assert sum(counts) == len(text)
    return tally, counts, told


def tally_of(text: str, both: Loops) -> list[int]:
    return found_in(text, both)[0]


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
    "short": (f"首页\n{'这一行不短了' * 3}", {Tally.SHORT_LINES: 1}),
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


def top_chars(text: str, n: int) -> int:
    most = max(Counter(grams(text, n)).values(), default=1)
    return min(len(text), n * most) if most > 1 else 0


def of_letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


@given(st.text("ab城。", max_size=160))
@settings(deadline=None, max_examples=60)
def test_grams_are_those_of_a_plain_count(text):
    tally, _, told = found_in(text, PLAIN)
    letters = of_letters(text)
    assert tally[Tally.TOP :][:3] == [top_chars(letters, n) for n in loops.TOP_GRAMS]
    assert tally[Tally.REPEATED :][:6] == [repeated_chars(letters, n) for n in loops.REPEATED_GRAMS]
    assert tally[Tally.LETTERS] == len(letters)
    assert told == pytest.approx(sum(c * np.log2(c) for c in Counter(letters).values()))
    assert found_in(text, compiled())[:2] == (tally, _)


@given(st.text("abc", max_size=40))
@settings(deadline=None, max_examples=60)
def test_both_kinds_of_loops_tell_the_same(text):
    assert found_in(text, PLAIN) == found_in(text, compiled())


def test_grams_whose_hashes_meet_are_told_apart(monkeypatch):
    monkeypatch.setattr(loops, "hash_of", lambda *_: 0)
    text = "甲乙丙丁甲乙丙戊己丙乙甲乙丙庚丙"
    tally = tally_of(text, PLAIN)
    assert tally[Tally.TOP] == top_chars(text, 3) > 0


FUNCTIONS = {"的了的": (3, 2), "城": (0, 0), "這與": (2, 2)}


@pytest.mark.parametrize("text", FUNCTIONS)
def test_function_characters(text):
    tally = tally_of(text, PLAIN)
    assert (tally[Tally.FUNCTION_CHARS], tally[Tally.FUNCTION_KINDS]) == FUNCTIONS[text]
