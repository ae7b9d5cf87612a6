"""The arrays of regional_table.npz, which pipeline/normalise/regional.py reads: what another region calls a thing.

OpenCC's phrase tables hold pairs of two kinds. 软件 and 軟體 are one thing with two names. 核心 and 内核, 支援 and 支持 are
two words of both regions that mean the same in a computer and nowhere else. Only pairs of the first kind are taken:
a pair counts when the mainland hardly uses the other region's word, and when OpenCC does not itself say that a region
has both. The other pairs stay in the table without a meaning, so that no shorter word is found inside: 軟體動物.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources

from opencc import OpenCC

from pipeline.normalise.words import cut_words
from scripts.opencc_tables import Codes, entries, packed

# Of the mainland word's use: what the mainland uses more often is a word of its own. Between 塑胶 (.07 of 塑料), which the
# mainland understands and does not say, and 区域性 (.08 of 局部), which is another word. By reading the list of pairs.
MAX_SHARE = 0.075
MIN_USE = 10  # of 60 million words: below, a word is listed (jieba gives such ones 3) rather than used
# Output script → the tables that lead to its words, the likelier origin first.
TABLES = {
    "hans": ("TWPhrasesRev.txt", "HKPhrasesRev.txt"),
    "tw": ("TWPhrases.txt",),
    "hk": ("HKPhrases.txt",),
}
FORMS = {"hans": "t2s", "tw": "t2tw", "hk": "t2hk"}


def regional_arrays() -> dict[str, Codes]:
    """Return for each output script the words of others, in Simplified characters, and what it says: "" for the same."""
    arrays: dict[str, Codes] = {}
    for script in TABLES:
        meant = dict(sorted(_meant(script).items()))
        arrays |= {f"{script}_term": packed(meant), f"{script}_meant": packed(meant.values())}
    return arrays


def _meant(script: str) -> dict[str, str]:
    simplify, form = OpenCC("t2s").convert, OpenCC(FORMS[script]).convert
    meant: dict[str, str] = {}
    for table in TABLES[script]:
        for source, targets in entries(table):
            term, own = simplify(source), tuple(map(simplify, targets))
            is_one_sign = len(term) == 1 and len(own[0]) > 1  # 埠 is a town as well, 宏 a part of 宏大
            if not is_one_sign:
                other, mainland = (term, own[0]) if script == "hans" else (own[0], term)
                is_regional = term not in own and _is_regional(other, mainland)
                meant.setdefault(term, form(targets[0]) if is_regional else "")
    # 文檔 → 文件 → 檔案, 脑梗 → 脑梗塞 → 脑梗塞塞: what the region says itself stays as a whole
    return meant | dict.fromkeys((simplify(said) for said in meant.values() if said), "")


def _is_regional(other: str, mainland: str) -> bool:
    """Return whether the mainland hardly uses the other region's word where it has one of its own.

    What a dictionary of mainland words does not list is not used: 智慧财产权. Of 资料来源 and 数据源 it knows only the parts.
    """
    counts = _counts()
    is_listed = counts.get(mainland, 0) >= MIN_USE
    if other not in counts and (is_listed or min(map(len, cut_words(other))) == 1):
        return True
    return _use(other) < max(MIN_USE, MAX_SHARE * _use(mainland))


def _use(word: str) -> int:
    """Return how often the mainland uses a word; one that is not listed at most as often as the rarest of its parts."""
    counts = _counts()
    return counts[word] if word in counts else min(counts.get(part, 0) for part in cut_words(word))


@cache
def _counts() -> dict[str, int]:
    return dict(_listed())


def _listed() -> Iterator[tuple[str, int]]:
    with resources.files("jieba").joinpath("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, _ = line.split(" ")
            yield word, int(count)
