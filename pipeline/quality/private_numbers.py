"""Private numbers: mobile and landline phones, identity cards, bank cards."""

import re
from collections.abc import Callable, Iterator

from pipeline.quality.checksums import has_luhn, is_hong_kong_id, is_resident_id, is_taiwan_id
from pipeline.quality.found import Context, Found, PrivateKind

# Five digits that belong together: where none are, there is no number to look at.
_CANDIDATE = re.compile(r"[0-9](?:[ \-()]{0,2}[0-9]){4,100}")  # bounded: each is searched once for every number in it
_MARGIN = 4  # characters around a candidate: +86, a bracket, the letter of an identity number

_MOBILE = re.compile(
    r"(?:\(?\+?(?:00)?86\)?[ \-]{0,2})?1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])(?:\d{8}|([ \-])\d{4}\1\d{4}|[ \-]\d{3}[ \-]\d{5})"
    r"|(?:\(?\+?886\)?[ \-]?9|09)\d{2}([ \-]?)\d{3}\2\d{3}"
    r"|\(?\+?(?:852|853)\)?[ \-]?[4-9]\d{3}[ \-]?\d{4}"
)
_AREA = r"(?:10|2[0-57-9]|[3-9]\d{2})"  # China's area codes, without the zero
_LANDLINE = re.compile(
    rf"(?:\(?\+?(?:00)?86\)?[ \-]{{0,2}}\(?0?{_AREA}\)?|\(0{_AREA}\)|0{_AREA})[ \-]{{0,2}}[1-9](?:\d{{6,7}}|\d{{2,3}}[ \-]\d{{4}})"
    r"(?:(?:[ \-]|转|ext\.?)\d{1,5}(?!\d))?"
    r"|\(?0[2-8]\d{0,2}[)\-]\d{3,4}[ \-]\d{4}"  # Taiwan: (02)2345-6789
)
_LOCAL = re.compile(
    r"[2-8]\d{6,7}|[2-8]\d{2,3}-\d{4}"
)  # without an area code: only where something says that it is a phone
_IDENTITY = re.compile(r"[1-9]\d{5}[ \-]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \-]?\d{3}[0-9x]")
_OLD_IDENTITY = re.compile(r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_TAIWAN_IDENTITY = re.compile(r"[a-z][12]\d{8}")
_HONG_KONG_IDENTITY = re.compile(r"[a-z]{1,2}\d{6}\([0-9a]\)")
_CARD = re.compile(
    r"[2-6]\d{3}([ \-]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|62\d{14,17}|9558\d{15}|3[47]\d{2}[ \-]?\d{6}[ \-]?\d{5}"
)
_FREEPHONE = re.compile(r"[48]00(?:[ \-]?\d){7}|0800(?:[ \-]?\d){6}")
_SHORT = re.compile(r"(?:12\d{3}|95\d{3,4}|96\d{3,4}|100(?:00|10|50|86))")

# What a number is when it is no phone, card or person: of orders, goods, books, shares, files …
_CODE_CUES = re.compile(
    r"(?:订单|单号|运单|快递|物流|编号|编码|条码|货号|型号|批号|流水|凭证|合同|发票|税号|信用代码|注册号|许可证|备案|登记号|专利|证书|公告|文号|"
    r"案号|学号|工号|座位|门牌|邮编|邮政|代码|股票|基金|期号|彩票|中奖号|游戏id|用户id|ip|uid|isbn|issn|条形|刷单|验证码|序列号|版本|车次|航班|"
    r"房号|坐标|经度|纬度|时间戳|收费站|桩号|档案|卷号|案件|报名号|准考证|抽签|摇号|中签|尾号|号段|播放|点击|阅读|浏览|销量|产量|人口|总额|金额|"
    r"价格|售价|总价|市值|成交|净利|营收|亏损|预算|投资|耗资|募集|票房|no\.)[^.!?;\n]{0,8}\Z"
)
_UNIT = re.compile(
    r" ?(?:[.,]\d)|[ -]?(?:万|亿|元|円|块|美元|欧元|港元|港币|日元|人民币|人|名|位|次|个|只|头|台|辆|套|件|张|份|吨|公斤|千克|克|斤|米|公里|千米|平方|立方|亩|公顷|"
    r"公升|升|桶|千瓦|度|兆|股|手|户|家|年|月|日|天|小时|分钟|秒|票|条|篇|字|页|本|册|光年|%|点|kw|mw|km|kg|m2|gb|mb|usd|rmb)"
)
_PHONE_CUES = re.compile(
    r"(?:电话|宅电|座机|固话|传真|热线|手机|联系方式|tel|phone|fax|致电|来电|拨打|拨通|打给|联系)[^.!?;\n]{0,10}\Z"
)
_CARD_CUES = re.compile(
    r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|账户|帐号|帐户|户头|汇款|打款|转账|汇到|打到|转到|存入|visa|master)[^!?;\n]{0,16}\Z"
)
_IDENTITY_CUES = re.compile(r"(?:身份|身分|字号|证件|证号|统一编号|id)[^!?;\n]{0,12}\Z")
# A line that somebody published so that strangers call it. A sentence that names a person's own phone is none.
_SERVICE = re.compile(
    r"热线|专线|客服|服务电话|服务台|咨询|投诉|举报|报修|保修|维修|售后|报名|预约|预订|订票|订座|订房|订餐|购票|票务|值班|总机|前台|监督|报警|求助|救助|救援|"
    r"爆料|新闻线索|提供线索|招商|加盟|招聘|官方|官网|公司|集团|酒店|宾馆|景区|医院|门诊|学校|大学|中心|委员会|办公室|法院|检察|派出所|警方|公安局|"
    r"政府|居委|街道办|街道办事处|银行|旅行社|商家|博物馆|图书馆|剧院|编辑部|报社|客运站|机场|物业|公证处|殡仪馆|餐厅|饭店|专卖店|门店|商场|超市|商家"
)
_PERSONAL = re.compile(
    r"家里|家中|住宅|宅电|本人|我的|他的|她的|私人|个人|联系人|先生|女士|小姐|老师|同学|经理|师傅|阿姨|叔叔|妈妈|爸爸|父亲|母亲|儿子|女儿|丈夫|妻子|老公|老婆|失主|当事人|受害人|"
    r"嫌疑人|嫌犯|死者|伤者|家属|患者|病人|业主|住户|房东|租客|司机|车主|学生|家长|网友|读者|手机"
)
_PUBLIC_MOBILE = re.compile(
    r"(?:热线|专线|客服|值班|服务电话|服务手机|举报电话|咨询电话|监督电话|报名电话|订票电话|预约电话|救助电话|救援电话)[^.!?;\n]{0,6}\Z"
)


def numbers_in(context: Context) -> Iterator[Found]:
    """Yield the private numbers of a text, and those that look so and are kept; not two for one place."""
    taken = 0
    for candidate in _CANDIDATE.finditer(context.folded):
        start, end = max(taken, candidate.start() - _MARGIN), candidate.end() + _MARGIN
        while start < candidate.end():
            found = _first(context, start, min(end, len(context.folded)))
            if found is None:
                break
            yield found
            start = taken = found.end


def _first(context: Context, start: int, end: int) -> Found | None:
    """Return the first number between two places; of those that begin at one place, the one that says most of itself."""
    best: Found | None = None
    for pattern, judge in _JUDGES:
        at = start
        while match := pattern.search(context.folded, at, end):
            found = judge(context, *match.span()) if context.is_apart(*match.span()) else None
            if found and (best is None or found.start < best.start):
                best = found
            if found:
                break
            at = match.start() + 1
    return best


def _identity(context: Context, start: int, end: int) -> Found | None:
    number = _plain(context.folded[start:end])
    return _private(start, end, "identity") if is_resident_id(number) else None


def _old_identity(context: Context, start: int, end: int) -> Found | None:
    return _private(start, end, "identity") if _IDENTITY_CUES.search(context.before(start)) else None


def _taiwan_identity(context: Context, start: int, end: int) -> Found | None:
    has_cue = _IDENTITY_CUES.search(context.before(start))
    return _private(start, end, "identity") if has_cue and is_taiwan_id(context.folded[start:end]) else None


def _hong_kong_identity(context: Context, start: int, end: int) -> Found | None:
    letters, _, check = context.folded[start:end].rstrip(")").partition("(")
    return _private(start, end, "identity") if is_hong_kong_id(letters + check) else None


def _card(context: Context, start: int, end: int) -> Found | None:
    digits, before = _plain(context.folded[start:end]), context.before(start)
    has_cue = _CARD_CUES.search(before) is not None
    is_listed = digits.startswith(("62", "9558"))  # UnionPay's; other prefixes are too common among numbers
    if not has_luhn(digits) or not (has_cue or (is_listed and not _is_code(context, start, end))):
        return None
    return _private(start, end, "card")


def _freephone(_: Context, start: int, end: int) -> Found | None:
    return Found(start=start, end=end, kind="landline", rule="kept.freephone", is_kept=True)


def _short(context: Context, start: int, end: int) -> Found | None:
    if not _PHONE_CUES.search(context.before(start)) and not re.match(
        "(?:热线|专线|电话|客服|平台)", context.after(end)
    ):
        return None
    return Found(start=start, end=end, kind="landline", rule="kept.short_number", is_kept=True)


def _mobile(context: Context, start: int, end: int) -> Found | None:
    if _is_code(context, start, end):
        return None
    if _PUBLIC_MOBILE.search(context.before(start)):
        return Found(start=start, end=end, kind="mobile", rule="kept.published_line", is_kept=True)
    return _private(start, end, "mobile")


def _landline(context: Context, start: int, end: int) -> Found | None:
    if _is_code(context, start, end):
        return None
    before, after = context.before(start), context.after(end)
    if (_SERVICE.search(before) or _SERVICE.search(after)) and not _PERSONAL.search(before):
        return Found(start=start, end=end, kind="landline", rule="kept.published_line", is_kept=True)
    return _private(start, end, "landline")


def _local(context: Context, start: int, end: int) -> Found | None:
    return _landline(context, start, end) if _PHONE_CUES.search(context.before(start)) else None


def _is_code(context: Context, start: int, end: int) -> bool:
    """Return whether the neighbours say that the number counts or names something else."""
    before = context.before(start)
    if _PHONE_CUES.search(before):
        return False
    return _CODE_CUES.search(before) is not None or _UNIT.match(context.after(end)) is not None


def _plain(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _private(start: int, end: int, kind: PrivateKind) -> Found:
    return Found(start=start, end=end, kind=kind, rule=kind)


_JUDGES: tuple[tuple[re.Pattern[str], Callable[[Context, int, int], Found | None]], ...] = (
    (_IDENTITY, _identity),
    (_CARD, _card),
    (_FREEPHONE, _freephone),
    (_MOBILE, _mobile),
    (_LANDLINE, _landline),
    (_OLD_IDENTITY, _old_identity),
    (_TAIWAN_IDENTITY, _taiwan_identity),
    (_HONG_KONG_IDENTITY, _hong_kong_identity),
    (_LOCAL, _local),
    (_SHORT, _short),
)
