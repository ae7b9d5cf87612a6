from collections.abc import Callable

import pytest

from pipeline.extract.linekinds import (
    CAPTION,
    CAPTION_SIGN,
    CREDITED,
    DATE_LINE,
    META_LINE,
    NOTICE,
    NUMBERED,
    ORIGINAL_TITLE,
    RELATED_MARK,
    SERVICE,
    SIGN_OFF,
    TAIL_MARK,
    count_pauses,
    count_stops,
    has_widget,
    is_body_name,
    is_caption_name,
    is_ending_name,
    is_furniture,
    is_noise_name,
    key_of,
)

# pattern: lines that are of the kind, near misses that are not
KINDS = {
    "tail": (
        TAIL_MARK,
        [
            "责任编辑：某某",
            "（責任編輯/某某）",
            "编辑｜某某",
            "分享到微博",
            "上一篇：别的",
            "网友评论 3",
            "关键词：服务 热线",
            "返回首页",
            "http://a.example/1",
        ],
        ["编辑部昨天搬了家。", "分享他的经验时，他笑了。", "上一次来这里是三年前。", "评论家认为这出戏不错。"],
    ),
    "sign-off": (
        SIGN_OFF,
        ["责任编辑：某某", "版权声明：某某", "上一篇：别的", "网友评论 3", "标签：服务"],
        ["分享到微博", "关注我们", "阅读全文的人不多。", "编辑部昨天搬了家。"],
    ),
    "related": (
        RELATED_MARK,
        ["相关阅读", "延伸閱讀：", "你可能还想看", "猜你喜欢", "热门文章", "【熱門點閱】", "推荐阅读 >>", "更多新聞"],
        ["相关部门已经介入调查。", "推荐大家坐地铁去。", "热门线路的车票已经售完，", "更多的人选择留下来过年。"],
    ),
    "notice": (
        NOTICE,
        [
            "免责声明：本文仅代表作者本人观点。",
            "【版权声明】",
            "未经授权不得转载",
            "【这本刊物的中文版由某某出版社独家印行，图片和文字的权利都在出版社手里。未经授权，不得转载。】",
            "本文系原创，转载请注明出处",
            "生命線：1995",
            "- THE END -",
        ],
        [
            "声明称，最近的数字表明形势好转。",
            "声明中还提到，供水已经恢复。",
            "他翻到那本旧书的最后一页，上面写着一行谁也没有注意过的小字，说的是未经授权不得转载。",
            "生命线工程昨天开工。",
            "他说，法律声明已经发出三天了，对方没有回复。",
        ],
    ),
    "original title": (
        ORIGINAL_TITLE,
        ["（原标题：一件小事）", "原標題為：一件小事"],
        ["原标题党写手转行", "原来如此"],
    ),
    "caption": (
        CAPTION,
        [
            "▲师傅在修空调。",
            "图为施工现场",
            "图片来源：受访者",
            "窗口前的市民。（某某摄）",
            "資料照片",
            "（圖／翻攝畫面）",
        ],
        ["图书馆延长了开放时间。", "他拍摄了三百张照片。", "图谋不轨的人被抓住了。"],
    ),
    "credited": (
        CREDITED,
        ["站台上的旅客。（某某社）", "新闻发布会截图"],
        ["他来了。（完）", "窗口前没有人。（记者顾晓岚）", "窗口前没有人。"],
    ),
    "numbered": (NUMBERED, ["一、先问", "1. 再答", "（二）后做", "第一章 开头"], ["一年之后", "12月3日", "再答"]),
    "date": (
        DATE_LINE,
        [
            "2026-11-20 08:15 某某网",
            "2026年11月20日",
            "11月20日 08:15",
            "昨天 21:30",
            "3小时前",
            "(2026-11-09 20:00) 晚间新闻",
        ],
        ["2026年的第一场雪", "11月20日上午，窗口开了", "昨天下了雪", "3小时车程"],
    ),
    "service": (SERVICE, ["加入付费会员", "(接下一頁)", "請同意隱私權規範"], ["会员大会昨天召开", "下一页翻开了"]),
    "meta": (META_LINE, ["来源：某某报", "字号 大 中 小", "Author, 某某"], ["今天放晴"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_lines_of_a_kind_and_near_misses(kind):
    pattern, lines, misses = KINDS[kind]
    ask = pattern.search if pattern in (CAPTION, CREDITED, META_LINE, SERVICE) else pattern.match
    assert [line for line in lines if not ask(line)] == []
    assert [line for line in misses if ask(line)] == []


NAMES = {
    "article-comments": "noise ending",
    "share-box": "noise",
    "relatedNews": "noise ending",
    "SideBar": "noise",
    "sidebar_right": "noise",
    "footer": "noise ending",
    "leader": "",
    "headline": "",
    "article-content": "body",
    "TRS_Editor": "body",
    "artibody": "body",
    "img-caption": "noise caption",
    "": "",
}


@pytest.mark.parametrize("names", NAMES)
def test_what_ids_and_classes_say(names):
    said: dict[str, Callable[[str], bool]] = {
        "noise": is_noise_name,
        "ending": is_ending_name,
        "body": is_body_name,
        "caption": is_caption_name,
    }
    assert {word for word, ask in said.items() if ask(names)} == set(NAMES[names].split())


def test_marks_of_a_sentence():
    assert count_stops("好。真的？3.5 倍；完.") == 4
    assert count_stops("首页 新闻 3.5") == 0
    assert count_pauses("甲，乙、丙：“丁”") == 5


@pytest.mark.parametrize(
    "text", ["您的浏览器不支持播放", "京ICP备00000000号", "京icp备00000000号", "请登录后查看", "COOKIE"]
)
def test_widgets_in_any_case(text):
    assert has_widget(text)
    assert not has_widget("他浏览了全部材料")


@pytest.mark.parametrize("line", KINDS["caption"][1])
def test_what_is_asked_before_captions_hides_none(line):
    assert CAPTION_SIGN.search(line)


def test_furniture_with_marks_of_a_sentence():
    assert is_furniture("您的浏览器不支持播放，请升级。")
    assert is_furniture("免责声明：本文观点，不代表本站。" * 20)
    assert not is_furniture("他忘了密码，" + "于是又来到窗口前排队等候，" * 12)


def test_headlines_are_compared_by_letters_and_digits():
    assert key_of("“3·15” 晚会：ABC！") == "315晚会abc"


@pytest.mark.parametrize("pattern", [kind[0] for kind in KINDS.values()], ids=list(KINDS))
@pytest.mark.parametrize("text", ["相" * 100_000, "（" * 100_000, " " * 100_000, "a" * 100_000, "编辑" * 50_000])
def test_patterns_are_linear(pattern, text):
    pattern.search(text)
    pattern.match(text)
