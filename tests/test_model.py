from pipeline.model import Decision, Flag
from tests.builders import article


def test_host_is_without_port_and_user():
    assert article(url="https://me@News.Example:8080/a/b?x=1").host == "news.example"
    assert article(url=None).host is None
    assert article(url=None, site="b.example").host == "b.example"


def test_flags_are_not_repeated():
    once = article("甲").flagged(Flag(name="spun"), Flag(name="spun"))
    assert once.flags == (Flag(name="spun"),)
    assert once.flagged(Flag(name="spun")) is once


def test_a_text_of_nothing_but_space_has_no_paragraphs():
    made = article(" \n\u3000\n")
    assert made.paragraphs == ()
    assert made.original == " \n\u3000\n"


def test_a_decision_without_a_kept_article_stays():
    assert Decision(id="a", kept=None).is_kept
    assert not Decision(id="a", kept="b", relation="near").is_kept
