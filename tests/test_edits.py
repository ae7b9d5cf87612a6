"""The law of the book of changes: whatever is done, the text as received comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import Edit, changes_of, compose, layout_changes, replay, undo
from tests.builders import article, change

TEXTS = st.text(alphabet="甲乙ab，。 \u3000\n\r\t\u200b\ud800😀", max_size=40)


@st.composite
def edited(draw):
    """A text and an article on which several rounds of changes were made."""
    text = draw(TEXTS)
    made = article(text)
    for _ in range(draw(st.integers(0, 4))):
        wanted, at = [], 0
        for _ in range(draw(st.integers(0, 5))):
            start = at + draw(st.integers(0, 4))
            end = start + draw(st.integers(1, 5))
            if end > len(made.text):
                break
            wanted.append(change(start, end, draw(st.sampled_from(["", "x", "\n", " ", "一二", "。\n"]))))
            at = end
        made = made.changed(wanted)
    return text, made


@given(edited())
def test_original_comes_back_after_any_changes(case):
    text, made = case
    assert made.original == text
    assert replay(text, made.edits) == made.text


@given(edited())
def test_edits_are_ordered_apart_and_name_what_stood_there(case):
    text, made = case
    at = 0
    for edit in made.edits:
        assert at <= edit.start < edit.end
        assert text[edit.start : edit.end] == edit.old != edit.new
        at = edit.end


@given(edited())
def test_paragraphs_are_never_blank_or_padded(case):
    _, made = case
    assert all(p and p == p.strip() and "\n" not in p for p in made.paragraphs)


@given(TEXTS)
def test_layout_is_idempotent(text):
    laid_out = article(text).text
    assert layout_changes(laid_out) == ()


def test_a_change_takes_over_the_edits_that_it_covers():
    made = (
        article("甲\u3000\n\n乙丙").changed([change(0, 1, "一")]).changed([change(0, 4, "", rule="later", kind="nav")])
    )
    assert made.paragraphs == ()
    assert [(e.old, e.new, e.rule) for e in made.edits] == [("甲\u3000\n\n乙丙", "", "later")]


def test_neighbouring_removals_keep_their_own_signatures():
    made = article("甲乙丙丁").changed([change(0, 1, rule="one")]).changed([change(0, 1, rule="two")])
    assert [(e.start, e.old, e.rule) for e in made.edits] == [(0, "甲", "one"), (1, "乙", "two")]


def test_lines_that_go_keep_their_signatures_when_the_blank_line_goes_too():
    made = article("甲\n乙\n丙\n丁").changed([change(2, 3, rule="one")]).changed([change(2, 3, rule="two")])
    assert made.paragraphs == ("甲", "丁")
    assert [(e.old, e.rule) for e in made.edits if e.kind != "layout"] == [("乙", "one"), ("丙", "two")]


def test_two_lines_that_go_at_once_keep_their_signatures():
    made = article("甲\n乙\n丙\n丁").changed([change(2, 3, rule="one"), change(4, 5, rule="two")])
    assert made.paragraphs == ("甲", "丁")
    assert [(e.old, e.rule) for e in made.edits if e.kind != "layout"] == [("乙", "one"), ("丙", "two")]


def test_the_widest_change_signs_for_a_place_that_several_touch():
    made = article("abc").changed([change(0, 3, "wxyz")])
    made = made.changed([change(0, 1, "1", rule="narrow"), change(1, 3, "2", rule="wide")])
    assert [(e.old, e.new, e.rule) for e in made.edits] == [("abc", "12z", "wide")]


def test_a_change_back_to_the_original_leaves_no_edit():
    assert article("abc").changed([change(1, 2, "x")]).changed([change(1, 2, "b")]).edits == ()


def test_changes_of_many_places_are_those_that_are_made_one_by_one():
    many = changes_of([0, 3], [1, 5], ["x", ""], rule="test.rule", kind="test")
    assert many == (change(0, 1, "x"), change(3, 5, ""))
    assert compose("abcdef", (), many) == compose("abcdef", (), [change(0, 1, "x"), change(3, 5, "")])


def test_edits_that_no_change_meets_stay_the_same_objects():
    text, edits = compose("甲乙丙丁", (), [change(0, 1, "一"), change(2, 3, "三三")])
    text, later = compose(text, edits, [change(1, 2, "二")])
    assert text == "一二三三丁"
    assert [edit.old for edit in later] == ["甲", "乙", "丙"]
    assert later[0] is edits[0]
    assert later[2] is edits[1]


def test_a_removal_at_the_edge_of_a_change_is_not_met():
    made = article("甲乙丙丁戊").changed([change(0, 1, rule="before"), change(3, 4, rule="behind")])
    made = made.changed([change(0, 2, "x", rule="between")])
    assert [(e.start, e.old, e.rule) for e in made.edits] == [
        (0, "甲", "before"),
        (1, "乙丙", "between"),
        (3, "丁", "behind"),
    ]
    assert made.original == "甲乙丙丁戊"


@pytest.mark.parametrize("bad", [[(0, 0)], [(2, 9)], [(0, 2), (1, 3)]], ids=["empty", "outside", "overlap"])
def test_bad_changes_are_refused(bad):
    with pytest.raises(ValueError, match="empty, overlaps or leaves"):
        compose("abcd", (), [change(a, b) for a, b in bad])


def test_edits_of_another_text_are_refused():
    edits = (Edit(start=0, end=1, old="甲", new="乙", rule="r", kind="k"),)
    with pytest.raises(ValueError, match="does not fit"):
        replay("丙", edits)
    with pytest.raises(ValueError, match="cannot be undone"):
        undo("丙", edits)


def test_no_changes_are_no_work():
    made = article("甲")
    assert made.changed([]) is made


def test_a_megabyte_of_spaces_is_linear():
    assert article(" " * 1_000_000 + "甲").paragraphs == ("甲",)
