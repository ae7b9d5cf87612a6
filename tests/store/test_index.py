import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.dedup.bands import ANCHORS, band_keys, candidate_pairs
from pipeline.dedup.signature import SignatureSpec
from pipeline.errors import OutputError, StateError
from pipeline.store.index import MERGE_FACTOR, TAIL_ROWS, NearDuplicateIndex

SPEC = SignatureSpec()
SMALL = SignatureSpec(num_perm=8, bands=4, rows=2)  # thousands of rows in a blink


def drawn(rows: int, seed: int = 1, spec: SignatureSpec = SPEC, values: int = 1 << 32) -> NDArray[np.uint32]:
    return np.random.default_rng(seed).integers(0, values, (rows, spec.num_perm), dtype=np.uint32)


def found(index: NearDuplicateIndex, signatures: NDArray[np.uint32]) -> list[tuple[int, int]]:
    candidates = index.candidates(signatures)
    return list(zip(candidates.queries.tolist(), candidates.ordinals.tolist(), strict=True))


def filled(folder: Path, rows: int, step: int = 5000) -> NDArray[np.uint32]:
    """Fill an index of the small spec; values are few, so buckets are large."""
    signatures = drawn(rows, spec=SMALL, values=40)
    with NearDuplicateIndex.open(folder, SMALL) as index:
        for first in range(0, rows, step):
            index.add(range(first, min(first + step, rows)), signatures[first : first + step])
    return signatures


def expected(signatures: NDArray[np.uint32], queries: NDArray[np.uint32]) -> list[tuple[int, int]]:
    rows = len(signatures)
    keys = band_keys(np.concatenate((signatures, queries)), SMALL)
    is_new = np.arange(len(keys)) >= rows
    pairs = candidate_pairs(keys, queries=is_new, members=~is_new)
    return list(zip((pairs.later - rows).tolist(), pairs.earlier.tolist(), strict=True))


def test_what_was_added_is_found_again_after_opening(tmp_path: Path) -> None:
    signatures = drawn(10)
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        assert index.last_ordinal is None
        index.add([3, 5, 8], signatures[:3])
        assert found(index, signatures[1:2]) == [(0, 5)]
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        assert (len(index), index.last_ordinal) == (3, 8)
        index.add([9], signatures[3:4])
        assert found(index, signatures[:5]) == [(0, 3), (1, 5), (2, 8), (3, 9)]


@pytest.mark.parametrize("rows", [100, TAIL_ROWS, 3 * TAIL_ROWS + 17])
def test_candidates_are_the_anchors_of_the_definition(tmp_path: Path, rows: int) -> None:
    signatures = filled(tmp_path, rows)
    queries = drawn(50, seed=2, spec=SMALL, values=40)
    with NearDuplicateIndex.open(tmp_path, SMALL) as index:
        assert found(index, queries) == expected(signatures, queries)
        taken = index.candidates(queries).taken
    keys, asked = band_keys(signatures, SMALL), band_keys(queries, SMALL)
    sizes = [[min(int((keys[:, band] == row[band]).sum()), ANCHORS) for band in range(SMALL.bands)] for row in asked]
    assert taken.tolist() == sizes


def test_runs_are_merged_geometrically_and_old_files_go(tmp_path: Path) -> None:
    signatures = filled(tmp_path, TAIL_ROWS * (MERGE_FACTOR + 2), step=TAIL_ROWS)
    names = sorted(path.name for path in tmp_path.glob("run-*"))
    assert len(names) == 3
    assert names[0] == f"run-{0:010}-{TAIL_ROWS * MERGE_FACTOR:010}.u32"
    queries = drawn(20, seed=3, spec=SMALL, values=40)
    with NearDuplicateIndex.open(tmp_path, SMALL) as index:
        assert found(index, queries) == expected(signatures, queries)


def test_a_large_batch_begins_at_the_level_that_fits(tmp_path: Path) -> None:
    rows = TAIL_ROWS * MERGE_FACTOR + 5
    filled(tmp_path, rows, step=rows)
    assert len(list(tmp_path.glob("run-*"))) == 1


def test_the_estimate_keeps_strangers_out(tmp_path: Path) -> None:
    signatures = drawn(1)
    stranger = drawn(1, seed=2)
    stranger[0, :4] = signatures[0, :4]  # one band of 32
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        index.add([0], signatures)
        assert index.candidates(stranger).ordinals.tolist() == [0]
        assert index.candidates(stranger, 0.25).ordinals.tolist() == []
        assert index.candidates(signatures, 0.25).ordinals.tolist() == [0]


def test_removed_ones_are_not_found_but_keep_their_place(tmp_path: Path) -> None:
    same = np.repeat(drawn(1), ANCHORS + 5, axis=0)
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        index.add(range(len(same)), same)
        index.remove([0, 1])
        index.remove([1])
        assert index.candidates(same[:1]).ordinals.tolist() == list(range(2, ANCHORS))
        assert set(index.candidates(same[:1]).taken.ravel().tolist()) == {ANCHORS}
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        assert index.candidates(same[:1]).ordinals.tolist()[0] == 2


def test_pairs_leave_out_what_the_caller_does_not_keep(tmp_path: Path) -> None:
    signatures = drawn(3)
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        index.add([10, 11, 12], signatures)
        pairs = index.candidates(signatures).pairs({12: 0, 10: 1})
    assert (pairs.later.tolist(), pairs.earlier.tolist()) == ([0, 2], [1, 0])


def test_nothing_asked_and_nothing_added(tmp_path: Path) -> None:
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        index.add([], drawn(0))
        assert len(index.candidates(drawn(0)).ordinals) == 0
        assert found(index, drawn(2)) == []
        assert index.verify() == []


def test_another_spec_is_refused_with_the_remedy(tmp_path: Path) -> None:
    NearDuplicateIndex.open(tmp_path, SPEC).close()
    with pytest.raises(
        StateError, match=r"ngram 3, this run uses ngram 5\. Use the same settings, or: zhnews dedup --rebuild"
    ):
        NearDuplicateIndex.open(tmp_path, replace(SPEC, ngram=5))
    with pytest.raises(StateError, match="fold_version"):
        NearDuplicateIndex.open(tmp_path, replace(SPEC, fold_version=SPEC.fold_version + 1))


@pytest.mark.parametrize(
    ("ordinals", "rows"), [([5, 4], 2), ([2, 3], 2), ([7], 2)], ids=["descending", "known already", "too few"]
)
def test_disorder_is_refused(tmp_path: Path, ordinals: list[int], rows: int) -> None:
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        index.add([3], drawn(1))
        with pytest.raises(ValueError, match="must ascend from 3"):
            index.add(ordinals, drawn(rows))
        assert len(index) == 1


def test_missing_and_torn_runs_are_made_again_when_opened(tmp_path: Path) -> None:
    filled(tmp_path, 2 * TAIL_ROWS, step=TAIL_ROWS)
    first, second = sorted(tmp_path.glob("run-*"))
    before = first.read_bytes(), second.read_bytes()
    first.unlink()
    os.truncate(second, 1000)
    NearDuplicateIndex.open(tmp_path, SMALL).close()
    assert (first.read_bytes(), second.read_bytes()) == before


def test_a_damaged_run_is_found_by_its_checksum(tmp_path: Path) -> None:
    filled(tmp_path, TAIL_ROWS)
    (path,) = tmp_path.glob("run-*")
    good = path.read_bytes()
    path.write_bytes(good[:100] + bytes([good[100] ^ 1]) + good[101:])
    with NearDuplicateIndex.open(tmp_path, SMALL) as index:
        assert index.verify(repair=False) == [f"{path}: damaged"]
        assert index.verify() == [f"{path}: damaged"]
        assert index.verify() == []
    assert path.read_bytes() == good


def test_damaged_and_missing_signatures_are_told_and_can_be_rebuilt(tmp_path: Path) -> None:
    signatures = filled(tmp_path, 50)
    path = tmp_path / "signatures.u32"
    good = path.read_bytes()
    path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    with NearDuplicateIndex.open(tmp_path, SMALL) as index:
        with pytest.raises(StateError, match=r"rows 0 to 50 are damaged\. Run: zhnews dedup --rebuild"):
            index.verify()
        index.rebuild([(range(100, 120), signatures[:20]), (range(120, 150), signatures[20:])])
        assert index.verify() == []
        assert (len(index), index.last_ordinal) == (50, 149)
    os.truncate(path, 64)
    with pytest.raises(StateError, match="50 signatures expected"):
        NearDuplicateIndex.open(tmp_path, SMALL)


def test_what_a_crash_appended_without_committing_is_written_over(tmp_path: Path) -> None:
    signatures = filled(tmp_path, 30)
    for name in ("signatures.u32", "ordinals.u32"):
        with (tmp_path / name).open("ab") as stream:
            stream.write(b"\xff" * 500)
    (tmp_path / "run-0000000000-0000000030.u32").write_bytes(b"an orphan")
    queries = drawn(9, seed=4, spec=SMALL, values=40)
    with NearDuplicateIndex.open(tmp_path, SMALL) as index:
        assert not list(tmp_path.glob("run-*"))
        index.add(range(30, 39), queries)
        assert index.verify() == []
        assert found(index, queries) == expected(np.concatenate((signatures, queries)), queries)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with NearDuplicateIndex.open(tmp_path, SPEC) as index:
        (tmp_path / "signatures.u32").mkdir()
        with pytest.raises(OutputError, match=r"signatures\.u32"):
            index.add([0], drawn(1))


WRITER = """
import sys
import numpy as np
from pathlib import Path
from pipeline.dedup.signature import SignatureSpec
from pipeline.store.index import NearDuplicateIndex
spec = SignatureSpec(num_perm=8, bands=4, rows=2)
with NearDuplicateIndex.open(Path(sys.argv[1]), spec) as index:
    while True:
        first = len(index)
        signatures = np.random.default_rng(first).integers(0, 40, (1024, 8), dtype=np.uint32)
        index.add(range(first, first + 1024), signatures)
        print(first + 1024, flush=True)
"""


def test_kill_at_any_moment_loses_nothing_that_was_added(tmp_path: Path) -> None:
    """Runs are written every fourth and merged every thirty-second batch; the kills fall between and into them."""
    told = 0
    for batches in (1, 4, 9, 31, 5, 33):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
        )
        assert writer.stdout is not None
        for _ in range(batches):
            told = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with NearDuplicateIndex.open(tmp_path, SMALL) as index:
            assert len(index) >= told
            assert len(index) % 1024 == 0
            assert index.verify(repair=False) == []
            rows = len(index)
            signatures = np.concatenate(
                [
                    np.random.default_rng(first).integers(0, 40, (1024, 8), dtype=np.uint32)
                    for first in range(0, rows, 1024)
                ]
            )
            queries = drawn(5, seed=rows, spec=SMALL, values=40)
            assert found(index, queries) == expected(signatures, queries)
