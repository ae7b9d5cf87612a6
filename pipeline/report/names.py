"""What remarks, rejections and scripts are called; a name that is not here, of the user's own say, is shown as it is."""

from typing import Final

_FLAGS: Final = {
    "broken_url": "网址有误",
    "caption": "图注",
    "incomplete": "缺页",
    "lost_characters": "丢失的字",
    "mojibake": "乱码",
    "opt_out": "声明不许挖掘",
    "over_removal": "不敢多删",
    "page_without_text": "有一页没有正文",
    "private_use": "私用区字符",
    "repeat_kept": "留下的重复",
    "script_damage": "繁简误转",
    "shadow": "试用规则会删",
    "soft_cta": "作者的提问",
    "source_note": "来源说明",
    "spam_suspect": "疑似植入",
    "spam_title": "标题有植入",
    "spun": "疑似洗稿",
    "term_damage": "用词误转",
    "title_site": "标题带站名",
    "weak_join": "疑似断段",
}
_REJECTIONS: Final = {
    "crawl.same_page": "同一网页",
    "extract.article.gallery": "图集",
    "extract.article.list_page": "列表页",
    "extract.article.no_body": "没有正文",
    "extract.article.paywall": "付费墙",
    "extract.article.shell": "空壳网页",
    "extract.article.soft_404": "网页不存在",
    "extract.article.video": "视频",
    "fetch.binary": "不是网页",
    "fetch.blocked": "被拦截",
    "fetch.gone": "已撤下",
    "fetch.login": "须登录",
    "fetch.opt_out": "声明不许挖掘",
    "fetch.robots": "robots 不许",
    "fetch.soft_404": "网页不存在",
    "flow.nothing_left": "全是杂质",
}
_SCRIPTS: Final = {
    "hans": "简体",
    "hant": "繁體",
    "mixed": "混用",
    "ja": "日文",
    "ko": "韩文",
    "none": "无汉字",
    "unknown": "未判定",
}


def script_name(script: str) -> str:
    """Return a script as a person reads it: 简体 hans."""
    return f"{_SCRIPTS[script]} {script}" if script in _SCRIPTS else script


def flag_name(flag: str) -> str:
    """Return a remark as a person reads it: 缺页 incomplete."""
    return f"{_FLAGS[flag]} {flag}" if flag in _FLAGS else flag


def rejection_name(rule: str) -> str:
    """Return a reason of rejection as a person reads it: 已撤下 fetch.gone."""
    return f"{_REJECTIONS[rule]} {rule}" if rule in _REJECTIONS else rule
