"""The arrays of script_table.npz, which pipeline/normalise reads: scripts, radicals, readings, variants."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources

import numpy as np
from opencc import OpenCC

from scripts.opencc_tables import SIZE, Codes, char_rows, classes, entries, packed, radicals, sorted_codes

HAN_PLANES = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0x20000, 0x33480))
RARE_SHARE = (
    0.1  # of a character's occurrences: a reading below is rare. Healthy news has 1 % of them, damaged 5 to 20 %
)
MIN_OCCURRENCES = 50  # in jieba's counts: below, nothing is said about what is rare
# Traditional characters that Simplified texts use as well (乾隆, 名著, 瞭望 …): a weak sign only.
WEAK_TRADITIONAL = "於著乾徵瞭藉夥祇"
# Differences of region or taste between Traditional texts that OpenCC's regional tables do not list.
REGION_PAIRS = "台臺 群羣 卻却 佈布 週周 讚贊 佔占 昇升 註注 僱雇 嚐嘗 迴回 唸念 託托 慾欲 夥伙 瞭了 餵喂 摺折 諮咨 鑒鑑 濕溼 傑杰 煙菸 跡蹟迹 鍊煉 彿佛"


def script_arrays() -> dict[str, Codes]:
    """Return what pipeline/normalise reads: characters of one script only, radicals, what NFC may change, variants."""
    looks = radicals()
    region = _region_pairs()
    simplified = _simplified()
    return {
        "hans": _one_script("STCharacters.txt", spare=""),
        "hant": _one_script("TSCharacters.txt", spare=WEAK_TRADITIONAL),
        "weak": sorted_codes(map(ord, WEAK_TRADITIONAL)),
        "radical": np.array(sorted(looks), dtype=np.uint32),
        "unified": np.array([looks[code] for code in sorted(looks)], dtype=np.uint32),
        "unstable": sorted_codes(_unstable()),
        "ambiguous": _ambiguous(dict(region)),
        "variant": np.array([source for source, _ in region], dtype=np.uint32),
        "plain": np.array([target for _, target in region], dtype=np.uint32),
        "traditional": np.array(sorted(simplified), dtype=np.uint32),
        "simplified": np.array([simplified[code] for code in sorted(simplified)], dtype=np.uint32),
        "exception": packed(_exceptions(simplified)),
        "rare": _rare(dict(region)),
    }


def _simplified() -> dict[int, int]:
    """Return what OpenCC's t2s makes of each character by itself, where it changes it."""
    chars = "".join(chr(c) for start, end in HAN_PLANES for c in range(start, end))
    lines = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {ord(old): ord(new) for old, new in zip(chars, lines, strict=True) if old != new}


def _exceptions(simplified: dict[int, int]) -> list[str]:
    """Return the words of t2s that it does not convert character by character: 乾隆, 憑藉, 瞭解."""
    t2s = OpenCC("t2s")
    words = [source for source, _ in entries("TSPhrases.txt")]
    return sorted({word for word in words if t2s.convert(word) != word.translate(simplified)})


def _rare(plain: dict[int, int]) -> Codes:
    """Return the Traditional readings, in all regional forms, that are rare among those of one Simplified character."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for word, read, count in _read_words():
        for char, reading in zip(word, read, strict=True):
            counts[char][plain.get(ord(reading), ord(reading))] += count
    ambiguous = {chr(code) for code in _ambiguous(plain).tolist()}
    rare: set[int] = set()
    for char, targets in entries("STCharacters.txt"):
        total = counts[char].total()
        if char in ambiguous and total >= MIN_OCCURRENCES:
            readings = {plain.get(ord(t), ord(t)) for t in (*targets, char)}
            rare |= {reading for reading in readings if counts[char][reading] < RARE_SHARE * total}
    rare -= {code for char in ambiguous for code, n in counts[char].items() if n >= RARE_SHARE * counts[char].total()}
    return sorted_codes(rare | {variant for variant, base in plain.items() if base in rare})


def _read_words() -> Iterator[tuple[str, str, int]]:
    """Yield the words of jieba's dictionary, how OpenCC reads them in Traditional, and their counts."""
    with resources.files("jieba").joinpath("dict.txt").open(encoding="utf-8") as lines:
        entries = [line.split() for line in lines]
    words = [word for word, *_ in entries]
    read = OpenCC("s2t").convert("\n".join(words)).split("\n")
    yield from zip(words, read, (int(count) for _, count, *_ in entries), strict=True)


def _one_script(name: str, spare: str) -> Codes:
    """Return the characters that the conversion always changes: they belong to one script only."""
    return sorted_codes(ord(source) for source, targets in char_rows(name) if source not in {*targets, *spare})


def _region_pairs() -> list[tuple[int, int]]:
    """Return (variant, the lowest of its class) for forms that differ by region only: 裏 裡, 爲 為, 麪 麵 …"""
    names = ("TWVariants.txt", "TWVariantsRev.txt", "HKVariants.txt", "HKVariantsRev.txt")
    groups = [(source, *targets) for name in names for source, targets in char_rows(name)]
    joined = classes([*groups, *map(tuple, REGION_PAIRS.split())])
    return sorted((ord(member), ord(members[0])) for members in joined for member in members[1:])


def _ambiguous(plain: dict[int, int]) -> Codes:
    """Return the Simplified characters that have several Traditional readings, regional forms counted as one."""
    rows = char_rows("STCharacters.txt")
    return sorted_codes(ord(c) for c, targets in rows if len({plain.get(ord(t), ord(t)) for t in targets}) > 1)


def _unstable() -> Iterator[int]:
    """Yield what NFC may change: characters with another composed form, and marks that may join the one before."""
    second = {unicodedata.decomposition(chr(c)).split()[-1] for c in range(SIZE) if unicodedata.decomposition(chr(c))}
    joining = {int(code, 16) for code in second}
    for code in range(SIZE):
        char = chr(code)
        is_jamo = 0x1161 <= code <= 0x1175 or 0x11A8 <= code <= 0x11C2
        is_mark = unicodedata.combining(char) or (code in joining and unicodedata.category(char) in {"Mn", "Mc"})
        if not 0xD800 <= code <= 0xDFFF and (is_jamo or is_mark or unicodedata.normalize("NFC", char) != char):
            yield code
