"""Chinese date text to an aware datetime in China's time.

`parse_date` is for a text that is a date, or a line that holds one; `find_dates` gives every date in a longer text with
its place, best readable form first at each place. Nothing here knows the clock: `now` is a value.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
MIN_YEAR = 1990  # the first Chinese news pages are of 1995; what is older is a date in a story
MAX_LENGTH = 4_000  # characters of a text that we look for dates in


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in a text: `text[start:end]`, places in the text as given."""

    value: datetime  # aware, +08:00
    has_time: bool  # False: the text names the day only
    start: int
    end: int


def parse_date(text: str, *, now: datetime) -> datetime | None:
    """Return the first date in a text, in China's time; None: there is none. `now` resolves 昨天, 3小时前, 03-28.

    Raises ValueError when `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("now must be timezone-aware")
    found = next(find_dates(text, now=now), None)
    return found.value if found is not None else None


def find_dates(text: str, *, now: datetime | None) -> Iterator[FoundDate]:
    """Yield the dates in a text in order. Without `now` only dates that name their year are found."""
    plain = _plain(text[:MAX_LENGTH])
    at = 0
    while at < len(plain):
        found = _next_date(plain, at, now.astimezone(CHINA) if now is not None else None)
        if found is None:
            return
        yield found
        at = found.end


def _plain(text: str) -> str:
    """Return the text with ASCII digits, colons and spaces, same length."""
    return text if text.isascii() else text.translate(_PLAIN)


_TWINS = {"：": ":", "／": "/", "－": "-", "．": ".", "，": ",", "\u3000": " ", "\xa0": " ", "−": "-", "–": "-", "點": "点",
          "時": "时", "鐘": "钟", "鍾": "钟", "個": "个", "週": "周", "後": "后", "內": "内", "剛": "刚", "兩": "两",
          "︰": ":", "∶": ":", "○": "〇", "零": "〇", "Ｏ": "〇", "国": "國", "（": "(", "）": ")", "號": "号", "拜": "拜", "禮": "礼"}  # fmt: skip
_PLAIN = str.maketrans({**_TWINS, **{chr(0xFF10 + n): str(n) for n in range(10)}})

_CN_DIGITS = {ch: n for n, ch in enumerate("〇一二三四五六七八九")}
_CN_NUMBER = "[〇一二三四五六七八九十廿卅两]"
_TIME = (
    r"(?P<gap>[\sT,|]*(?:HKT\s*)?(?:\(?(?:周|星期|礼拜)[一二三四五六日天]\)?[\sT,]*)?)"
    r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚間|夜间|夜間|午后|晚|早|[AaPp]\.?[Mm]\.?)?\s*"
    r"(?P<hour>\d{1,2}|[〇一二三四五六七八九十]{1,3})"
    r"(?:\s?:\s?(?P<minute>\d{2})(?:\s?:\s?(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|[时点](?:(?P<cminute>\d{1,2}|[〇一二三四五六七八九十]{1,3})分?(?:(?P<csecond>\d{1,2})秒)?|(?P<ishalf>半)|整|许|(?![间刻]))?)"
    r"(?:\s*(?P<after>[AaPp]\.?[Mm]\b\.?))?"
    r"(?P<zone>\s?(?:Z\b|UTC(?:[+-]\d{1,2})?|GMT(?:[+-]\d{1,2}(?::?\d\d)?)?|HKT|CST|[+-]\d{2}:?\d{2}\b|\((?:北京|香港|台北|台灣|台湾)时间\)))?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - reads like a calendar
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_CLOCK = re.compile(_TIME)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# In the order of trust: at one place the first that matches wins.
_ABSOLUTE = (
    _compiled(r"(?:中華)?民國\s?(?P<roc>\d{2,3}|[〇一二三四五六七八九十百]{2,5})\s?[年./-]\s?(?P<month>\d{1,2}|" + _CN_NUMBER + r"{1,3})\s?[月./-]\s?(?P<day>\d{1,2}|" + _CN_NUMBER + r"{1,3})\s?日?"),
    _compiled(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?"),
    _compiled(r"(?<![\d.])(?P<year>(?:19|20)\d\d)\s?(?P<sep>[-/.])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{2}(?=\d\d:\d\d)|\d{1,2}(?!\d|\.\d))"),
    _compiled(r"(?P<year>[一二]" + r"[〇一二三四五六七八九]{3})年(?P<month>" + _CN_NUMBER + r"{1,3})月(?P<day>" + _CN_NUMBER + r"{1,3})[日号]?"),
    _compiled(_MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)(?!\d)"),
    _compiled(r"(?<!\d)(?P<day>\d{1,2})[\s-]" + _MONTH + r"[\s,-]+(?P<year>(?:19|20)\d\d)(?!\d)"),
    _compiled(_MONTH + r"\s+(?P<day>\d{1,2})\s+(?P<time>\d\d:\d\d:\d\d)\s+(?P<zone>[A-Z]{3,4}\s+)?(?P<year>(?:19|20)\d\d)(?!\d)"),
    _compiled(r"(?<![\d年])(?P<roc>1[0-4]\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})(?!\d)\s?日?"),
    _compiled(r"(?<![\d年])(?P<short>\d\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?"),
    _compiled(r"(?<![\d./-])(?P<roc>1[0-4]\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d]|[./-]\d)"),
    _compiled(r"(?<![\d./:-])(?P<short>\d\d)(?P<sep>[-/])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d]|[./-]\d)"),
    _compiled(r"(?<!\d)(?P<day>\d{1,2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<year>20\d\d)(?!\d)"),
    _compiled(r"(?<!\d)(?P<year>20[0-4]\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?:T?(?P<packed>[0-2]\d[0-5]\d(?:[0-5]\d)?))?(?!\d)"),
    _compiled(r"(?<![\d.])(?P<epoch>1\d{9}(?:\d{3})?)(?![\d.])"),
)  # fmt: skip
_YEARLESS = (
    _compiled(r"(?<![\d年月])(?P<month>1[0-2]|0?[1-9])\s?月\s?(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s?[日号]?"),
    _compiled(
        r"(?<![\d./:-])(?P<month>1[0-2]|0?[1-9])(?P<sep>[-/])(?P<day>3[01]|[12]\d|0?[1-9])(?=\s+\d{1,2}:\d\d|\s*$)"
    ),
    _compiled(r"(?<![一-鿿])(?P<month>十[一二]?|[一二三四五六七八九])月(?P<day>" + _CN_NUMBER + r"{1,3})[日号]"),
)
_AGO = _compiled(
    r"(?P<half>半)\s?个?(?P<halfunit>小时|钟头|天|月|年)前|(?P<count>\d{1,4}|几|[一二三四五六七八九十两]{1,3})\s?个?"
    r"(?P<unit>秒钟|秒|分钟|分|小时|钟头|天|日|周|星期|礼拜|月|年)(?:之|以)?前|(?P<just>刚刚|刚才|just now)"
    r"|(?P<ecount>\d{1,4})\s(?P<eunit>second|minute|min|hour|day|week|month|year)s?\sago"
)
_DAY_NAME = _compiled(r"(?P<name>今[天日早晚]|昨[天日晚]|前[天日]|today|yesterday)(?![一-鿿]{0,2}[报報])")
_WEEKDAY = _compiled(r"(?P<last>上)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?=\s*(?:\d{1,2}:\d\d|$))")


def _next_date(plain: str, at: int, now: datetime | None) -> FoundDate | None:
    """Return the leftmost date from `at` on; of several at one place the one of the most trusted form."""
    best: FoundDate | None = None
    for pattern, reader, needed in _FORMS:
        if not any(sign in plain for sign in needed):
            continue
        found = _first_valid(pattern, reader, plain, at, now)
        if found is not None and (best is None or found.start < best.start):
            best = found
    return best


_Reader = Callable[[re.Match[str], str, datetime | None], FoundDate | None]


def _first_valid(
    pattern: re.Pattern[str], reader: _Reader, plain: str, at: int, now: datetime | None
) -> FoundDate | None:
    for match in pattern.finditer(plain, at):
        found = reader(match, plain, now)
        if found is not None:
            return found
    return None


def _absolute(match: re.Match[str], plain: str, now: datetime | None) -> FoundDate | None:
    parts = match.groupdict()
    if parts.get("epoch"):
        return _from_epoch(match, now)
    year = _year(parts)
    month = parts["month"]
    number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].isascii() and month[:3].isalpha() else _number(month)
    day = _midnight(year, number, _number(parts["day"]))
    if day is None or not _plausible(day, now):
        return None
    if parts.get("packed") or parts.get("time"):
        return _with_inner_time(match, day)
    return _with_time(day, match, plain)


def _year(parts: dict[str, str | None]) -> int:
    if roc := parts.get("roc"):
        return 1911 + _number(roc)
    if short := parts.get("short"):
        return 2000 + int(short) if int(short) < 70 else 1900 + int(short)
    year = parts["year"]
    assert year is not None
    return int("".join(str(_CN_DIGITS.get(ch, ch)) for ch in year))


def _yearless(match: re.Match[str], plain: str, now: datetime | None) -> FoundDate | None:
    if now is None:
        return None
    month, day = _number(match["month"]), _number(match["day"])
    for year in (now.year, now.year - 1):
        value = _midnight(year, month, day)
        if value is not None and value <= now + timedelta(days=1):
            return _with_time(value, match, plain)
    return None


def _ago(match: re.Match[str], _: str, now: datetime | None) -> FoundDate | None:
    if now is None:
        return None
    value = _back(now, match)
    return FoundDate(value=value, has_time=True, start=match.start(), end=match.end()) if value is not None else None


def _back(now: datetime, match: re.Match[str]) -> datetime | None:
    if match["just"]:
        return now
    if match["half"]:
        return now - {"小时": timedelta(minutes=30), "钟头": timedelta(minutes=30), "天": timedelta(hours=12),
                      "月": timedelta(days=15), "年": timedelta(days=182)}[match["halfunit"]]  # fmt: skip
    count = _number(match["count"] or match["ecount"])
    unit = match["unit"] or match["eunit"].lower()
    if unit in {"月", "month"}:
        return _months_back(now, count)
    if unit in {"年", "year"}:
        return _months_back(now, 12 * count)
    return now - count * _UNITS[unit]


_UNITS = {
    **dict.fromkeys(("秒", "秒钟", "second"), timedelta(seconds=1)),
    **dict.fromkeys(("分", "分钟", "minute", "min"), timedelta(minutes=1)),
    **dict.fromkeys(("小时", "钟头", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("天", "日", "day"), timedelta(days=1)),
    **dict.fromkeys(("周", "星期", "礼拜", "week"), timedelta(weeks=1)),
}


def _months_back(now: datetime, count: int) -> datetime | None:
    months = now.year * 12 + now.month - 1 - count
    if months < MIN_YEAR * 12:
        return None
    for day in range(now.day, now.day - 4, -1):  # 31 → 30 → 29 → 28
        value = _midnight(months // 12, months % 12 + 1, day)
        if value is not None:
            return value + (now - now.replace(hour=0, minute=0, second=0, microsecond=0))
    return None


def _day_name(match: re.Match[str], plain: str, now: datetime | None) -> FoundDate | None:
    if now is None:
        return None
    name = match["name"].lower()
    back = 0 if name == "today" or name[0] == "今" else 2 if name[0] == "前" else 1
    return _with_time(_start_of(now) - timedelta(days=back), match, plain)


def _weekday(match: re.Match[str], plain: str, now: datetime | None) -> FoundDate | None:
    if now is None:
        return None
    wanted = "一二三四五六日天".index(match["weekday"]) % 7 if match["weekday"] != "天" else 6
    back = (now.weekday() - wanted) % 7
    if match["last"]:
        back = now.weekday() + 7 - wanted
    return _with_time(_start_of(now) - timedelta(days=back), match, plain)


_MARKS = ("-", "/", ".")
_VOWELS = tuple("aeouAEOU")  # one of them is in the name of each month
# What a text must hold one of, to be searched for the form: most texts have one or two of the forms.
_NEEDED: tuple[tuple[str, ...], ...] = (
    ("民國",), ("年",), _MARKS, ("年",), _VOWELS, _VOWELS, _VOWELS, ("年",), ("年",), _MARKS, _MARKS, _MARKS, ("20",), ("1",),
)  # fmt: skip
_FORMS: tuple[tuple[re.Pattern[str], _Reader, tuple[str, ...]], ...] = (
    *((pattern, _absolute, needed) for pattern, needed in zip(_ABSOLUTE, _NEEDED, strict=True)),
    (_AGO, _ago, ("前", "刚", *"aAnN")),
    (_DAY_NAME, _day_name, ("今", "昨", "前", *"dD")),
    *((pattern, _yearless, needed) for pattern, needed in zip(_YEARLESS, (("月",), _MARKS, ("月",)), strict=True)),
    (_WEEKDAY, _weekday, ("周", "星期", "礼拜")),
)


def _from_epoch(match: re.Match[str], now: datetime | None) -> FoundDate | None:
    digits = match["epoch"]
    value = datetime.fromtimestamp(int(digits[:10]), UTC).astimezone(CHINA)
    if not _plausible(value, now):
        return None
    return FoundDate(value=value, has_time=True, start=match.start(), end=match.end())


def _with_inner_time(match: re.Match[str], day: datetime) -> FoundDate | None:
    parts = match.groupdict()
    digits = (parts.get("packed") or parts.get("time") or "").replace(":", "")
    hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0)
    has_time = hour < 24 and minute < 60 and second < 60
    value = day.replace(hour=hour, minute=minute, second=second) if has_time else day
    zone = (parts.get("zone") or "").strip()
    return FoundDate(value=_in_china(value, zone), has_time=has_time, start=match.start(), end=match.end())


def _with_time(day: datetime, match: re.Match[str], plain: str) -> FoundDate:
    """Return the day with the time of day that stands right behind it, or, as in "09:15 2025-03-28", right before it."""
    clock = _CLOCK.match(plain, match.end()) or _clock_before(plain, match.start())
    value = _at_clock(day, clock) if clock is not None else None
    if clock is None or value is None:
        return FoundDate(value=day, has_time=False, start=match.start(), end=match.end())
    return FoundDate(
        value=value, has_time=True, start=min(match.start(), clock.start()), end=max(match.end(), clock.end())
    )


_CLOCK_BEFORE = re.compile(r"(?<![\d:])" + _TIME + r"\s+\Z")


def _clock_before(plain: str, end: int) -> re.Match[str] | None:
    window = max(0, end - 12)
    found = _CLOCK_BEFORE.search(plain, window, end)
    return found if found is not None and ":" in found.group() else None


def _at_clock(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour = _number(clock["hour"])
    minute = 30 if clock["ishalf"] else _number(clock["minute"] or clock["cminute"] or "0")
    second = _number(clock["second"] or clock["csecond"] or "0")
    half = (clock["half"] or clock["after"] or "").lower()
    if half.startswith("p") or half in _AFTERNOON:
        hour += 12 if hour < 12 else 0
    elif half == "中午":
        hour += 12 if hour < 3 else 0
    elif half.startswith("a") and hour == 12:
        hour = 0
    if (hour, minute, second) == (24, 0, 0):
        return day + timedelta(days=1)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return _in_china(day.replace(hour=hour, minute=minute, second=second), clock["zone"] or "")


_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "晚间", "晚間", "夜间", "夜間", "午后", "晚"))


def _in_china(value: datetime, zone: str) -> datetime:
    """Return the moment in China's time. CST on a Chinese page is China Standard Time."""
    zone = zone.strip().upper()
    if zone in {"Z", "UTC", "GMT"}:
        return value.replace(tzinfo=UTC).astimezone(CHINA)
    offset = re.search(r"([+-])(\d{1,2}):?(\d\d)?$", zone)
    if offset is None:
        return value
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    if minutes > 14 * 60:
        return value
    zone_info = timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    return value.replace(tzinfo=zone_info).astimezone(CHINA)


def _midnight(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=CHINA)
    except ValueError:
        return None


def _start_of(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _plausible(value: datetime, now: datetime | None) -> bool:
    """News is of the web's time and not of the future; a day of slack for clocks and zones."""
    last = now + timedelta(days=1) if now is not None else datetime(2100, 1, 1, tzinfo=CHINA)
    return value.year >= MIN_YEAR and value <= last


def _number(text: str) -> int:
    """Return 28 for "28", "二十八", "廿八" and "二八"."""
    if text.isascii():
        return int(text)
    if text == "几":
        return 3
    total, digit = 0, 0
    for ch in text.replace("廿", "二十").replace("卅", "三十").replace("两", "二"):
        if ch in "十百":
            unit = 10 if ch == "十" else 100
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = digit * 10 + _CN_DIGITS[ch]
    return total + digit
