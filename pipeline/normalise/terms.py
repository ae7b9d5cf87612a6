"""Prints of converters that replace terms: a word processor that made 多位元朋友 of 多位朋友 and 説明消費者 of 帮助消费者.

Some of its results make no sense, so they are mended wherever they stand: the prints. Others are good Taiwanese words
(使用者, 資訊); they are mended only in a text that shows a print, for there the writer wrote another word.
Patterns are matched against the simplified text, which has the same places; what is written keeps its script.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.edits import Change
from pipeline.normalise.opencc import convert
from pipeline.normalise.patterns import Pattern, pattern

RULE = __name__.removeprefix("pipeline.")
KIND = "term_damage"

_PEOPLE = (
    "客人|客户|顾客|朋友|专家|领导|员工|老师|学生|同学|先生|女士|记者|选手|嘉宾|代表|家长|市民|居民|乘客|游客|患者|医生|护士"
    "|消费者|用户|使用者|会员|车主|业主|读者|观众|听众|网友|网民|粉丝|玩家|作家|作者|歌手|演员|导演|教授|院士|博士|经理|总裁"
    "|董事|股东|委员|议员|官员|干部|党员|战士|英雄|勇士|工人|农民|老人|男子|女子|男生|女生|姑娘|小伙|孩子|母亲|父亲|妈妈|爸爸"
)
_HELPED = f"[您你我他她它]|大家|人们|企业|公司|商家|团队|开发|中小|贫困|当地|{_PEOPLE}"
# "bit" in computing: 各位元的狀態, 每位元組, 這位元帥 is another word.
_COMPUTING = "组|的|率|数|宽|速|流|址|帅|老|首|勋|符|运|币|编|解|传|存|储|错|误|耗|时|长|线|元|及|和|与|或|是|为|都|被"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermParams:
    """How many prints make a text suspect as a whole."""

    min_prints: int = 1  # none in 3,331 news texts that are not known to be damaged


@dataclass(frozen=True, slots=True)
class _Term:
    word: str  # what the pattern matches, in Simplified characters: found first, for that is quick
    pattern: Pattern  # the word where it is meant so
    hans: str
    hant: str


def _term(word: str, hans: str, hant: str, *, after: str = "", before: str = "") -> _Term:
    return _Term(word, pattern(f"{after}{word}{before}"), hans, hant)


_PRINTS = (
    _term("位元", "位", "位", after="(?<=[多这那每各首某几数])", before=rf"(?!{_COMPUTING}|[\W_]|$)"),
    _term("位元", "位", "位", after=r"(?<=[一二两三四五六七八九十百千万\d])", before=rf"(?=.{{0,4}}?(?:{_PEOPLE}))"),
    _term("功能表", "菜单", "菜單", after="(?<=餐厅|饭店|酒店|餐馆|食堂|菜馆)"),
    _term("海记忆体", "海内存", "海內存", before="(?=知己)"),
    _term("宾士", "奔驰", "奔馳", before="(?=而[去来过至])"),
    _term("视窗", "窗口", "窗口", after="(?:(?<=楼上的|楼下的)|(?<=站在|趴在|倚在|走到|坐在))"),
    _term("物件", "对象", "對象", after="(?<=[是有][我你他她])", before=r"(?!\w)"),
)
# A converter that knows no context made 壹 of every 一; on cheques and in names of papers (壹週刊) it is right.
_ONE = pattern(
    "(?<![零壹贰叁肆伍陆柒捌玖拾佰仟万亿整元第])壹(?=[个次位种些样直般起定切丝致条家张款场天年段句面步件座])|(?<=[第完每统唯])壹"
)
_SAYS = pattern("説(?!明(?![天年白早晚日]))")
_HELP = _term("说明", "帮助", "幫助", before=f"(?:(?={_HELPED})|(?<=互相说明|相互说明))")
_GATED = (
    _term("使用者", "用户", "用戶"),
    _term("管道", "渠道", "渠道", after="(?<![水气油道汽管下])", before="(?!工|煤|运输|天然|燃|阀|安装)"),
    _term("线上", "在线", "在線", before="(?!线下|上)"),
    _term("水准", "水平", "水平"),
    _term("资讯", "信息", "信息"),
    _term("介面", "界面", "界面"),
    _term("回馈", "反馈", "反饋"),
    _term("行销", "营销", "營銷"),
    _term("软体", "软件", "軟件"),
    _term("硬体", "硬件", "硬件"),
    _term("程式", "程序", "程序"),
    _term("伺服器", "服务器", "服務器"),
    _term("预设", "默认", "默認"),
)


def find_terms(text: str, params: TermParams) -> tuple[Change, ...]:
    """Return the prints as what was meant, and with them the terms that the same converter replaces."""
    if not any(mark in text for mark in _MARKS):
        return ()
    simple = convert(text, "t2s")
    is_hans = simple == text
    over = [_change(match, "一") for match in _ONE().finditer(simple)] if "壹" in simple else []
    prints = [*_found(simple, _PRINTS, is_hans=is_hans), *_help(text, simple)]
    if len(prints) < max(params.min_prints, 1):
        return tuple(over)
    return tuple(sorted((*over, *prints, *_found(simple, _GATED, is_hans=is_hans)), key=lambda change: change.start))


# Without one of these there is no print: a search that costs next to nothing.
_MARKS = ("壹", "位元", "功能表", "記憶體", "记忆体", "賓士", "宾士", "視窗", "视窗", "物件", "説明")


def _found(simple: str, terms: tuple[_Term, ...], *, is_hans: bool) -> Iterator[Change]:
    for term in terms:
        for match in _matches(term, simple):
            yield _change(match, term.hans if is_hans else term.hant)


def _matches(term: _Term, simple: str) -> Iterator[re.Match[str]]:
    """Yield where the word stands and is meant so. A pattern that begins with a look behind would be tried everywhere."""
    place = simple.find(term.word)
    while place >= 0:
        match = term.pattern().match(simple, place)
        if match is not None:
            yield match
        place = simple.find(term.word, place + len(term.word))


def _help(text: str, simple: str) -> Iterator[Change]:
    """Yield 説明 for 幫助, in a text that writes 説 nowhere else: Hong Kong writes it always."""
    if "説" in text and not _SAYS().search(text):
        for match in _matches(_HELP, simple):
            if text.startswith("説明", match.start()):
                yield _change(match, _HELP.hant)


def _change(match: re.Match[str], new: str) -> Change:
    return Change(start=match.start(), end=match.end(), new=new, rule=RULE, kind=KIND)
