"""Private names: addresses of mail, of chat and of the network, number plates."""

import re
from collections.abc import Iterator

from pipeline.quality.found import Context, Found

_MAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,63}@(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,12}")
_DOTS = ".．"
_SENTENCE_STOPS = "。｡"  # they fold to the dot that addresses are made of
_CHAT = re.compile(
    r"(?P<wechat>(?:加|我的|他的|她的|个人)?(?:微信(?:号码?|id|账号)?|wechat(?: ?id)?|weixin|(?<![a-z])vx|v信|薇信|威信号|(?:加|\+)(?:我)?v)"
    r"|(?P<qq>(?<![a-z])qq(?:号码?)?|扣扣号?|企鹅号))(?P<gap>(?:[ :=是为]|添加|加|搜索|联系|\(){0,4})"
    r"(?P<id>[a-z][a-z0-9_\-]{5,19}|[1-9]\d{4,10})(?![0-9a-z_.@])"
)
_CHAT_HINTS = (
    "微信",
    "v",
    "qq",
    "weixin",
    "wechat",
    "薇信",
    "威信",
    "扣扣",
    "企鹅号",
)  # one of these is in what follows
_NO_ID = re.compile(
    r"公众号|服务号|订阅号|小程序|视频号|群|(?:com|news|mail|music|browser|pay|video|android|windows)\Z"
)
_PUBLIC_BEFORE = re.compile(r"(?:公众|官方|客服|服务|订阅)\Z")
_UNIT = re.compile(r" ?(?:[.,]\d|万|亿|元|人|名|位|次|个|用户|版|年|月|日|岁|分|%)")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][a-hj-np-z][ ·.•\-]?(?:[a-hj-np-z0-9]{{4}}[学警港澳挂使领]|[0-9][a-hj-np-z0-9]{{4}}|[a-hj-np-z][0-9a-hj-np-z][0-9]{{3}}|[a-hj-np-z]{{2}}[0-9]{{3}}"
    r"|[dfabcegh][a-hj-np-z0-9][0-9]{4}|[0-9]{5}[dfabcegh])(?![0-9a-z%])"
)
_PLATE_WORDS = (
    "北京",
    "南京",
    "天津",
    "江苏",
    "四川",
    "银川",
    "最新",
    "全新",
    "创新",
    "昂贵",
    "安宁",
    "南宁",
    "西宁",
    "列宁",
)
_NO_PLATE = re.compile(r"(?:型号|编号|航班|车次|列车|国道|省道|高速|股票|代码|批号|货号|产品)[^.!?;\n]{0,6}\Z")

_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?[0-9])")
_IPV6 = re.compile(r"(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){2,6}(?::[0-9a-f]{1,4}){1,5}")
_NO_ADDRESS = re.compile(
    r"(?:版本?号?|固件|系统|软件|驱动|升级[至到为]?|更新[至到为]?|ios|android|version|ver\.?|v|第|章|节|条|款|图|表|公式)[ :]{0,2}\Z"
)
_SECTION = re.compile(r" ?(?:版|节|条|款|章|小节|项)")
_LOCAL = ("0", "10", "127", "255")


def names_in(context: Context) -> Iterator[Found]:
    """Yield the addresses and plates of a text; not in order."""
    folded = context.folded
    if "@" in folded:
        yield from _mails(context)
    if any(hint in folded for hint in _CHAT_HINTS):
        yield from _chats(context)
    for match in _PLATE.finditer(folded):
        before = context.before(match.start() + 1)
        if before.endswith(_PLATE_WORDS) or _NO_PLATE.search(before[:-1]):
            continue
        yield Found(start=match.start(), end=match.end(), kind="plate", rule="plate")
    if sum(map(context.text.count, _DOTS)) > 2:
        yield from _network(context, _IPV4)
    if folded.count(":") > 6 or "::" in folded:
        yield from _network(context, _IPV6)


def _mails(context: Context) -> Iterator[Found]:
    for match in _MAIL.finditer(context.folded):
        start, end = match.span()
        written = context.text[start:end]
        stops = [place for place in map(written.find, _SENTENCE_STOPS) if place >= 0]
        shown = written[: min(stops, default=len(written))]
        if any(dot in shown[match.group().index("@") :] for dot in _DOTS):
            yield Found(start=start, end=start + len(shown), kind="mail", rule="mail")


def _chats(context: Context) -> Iterator[Found]:
    for match in _CHAT.finditer(context.folded):
        kind, between = ("qq" if match["qq"] else "wechat"), match["gap"]
        start, end = match.span("id")
        is_number = match["id"][0].isdigit()
        if _NO_ID.search(match["id"]) or _UNIT.match(context.after(end)):
            continue
        if not is_number and not between.strip() and not match["wechat"]:
            continue  # qqmusic, qqbrowser: names of products
        if kind == "wechat" and _PUBLIC_BEFORE.search(context.before(match.start())):
            yield Found(start=start, end=end, kind="wechat", rule="kept.public_account", is_kept=True)
            continue
        yield Found(start=start, end=end, kind="qq" if kind == "qq" else "wechat", rule=kind)


def _network(context: Context, pattern: re.Pattern[str]) -> Iterator[Found]:
    for match in pattern.finditer(context.folded):
        start, end = match.span()
        if not context.is_apart(start, end) or any(stop in context.text[start:end] for stop in _SENTENCE_STOPS):
            continue
        if pattern is _IPV6 or _is_host(context, start, end):
            yield Found(start=start, end=end, kind="address", rule="address")


def _is_host(context: Context, start: int, end: int) -> bool:
    """Return whether four numbers can be somebody's address: not a version, a section, or an address that everybody has."""
    parts = context.folded[start:end].split(".")
    if any(int(part) > 255 or (len(part) > 1 and part[0] == "0") for part in parts):
        return False
    if parts[0] in _LOCAL or parts[:2] == ["192", "168"]:
        return False
    return not _NO_ADDRESS.search(context.before(start)) and not _SECTION.match(context.after(end))
