from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from random import Random

import numpy as np
import pytest

from pipeline.dedup.bands import Pairs
from pipeline.dedup.verify import COPIES, LM, NEWS, PRESETS, STRICT, Verified, VerifyParams, verify_pair, verify_pairs
from pipeline.model import Record
from tests.dedup.stories import form, records, story

STORY = story(1)
DAY, NEXT_YEAR = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 3, 1)  # noqa: DTZ001 - a day without a zone is a day
FORM = form("长沙", 5, 1, (1203, 871, 96))


def edited(text: str, share: float) -> str:
    draw = Random(3)
    return "".join(draw.choice("琢磨瓷匣笙弦") if draw.random() < share else letter for letter in text)


CASES: dict[str, tuple[str, str, str | None]] = {
    "the same text": (STORY, STORY, "exact"),
    "the same but for script and punctuation": (
        "服務熱線今日開通，群眾反映良好。",
        "服务热线今日开通 群众反映良好",
        "exact",
    ),
    "spam in it": (STORY[:150] + "加微信领取优惠券" + STORY[150:], STORY, "near"),
    "sentences in another order": ("\n".join(reversed(STORY.split("\n"))), STORY, "near"),
    "a character in ten changed": (edited(STORY, 0.1), STORY, "near"),
    "cut short": (STORY[: len(STORY) // 2], STORY, "contained"),
    "the whole of what was cut short": (STORY, STORY[: len(STORY) // 2], "contains"),
    "a roundup that holds it": (story(2, 30) + STORY, STORY, "quote"),
    "a part of a roundup": (STORY, story(2, 30) + STORY, "contained"),
    "a passage quoted": (story(2) + STORY[:120], STORY, "quote"),
    "nothing in common": (story(2), STORY, None),
    "the same form, other numbers": (form("长沙", 5, 2, (987, 542, 41)), FORM, "template"),
    "the same form, another person": (
        FORM + "热线负责人王建国表示，将继续改进。",
        FORM + "热线负责人李卫东表示，将继续改进。",
        "template",
    ),
    "the same form, the same person": (FORM + "热线负责人王建国表示。", FORM + "负责人王建国表示", "near"),
    "too short to judge": ("张三同志获得先进个人称号", "李四同志获得先进个人称号", None),
    "short, another name": (
        "客服中心张晓燕耐心解答问题受到来电群众一致好评",
        "客服中心李春梅耐心解答问题受到来电群众一致好评",
        "quote",
    ),
    "short, only longer": (
        "客服中心耐心解答问题受到来电群众一致好评特此表扬",
        "客服中心耐心解答问题受到来电群众一致好评",
        "near",
    ),
    "empty": ("", "", None),
    "only marks": ("！！", "……", None),
    "emptiness against a text": ("", STORY, None),
}


def verified(pair: Iterable[Record], params: VerifyParams = NEWS) -> Verified:
    first, second = pair
    return verify_pair(first, second, params)


@pytest.mark.parametrize(("text", "other", "relation"), CASES.values(), ids=CASES.keys())
def test_relation(text: str, other: str, relation: str | None) -> None:
    found = verified(records(text, other))
    assert found.relation == relation
    assert all(0 <= score <= 1 for score in found.scores.values())
    assert found.is_copy == (relation in COPIES)


def test_differing_facts_are_told() -> None:
    found = verified(records(form("长沙", 5, 2, (987, 542, 41)), FORM))
    assert {"987", "1203", "5月1日", "5月2日"} <= set(found.facts)


DATES = {
    "near, days apart": (edited(STORY, 0.05), DAY, DAY.replace(day=3), "near"),
    "near, a year apart": (edited(STORY, 0.05), DAY, NEXT_YEAR, "template"),
    "near, one day unknown": (edited(STORY, 0.05), None, NEXT_YEAR, "near"),
    "near-identical, a year apart": (STORY.replace("，", "、") + "完", DAY, NEXT_YEAR, "near"),
    "the same, a year apart": (STORY, DAY, NEXT_YEAR, "exact"),
    "a part of it, a year apart": (STORY[:200], DAY, NEXT_YEAR, "template"),
}


@pytest.mark.parametrize(("text", "day", "other_day", "relation"), DATES.values(), ids=DATES.keys())
def test_days_of_publication(text: str, day: datetime | None, other_day: datetime | None, relation: str) -> None:
    first, second = Record(id="1", text=text, published_at=day), Record(id="2", text=STORY, published_at=other_day)
    assert verify_pair(first, second).relation == relation


def test_a_title_brings_facts_but_decides_nothing() -> None:
    same_title = [Record(id=str(n), text=story(n), title="三月工作简报") for n in (1, 2)]
    assert verified(same_title).relation is None
    other_titles = [Record(id=str(n), text=STORY, title=f"第{n}期简报") for n in (1, 2)]
    assert verified(other_titles).relation == "exact"
    issues = [Record(id=str(n), text=edited(STORY, 0.01 * n), title=f"服务热线工作简报第{n}期摘要发布") for n in (1, 2)]
    assert verified(issues).relation == "template"
    assert verified(replace(issue, title=None) for issue in issues).relation == "near"


def test_presets() -> None:
    revised = records(FORM.replace("投诉类96件", "投诉类95件"), FORM)
    assert verified(revised, NEWS).relation == "near"
    assert verified(revised, STRICT).relation == "template"
    other_day = records(form("长沙", 5, 2, (987, 542, 41)), FORM)
    assert verified(other_day, LM).relation == "near"
    assert set(PRESETS) == {"news", "strict", "lm"}


def test_many_pairs_are_what_each_pair_is() -> None:
    texts = [text for first, second, _ in CASES.values() for text in (first, second)]
    texts += [form("长沙", 5, day, (900 + day, 500 + day, 40)) for day in range(1, 5)]
    days = [None, DAY, NEXT_YEAR]
    everyone = [Record(id=str(n), text=text, published_at=days[n % 3]) for n, text in enumerate(texts)]
    both = sorted((later, earlier) for later, earlier in permutations(range(len(everyone)), 2) if earlier < later)[::3]
    pairs = Pairs(np.array([earlier for _, earlier in both]), np.array([later for later, _ in both]))
    for params in (NEWS, LM):
        found = verify_pairs(everyone, pairs, params)
        for (later, earlier), verified in zip(both, found, strict=True):
            alone = verify_pair(everyone[later], everyone[earlier], params)
            if verified is None:
                assert not alone.is_copy
            else:
                assert (verified.relation, verified.facts) == (alone.relation, alone.facts)
                assert verified.scores.items() <= alone.scores.items()


SNIPPETS = {
    "equal texts": (STORY, STORY, ""),
    "another script and other marks": ("“他說：歡迎來電。”", "「他说：欢迎来电」", ""),
    "other words in the middle": (
        f"{STORY}改口说不来了。{STORY}",
        f"{STORY}仍然说会来的。{STORY}",
        f"{STORY[-20:]}改口说不来了。",
    ),
    "it goes on": (f"{STORY}\n\n 此后无事", STORY, "此后无事"),
    "it ends early": (STORY[:-9], STORY, STORY[-30:-9]),
    "another opening": (f"又讯{STORY}", STORY, "又讯"),
    "nothing but marks": ("！！！", STORY, "！！！"),
    "nothing": ("", STORY, ""),
}


@pytest.mark.parametrize(("text", "other", "shown"), SNIPPETS.values(), ids=SNIPPETS.keys())
def test_a_snippet_shows_where_a_text_first_differs(text: str, other: str, shown: str) -> None:
    snippet = verify_pair(Record(id="a", text=text), Record(id="b", text=other)).snippet
    assert len(snippet) <= 80
    assert shown in snippet
    assert bool(snippet) == bool(shown)


def test_no_pairs() -> None:
    none = np.empty(0, np.int64)
    assert verify_pairs(records(STORY), Pairs(none, none)) == []


@pytest.mark.parametrize(
    "text", ["一" * 1_000_000, "重复的行\n" * 10_000, "\ud800\udc00" * 300], ids=["one", "lines", "surrogates"]
)
def test_hostile_texts(text: str) -> None:
    assert verified(records(text, text)).relation in {"exact", None}
    assert verified(records(text + story(1), text)).relation != "exact"


def test_long_texts_are_compared_as_far_as_the_limit_reaches() -> None:
    long = story(1, 4000)
    found = verified(records(edited(long, 0.15), long))
    assert found.relation == "near"
    assert 0.8 < found.scores["similarity"] < 1
