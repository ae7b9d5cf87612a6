"""Whether the input comes at once or bit by bit, through the index, the decisions are the same."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dedup.bands import ANCHORS
from pipeline.dedup.decide import DedupParams, Earlier, find_near_duplicates, sign
from pipeline.model import Decision, Record
from pipeline.store.index import NearDuplicateIndex

PARAMS = DedupParams()
SENTENCES = (
    "市政务服务中心今天开通二十四小时自助办理区，居民下班以后也能领取证照。",
    "热线负责人表示，每一通来电都会在当天登记，第二天上午给出处理意见。",
    "社区志愿者在门口设置了引导台，帮助老人填写表格和打印材料。",
    "据统计，3月份全市共受理咨询1280件，办结率达到98.5%。",
    "一位商户来电反映垃圾清运不及时，工作人员当天就联系了环卫部门。",
    "供水公司提醒用户，检修期间请提前储水，恢复供水后先放水几分钟。",
    "维修师傅王建国冒雨赶到现场，用了两个小时排除了故障。",
    "为了表达感谢，业主们给物业公司送来了一面锦旗和一封表扬信。",
)
SPAM = "加微信领取优惠券"


class Driver:
    """What a crawl does with its state and the index, in the least code."""

    def __init__(self, folder: Path) -> None:
        self.index = NearDuplicateIndex.open(folder, PARAMS.spec)
        self.records: list[Record] = []
        self.decisions: list[Decision] = []
        self.texts: dict[bytes, list[int]] = {}

    def take(self, new: Sequence[Record]) -> None:
        signed = sign(new, PARAMS.spec)
        found = self.index.candidates(signed.signatures, PARAMS.min_estimate)
        urls = {record.url for record in new if record.url}
        wanted = set(found.ordinals.tolist())
        wanted |= {place for key in signed.content_keys for place in self.texts.get(key, ())}
        wanted |= {place for place, record in enumerate(self.records) if record.url in urls}
        kept = sorted(place for place in wanted if self.decisions[place].is_kept)
        known = frozenset(key for key in signed.content_keys if key in self.texts)
        earlier = Earlier(
            records=[self.records[place] for place in kept],
            pairs=found.pairs({place: at for at, place in enumerate(kept)}),
            taken=found.taken,
            texts=known,
        )
        decisions = find_near_duplicates(new, PARAMS, earlier=earlier, signed=signed)
        first, members = len(self.records), signed.members(known)
        self.index.add([first + at for at in members.nonzero()[0].tolist()], signed.signatures[members])
        for at, key in enumerate(signed.content_keys):
            self.texts.setdefault(key, []).append(first + at)
        self.records += new
        self.decisions += decisions


@st.composite
def texts(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(["", " \n", "！！", "短讯", SENTENCES[0]]))
    chosen = [SENTENCES[i] for i in draw(st.lists(st.integers(0, 7), min_size=3, max_size=7, unique=True))]
    text = "\n".join(chosen)
    match draw(st.integers(0, 6)):
        case 0:
            text = text.replace("1280", str(draw(st.integers(1000, 1009)))).replace("3月", "4月")
        case 1:
            at = draw(st.integers(0, len(text)))
            text = text[:at] + SPAM + text[at:]
        case 2:
            text = text.replace("，", ", ")
        case 3:
            text = text[: draw(st.integers(len(text) // 2, len(text)))]
        case 4:
            text = text.replace("王建国", "李卫东")
        case _:
            pass
    return text


@st.composite
def streams(draw: st.DrawFn) -> list[list[Record]]:
    n = 0
    stream: list[list[Record]] = []
    for size in draw(st.lists(st.integers(0, 6), min_size=1, max_size=6)):
        batch: list[Record] = []
        for _ in range(size):
            day = draw(st.one_of(st.none(), st.integers(0, 8)))
            published_at = None if day is None else datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
            url = draw(st.sampled_from([None, None, None, "https://a.example/1", "https://a.example/2"]))
            batch.append(Record(id=f"r{n}", text=draw(texts()), published_at=published_at, url=url))
            n += 1
        stream.append(batch)
    return stream


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(streams())
def test_bit_by_bit_is_the_same_as_at_once(stream: list[list[Record]]) -> None:
    everything = [record for batch in stream for record in batch]
    with TemporaryDirectory() as folder:
        driver = Driver(Path(folder))
        for batch in stream:
            driver.take(batch)
        driver.index.close()
    at_once = find_near_duplicates(everything, PARAMS)
    assert driver.decisions == at_once
    kept = {decision.id for decision in at_once if decision.is_kept}
    order = {record.id: at for at, record in enumerate(everything)}
    for decision in at_once:
        assert decision.kept is None or (decision.kept in kept and order[decision.kept] < order[decision.id])


def test_bit_by_bit_is_the_same_in_buckets_with_more_members_than_anchors(tmp_path: Path) -> None:
    text = "\n".join(SENTENCES)
    texts = [text.replace("1280", str(5000 + 3 * n)).replace("98.5", f"{n % 90}.{n % 7}") for n in range(ANCHORS + 60)]
    everything = [Record(id=str(n), text=text) for n, text in enumerate([*texts, *texts[-5:], text])]
    driver = Driver(tmp_path)
    for first in range(0, len(everything), 23):
        driver.take(everything[first : first + 23])
    driver.index.close()
    assert driver.decisions == find_near_duplicates(everything, PARAMS)


def test_all_kinds_of_pairs_occur_in_these_streams() -> None:
    """Guards the law above: sentences like these do give copies and templates."""
    text = "\n".join(SENTENCES)
    copies = [text, text + SPAM, text[:200], text.replace("，", ", ")]
    decisions = find_near_duplicates([Record(id=str(at), text=copy) for at, copy in enumerate(copies)])
    assert [(d.kept, d.relation) for d in decisions] == [
        (None, None), ("0", "near"), ("0", "contained"), ("0", "exact"),
    ]  # fmt: skip
