"""What remarks, reasons, scripts and stages are called; a name that is not here, of the user's own say, is shown as it is."""

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
    "service_number": "公开的服务号码",
    "shadow": "试用规则会删",
    "soft_cta": "作者的提问",
    "source_note": "来源说明",
    "spam_suspect": "疑似植入",
    "spam_title": "标题有植入",
    "spun": "疑似洗稿",
    "supersedes": "代替较短的一篇",
    "term_damage": "用词误转",
    "title_site": "标题带站名",
    "weak_join": "疑似断段",
}
_REASONS: Final = {
    "crawl.nothing_new": "没有新文章",
    "crawl.same_page": "同一网页",
    "crawl.stopped": "不再往下读",
    "extract.article.binary": "不是文字",
    "extract.article.empty": "空文件",
    "extract.article.gallery": "图集",
    "extract.article.list_page": "列表页",
    "extract.article.no_body": "没有正文",
    "extract.article.paywall": "付费墙",
    "extract.article.shell": "空壳网页",
    "extract.article.soft_404": "网页不存在",
    "extract.article.too_deep": "嵌套过深",
    "extract.article.video": "视频",
    "fetch.address": "不是公网地址",
    "fetch.binary": "不是网页",
    "fetch.blocked": "被拦截",
    "fetch.connect": "连不上",
    "fetch.deadline": "总时限已到",
    "fetch.dns": "域名查不到",
    "fetch.empty": "空的回答",
    "fetch.encoding": "压缩有误",
    "fetch.gone": "已撤下",
    "fetch.list": "列表读不出",
    "fetch.login": "须登录",
    "fetch.opt_out": "声明不许挖掘",
    "fetch.protocol": "回答残缺",
    "fetch.redirects": "转址过多",
    "fetch.refresh": "只是转址",
    "fetch.robots": "robots 不许",
    "fetch.soft_404": "网页不存在",
    "fetch.status": "服务器出错",
    "fetch.timeout": "超时",
    "fetch.tls": "证书有误",
    "fetch.too_large": "过大",
    "fetch.too_many": "要求放慢",
    "fetch.url": "网址不可用",
    "files.unreadable": "读不出",
    "flow.nothing_left": "全是杂质",
    "quality.c4-zh": "质量（C4）",
    "quality.gopher-zh": "质量（Gopher）",
    "quality.light": "质量（基本）",
    "quality.select": "自订条件",
    "run.stages.repeated_id": "编号重复",
}
_FAMILIES: Final = {
    "fetch.status_": "被拒绝",
    "quality.wordlists.": "名单",
    "quality.": "质量",
}  # the rest of the name varies
_STAGES: Final = {
    "compare": "找相似",
    "files": "读入文件",
    "index": "写索引",
    "learn": "学网站模板",
    "lists": "读列表",
    "near-duplicates": "判重",
    "network": "联网与等候",
    "other": "其余",
    "process": "抽取与清洗",
    "read inputs": "读输入",
    "report": "写报告",
    "store": "存储",
    "verify": "逐对核对",
    "write": "写语料",
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


def stage_name(stage: str) -> str:
    """Return a stage of a run as a person reads it: 判重 near-duplicates."""
    return f"{_STAGES[stage]} {stage}" if stage in _STAGES else stage


def flag_name(flag: str) -> str:
    """Return a remark as a person reads it: 缺页 incomplete."""
    return f"{_FLAGS[flag]} {flag}" if flag in _FLAGS else flag


def reason_name(rule: str) -> str:
    """Return why something was rejected or failed, as a person reads it: 已撤下 fetch.gone."""
    family = next((said for start, said in _FAMILIES.items() if rule.startswith(start)), "")
    said = _REASONS.get(rule, family)
    return f"{said} {rule}" if said else rule
