"""How signals are distributed, and what stands beside each cut."""

import dataclasses
import pickle
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SetupError
from pipeline.model import Rejected
from pipeline.quality.distribution import EXAMPLES, Gathering, Measured, distributions, measured_of
from pipeline.quality.select import presets, select_article
from pipeline.quality.signals import measure, measure_text
from tests.builders import article

SENTENCE = "区里上周在文化馆办了一场讲座，来听的人比椅子多。"
PLAIN = measure_text(SENTENCE)


def measured(**values) -> list[Measured]:
    """Return articles that differ in one signal."""
    ((name, some),) = values.items()
    return [
        Measured(id=f"{n:02d}", begins=f"第{n}篇", signals=dataclasses.replace(PLAIN, **{name: value}))
        for n, value in enumerate(some)
    ]


def bins_of(distribution) -> dict[str, tuple[int, int]]:
    return {one.name: (one.articles, one.lost) for one in distribution.bins if one.articles}


def test_bins_and_cuts_of_a_share():
    (found,) = distributions(measured(han_share=[0.0, 0.59, 0.6, 0.61, 1.0]), ["han_share >= 0.6"])
    assert (found.signal, found.unit, found.articles, found.lost) == ("han_share", "share", 5, 2)
    assert bins_of(found) == {"0–0.001": (1, 1), "0.5–0.6": (1, 1), "0.6–0.7": (2, 0), "≥ 0.99": (1, 0)}
    (cut,) = found.cuts
    assert (cut.condition, cut.clause, cut.value, cut.lost) == ("select", "han_share >= 0.6", 0.6, 2)
    assert [one.id for one in cut.staying] == ["02", "03", "04"], "the nearest first"
    assert [(one.id, one.begins, one.value) for one in cut.going] == [("01", "第1篇", 0.59), ("00", "第0篇", 0.0)]


def test_a_cut_parts_the_bin_it_lies_in():
    (found,) = distributions(measured(chars=[30, 33, 36]), ["chars >= 35"])
    assert bins_of(found) == {"20–35": (2, 2), "35–50": (1, 0)}


def test_both_ends_of_a_chain_are_cuts():
    (found,) = distributions(measured(mean_sentence=[5.0, 20.0, 900.0]), ["8 <= mean_sentence <= 250"])
    assert [(cut.value, cut.lost) for cut in found.cuts] == [(8, 2), (250, 2)]
    assert [cut.going[0].value for cut in found.cuts] == [5.0, 900.0]


def test_a_clause_over_several_signals_cuts_each():
    found = distributions(measured(chars=[10, 400]), ["chars >= 300 or ended_chars >= 0.5 and not spun"])
    assert [one.signal for one in found] == ["chars", "ended_chars", "spun"]
    assert [[cut.value for cut in one.cuts] for one in found] == [[300], [0.5], [None]]
    assert len({cut.clause for one in found for cut in one.cuts}) == 1


def test_names_and_flags_have_a_bin_each():
    (language,) = distributions(measured(language=["zh", "zh", "ja"]), ['language == "zh"'])
    assert bins_of(language) == {"zh": (2, 0), "ja": (1, 1)}
    assert language.cuts[0].value is None
    assert [one.value for one in language.cuts[0].going] == ["ja"]
    assert [one.name for one in language.bins] == ["zh", "ja", "ko", "latin", "other", "none"]
    (named,) = distributions(measured(language=["zh", "vi", "en", "vi"]), ['language == "en"'])
    assert [one.name for one in named.bins][-2:] == ["en", "vi"], "languages that were identified, if there are"
    assert bins_of(named) == {"zh": (1, 1), "en": (1, 0), "vi": (2, 2)}
    (spun,) = distributions(measured(spun=[True, False]), ["not spun"])
    assert bins_of(spun) == {"no": (1, 0), "yes": (1, 1)}


def test_members_of_families_and_negative_numbers():
    (nav,) = distributions(measured(removed=[{}, {"nav": 0.4}]), ["removed.nav < 0.3"])
    assert (nav.signal, nav.unit, bins_of(nav)) == ("removed.nav", "share", {"0–0.001": (1, 0), "0.4–0.5": (1, 1)})
    (chars,) = distributions(measured(chars=[0]), ["chars > -1"])
    assert bins_of(chars) == {"0–1": (1, 0)}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_does_not_matter_and_examples_are_few(seed):
    articles = measured(chars=[7, 7, 7, 7, 7, 7, 7, 3, 400, 90, 91, 92] * 3)
    wanted = distributions(articles, ["light"])
    random.Random(seed).shuffle(articles)
    assert distributions(articles, ["light"]) == wanted
    assert all(len(side) <= EXAMPLES for one in wanted for cut in one.cuts for side in (cut.staying, cut.going))


MANY = measured(chars=[7, 7, 7, 7, 7, 7, 7, 3, 400, 90, 91, 92] * 3)


@settings(max_examples=30)
@given(ends=st.lists(st.integers(0, len(MANY)), max_size=5).map(sorted))
def test_gatherings_of_parts_make_the_distributions_of_all(ends):
    whole = Gathering(["light", "chars > 90"])
    for first, end in pairwise([0, *ends, len(MANY)]):
        part = pickle.loads(pickle.dumps(Gathering(["light", "chars > 90"])))  # as in another process
        for one in MANY[first:end]:
            part.add(one)
        whole.merge(pickle.loads(pickle.dumps(part)))
    assert whole.distributions() == distributions(MANY, ["light", "chars > 90"])


def test_articles_of_one_name_are_shown_side_by_side():
    twins = [Measured(id="a", begins=begins, signals=PLAIN) for begins in ("甲", "乙", "甲")]
    (found,) = distributions(twins, ["chars > 1"])
    assert [one.begins for one in found.cuts[0].staying] == ["甲", "甲", "乙"]


def test_presets_show_all_their_signals_in_the_order_of_the_reference():
    found = distributions([Measured(id="a", begins="", signals=PLAIN)], tuple(presets()))
    names = [one.signal for one in found]
    assert names == sorted(names, key=[*dataclasses.asdict(PLAIN)].index)
    assert {cut.condition for one in found for cut in one.cuts} == {*presets()} - {"none"}
    assert all(sum(one.articles for one in each.bins) == 1 for each in found)


def test_without_conditions_there_is_nothing_to_show():
    gathering = Gathering(["none"])
    gathering.add(Measured(id="a", begins="", signals=PLAIN))
    assert gathering.distributions() == distributions([], []) == ()


def test_a_wrong_condition_is_told():
    with pytest.raises(SetupError, match="han_share"):
        distributions([], ["han_shar > 1"])


def test_what_is_measured_of_an_outcome():
    one = article(SENTENCE, title="讲座")
    assert measured_of(one) == Measured(id=one.id, begins="讲座", signals=measure(one))
    rejected = select_article(article(f"{SENTENCE}\n完。"), PLAIN, ["chars > 1000"])
    assert isinstance(rejected, Rejected)
    found = measured_of(rejected)
    assert found is not None
    assert (found.begins, found.signals) == (f"{SENTENCE} 完。", PLAIN)
    assert measured_of(dataclasses.replace(rejected, signals=None)) is None
