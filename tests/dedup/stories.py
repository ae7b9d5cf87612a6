"""Texts for the tests of near-duplicates: made up, as many as wanted, always the same."""

from random import Random

from pipeline.model import Record

_OPENINGS = ("昨天上午", "本周三", "记者了解到", "入夏以来", "据工作人员介绍", "临近年底", "在社区广场上", "接到来电后")
_WHO = (
    "供电所抢修班",
    "政务大厅窗口",
    "物业服务中心",
    "公交公司车队",
    "图书馆读者部",
    "市民热线话务组",
    "医院导诊台",
    "快递网点",
)
_DID = (
    "上门检查了线路",
    "延长了办公时间",
    "回访了反映问题的居民",
    "增开了两趟班车",
    "整理了旧期刊",
    "逐一核对了工单",
    "搬来了轮椅",
    "补送了包裹",
)
_ENDINGS = (
    "大家连声道谢",
    "问题当天得到解决",
    "排队时间明显缩短",
    "后续安排将另行通知",
    "这项服务不收费用",
    "意见簿上写满了好评",
    "老人们放下心来",
    "现场秩序井然",
)
_LETTERS = [chr(code) for code in range(0x5000, 0x8000)]


def story(seed: int, sentences: int = 10) -> str:
    """Return a text of about 60 letters a sentence that shares little with that of another seed."""
    draw = Random(seed)
    lines = []
    for _ in range(sentences):
        name = "".join(draw.choices(_LETTERS, k=18))
        other = "".join(draw.choices(_LETTERS, k=18))
        lines.append(
            f"{draw.choice(_OPENINGS)}，{name}{draw.choice(_WHO)}{draw.choice(_DID)}，{other}{draw.choice(_ENDINGS)}。"
        )
    return "\n".join(lines)


def form(city: str, month: int, day: int, numbers: tuple[int, int, int]) -> str:
    """Return a report that fills the same form each time."""
    first, second, third = numbers
    return (
        f"{month}月{day}日，{city}市民服务热线发布当日运行情况。全天共接到来电{first}件，其中咨询类{second}件，"
        f"投诉类{third}件，平均等待{third % 50 + 3}秒。热线提醒市民，来电前请准备好户名和地址，以便话务员尽快登记；"
        f"夜间来电将由值班人员受理，次日上午{second % 4 + 8}点前回复。"
    )


def records(*texts: str) -> list[Record]:
    """Return a record for each text; the id is its place."""
    return [Record(id=str(place), text=text) for place, text in enumerate(texts)]
