"""Who wrote it: names from bylines, datelines and tails. Never editors, portals, ids or widgets.

    作者：王小明   記者王小明／台北報導   （记者 王小明）   【王小明／台北報導】   （文/王小明）   （王小明）

A name is two to four characters that begin with a surname; only behind 作者 may it be a pen name. A doubtful name is none.
"""

import re
from collections.abc import Iterator

from pipeline.extract.body import Body
from pipeline.extract.dom import Outline
from pipeline.extract.linekinds import is_caption_name
from pipeline.extract.metadata import Head

_LINES_ABOVE = 4  # of the headline
_FIRST_LINES = 8  # of the body: a byline may stand below the lead
_SHORT_LINE_CHARS = 20  # of a line in the body that is a byline
_LAST_LINES = 3  # of the body
_LINES_BEHIND = 12  # of the body, when its container goes on
_MAX_LINE_CHARS = 160  # a longer line is text: only its first and last characters are looked at
_HEAD_CHARS = 70
_TAIL_CHARS = 80

_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈"
    "姚卢盧姜崔钟鍾鐘谭譚陆陸汪范石廖贾賈夏韦韋付傅方白邹鄒孟熊秦邱丘江尹薛闫閆阎閻段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯温溫"
    "康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱"
    "蓝藍路游辛靳欧管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費卜冷晏席卫衛米柏"
    "宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺奚宪戈竺印粟栗巴卿封支利居初水云雲由战戰"
)
_COMPOUND = ("欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "公孫", "慕容", "令狐", "端木", "范姜",
             "張簡", "张简", "夏侯", "长孙", "宇文", "司徒", "南宫", "呼延", "申屠")  # fmt: skip
_ROLE = (
    r"(?:(?:实习|實習|首席|特派|特約|特约|见习|見習|职工|職工|特邀|本报|本報|本网|本刊)?(?:记者|記者|通讯员|通訊員|特派员|特派員|撰稿人|撰稿|评论员|評論員)"
    r"|作者|撰文|撰写|撰稿|採訪撰文|文字|执笔|執筆|采写|採寫|编译|編譯|整理报道|图/文|文/图|文图|圖文|文)"
)
_PEN_ROLE = re.compile(r"作者|撰文|执笔|執筆|^文|采写|採寫")
_LOOSE_ROLE = r"(?:(?:实习|實習|首席|特派|特約|特约|见习|見習|职工|職工|特邀|本报|本報|本网|本刊)?(?:记者|記者|通讯员|通訊員|特派员|特派員|评论员|評論員)|作者|撰文|撰稿|采写|採寫|文/图|图/文|文图)"
# A role with a mark or space behind it, or 记者 with the name right behind.
_MARKED = re.compile(
    rf"(?P<loose>{_LOOSE_ROLE})\s(?=\S)|(?P<role>{_ROLE})\s?[:：/／|｜丨∕╱]\s?(?=[^\s:：/／])|(?P<bare>(?:记者|記者|通讯员|通訊員|特派员|特派員|Author,))\s?"
)
_TITLED = re.compile(
    r"作者[:：][^（(。]{0,70}(?:研究员|教授|主任|院长|博士|学者|研究員|院長)(?P<name>[一-鿿]{2,4})[）)]"
)
_GLUED = re.compile(
    r"(?:网|網|报|報|社|台)\s?(?P<name>[一-鿿]{2,4})\s+\d{4}[-年/.]|(?:来源|來源)[:：]\s?\S{2,16}\s(?P<last>[一-鿿]{2,4})$"
)
_BRACKETED = re.compile(
    r"[【〔\[（(](?P<name>[一-鿿]{2,4})[/／╱∕][^】〕\])）]{0,8}(?:報導|报道|報道|電|电|特稿|專訪)[】〕\])）]"
)
_SLASHED = re.compile(r"^[^。，]{2,8}[/／╱∕](?P<name>[一-鿿]{2,4})(?=\s|$)")
_REPORT = re.compile(r"(?:^|[\s，。、台臺網网社報报])(?P<name>[一-鿿]{2,4}?)(?:報導|报道|報道)$")
_REPORTED = (_BRACKETED, _SLASHED, _REPORT, _TITLED, _GLUED)
# What a text must hold one of to be searched for the patterns above: most hold none.
_REPORT_SIGN = re.compile(r"[/／╱∕者导導道源\d]")
_ROLE_SIGN = re.compile(r"[者员員撰执執采採编編整文]|Author,")
_SIGNED = re.compile(r"[（(【\[]\s?(?P<names>[一-鿿]{2,4}(?:[\s、]{1,2}[一-鿿]{2,4}){0,2})\s?[）)】\]]$")
_BYLINE_NAMES = re.compile(r"author|byline|reporter|writer|zuozhe|jizhe", re.IGNORECASE)

_LABEL = re.compile(
    r"字[号號体體]|文字大小|[来來]源|[编編][辑輯]|[责責]任|[发發][布佈表]|[时時][间間]|分享|[评評][论論]|[浏瀏][览覽]|[阅閱][读讀]|[点點][击擊]|[关關]注|打印|列印|收藏|人[气氣]|[出處]处|日期|更新|[摄攝]影|制[图圖]|剪[辑輯]"
)
_BETWEEN = re.compile(r"[\s、，,/／;；&＆和與与·]+")
_HAN_RUN = re.compile(r"[一-鿿]+(?:·[一-鿿]+)?")
_PEN_NAME = re.compile(r"[\w·]{2,12}")
_NO_NAME = re.compile(
    r"记者|記者|编辑|編輯|责编|报道|報導|報道|综合|綜合|新闻|新聞|日报|日報|时报|時報|本报|本報|本网|来源|來源|作者|中心|集团|公司|整理|分享|打印|字体|字號|文字|大小"
    r"|关注|评论|阅读|浏览|点击|收藏|微信|微博|登录|发布|发表|时间|(?<=..)(?:網|网|社|报|報|台)$|[攝摄]$|频道|独家|独立|原创|图片|通讯|团队|工作|表示|采访|採訪|获悉|了解|看到|发现|注意|关闭|關閉|未知|匿名|佚名|解释|网友|網友"
)
_PLACE = (
    r"(?:台北|臺北|新北|桃園|台中|臺中|台南|臺南|高雄|基隆|新竹|苗栗|彰化|南投|雲林|嘉義|屏東|宜蘭|花蓮|台東|澎湖|金門|馬祖|香港|澳門|澳门|北京|上海|天津|重庆|重慶|广州|廣州|深圳|武汉|武漢"
    r"|南京|杭州|成都|西安|郑州|长沙|济南|沈阳|大连|青岛|合肥|福州|厦门|昆明|贵阳|南宁|海口|太原|石家庄|哈尔滨|长春|兰州|乌鲁木齐|呼和浩特|南昌|东京|東京|纽约|紐約|华盛顿|華盛頓|巴黎|伦敦|倫敦|柏林|莫斯科|首爾|首尔|中国|中國|清华|复旦)"
)
_AFTER_NAME = re.compile(
    rf"$|{_PLACE}|[一-鿿]{{2,4}}\d{{1,2}}日|\d|(?:報導|报道|報道|電|电|專訪|专访|撰|综合|綜合|整合|摄影|攝影|攝|摄|文并图|实习|實習|通讯员|通訊員|特稿|特派|返回|本报|系|為|为|译|譯|编译|現場|现场|連線|专稿|等)"
)


def find_authors(head: Head, outline: Outline, body: Body | None) -> tuple[str, ...]:
    """Return the names in the order of print; empty rather than a doubtful one."""
    if body is None:
        return ()
    declared = _declared(head)
    for text in _places(outline, body):
        names = _names_in(text)
        if names:
            return declared if set(names) < set(declared) else names
    return _standing_alone(outline, body) or declared


def names_in_byline(text: str) -> tuple[str, ...]:
    """Return the names in a text that is known to be a byline."""
    return _names_in(text) or _names_from(text[:60], pen=True)


def _places(outline: Outline, body: Body) -> Iterator[str]:
    """Yield the texts that may hold names: lines above the body, its first two, its last, those behind it."""
    top = max(0, body.top - _LINES_ABOVE)
    behind = min(max(body.tail, body.end + 2), body.end + _LINES_BEHIND, len(outline.lines))
    last = [i for i in body.kept[-_LAST_LINES:] if i not in body.kept[:2]]
    anchor = top if body.headline is None else body.headline
    firsts = [
        i for n, i in enumerate(body.kept[:_FIRST_LINES]) if n < 2 or len(outline.lines[i].text) <= _SHORT_LINE_CHARS
    ]
    order = [*range(anchor, body.first), *range(top, anchor), *firsts, *reversed(last), *range(body.end, behind)]
    for i in order:
        line = outline.lines[i]
        if (
            line.linked * 2 > len(line.text)
            or is_caption_name(outline.blocks[line.block].names)
            or is_caption_name(line.names)
        ):
            continue
        if len(line.text) <= _MAX_LINE_CHARS:
            yield line.text
        else:
            yield line.text[:_HEAD_CHARS]
            yield line.text[-_TAIL_CHARS:]


def _names_in(text: str) -> tuple[str, ...]:
    for pattern in _REPORTED if _REPORT_SIGN.search(text) else ():
        found = pattern.search(text)
        name = (found["name"] or found[found.lastindex or 0]) if found else ""
        if name and _is_name(name):
            return (name,)
    for found in _MARKED.finditer(text) if _ROLE_SIGN.search(text) else ():
        pen = found["role"] is not None and _PEN_ROLE.search(found["role"]) is not None
        names = _names_from(text[found.end() :][:40], pen=pen)
        if names:
            return names
    signed = _SIGNED.search(text)
    if signed is not None:
        names = tuple(_BETWEEN.split(signed["names"]))
        return names if all(map(_is_name, names)) else ()
    return ()


def _names_from(text: str, *, pen: bool) -> tuple[str, ...]:
    """Return the names that a text begins with; a label behind them may touch the last: 作者：王小明字号：大."""
    label = _LABEL.search(text)
    text = text[: label.start()] if label else text
    names: list[str] = []
    at = 0
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        role = re.compile(_ROLE).match(text, at) if names else None
        if role is not None:
            at = role.end()
            continue
        name = _name_at(text, at, pen=pen)
        if name is None:
            return tuple(dict.fromkeys(names))
        names.append(name)
        at += len(name)
        if between is None and len(names) > 1:
            return tuple(dict.fromkeys(names[:-1]))


def _name_at(text: str, at: int, *, pen: bool) -> str | None:
    run = _HAN_RUN.match(text, at)
    if run is not None:
        whole = run.group()
        if _is_name(whole) and not whole.endswith(("攝", "摄")):
            return whole
        lengths = (4, 3, 2) if whole.startswith(_COMPOUND) else (3, 2)
        for length in lengths:
            name = whole[:length]
            if len(whole) > length and _is_name(name) and _AFTER_NAME.match(text, at + length):
                return None if text[at + length] in "攝摄" else name
    if not pen or (run is not None and run.group().endswith(("攝", "摄"))):
        return None
    free = _PEN_NAME.match(text, at)
    return (
        free.group()
        if free and not _NO_NAME.search(free.group()) and not free.group().isdigit() and len(free.group()) <= 6
        else None
    )


def _is_name(text: str) -> bool:
    if _NO_NAME.search(text):
        return False
    if "·" in text:
        return True
    if text.startswith(_COMPOUND):
        return 3 <= len(text) <= 4
    return 2 <= len(text) <= 3 and text[0] in _SURNAMES


def _standing_alone(outline: Outline, body: Body) -> tuple[str, ...]:
    """Return a name that is a whole line of an element called author, or right below the headline."""
    top = max(0, body.top - _LINES_ABOVE)
    for i in range(top, body.first):
        line = outline.lines[i]
        called = _BYLINE_NAMES.search(outline.blocks[line.block].names + line.names) or i - 1 == body.headline
        if called and _is_name(line.text):
            return (line.text,)
    return ()


def _declared(head: Head) -> tuple[str, ...]:
    """Return the persons of the JSON-LD."""
    for thing in head.linked_data:
        value = thing.get("author")
        people = value if isinstance(value, list) else [value]
        names = [
            person.get("name") for person in people if isinstance(person, dict) and person.get("@type") == "Person"
        ]
        good = tuple(name.strip() for name in names if isinstance(name, str) and _is_name(name.strip()))
        if good:
            return good
    return ()
