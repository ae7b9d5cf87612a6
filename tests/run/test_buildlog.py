"""The log of a build: a line as a stage begins, one a minute, and the seconds of each stage."""

from datetime import UTC, datetime, timedelta

from pipeline.run.buildlog import BuildLog, TellingExecutor
from pipeline.run.executor import InProcess


def test_a_line_as_a_stage_begins_and_one_a_minute(tmp_path):
    clock = [datetime(2026, 3, 1, 8, tzinfo=UTC)]
    told = []
    log = BuildLog(tmp_path / "log", lambda *said: told.append(said), lambda: clock[0])

    def tell(after_s, *said):
        clock[0] += timedelta(seconds=after_s)
        log(*said)

    tell(0, "process", 0, 0)
    for done in range(10, 130, 10):
        tell(10, "process", done, 1000)
    tell(5, "write", 2, 4)
    tell(5, "write", 3, 4)
    tell(60, "write", 4, 4)
    log.end()
    assert (tmp_path / "log").read_text().splitlines() == [
        "2026-03-01 08:00:00 process: 0",
        "2026-03-01 08:01:00 process: 60 of 1,000, 1 a second, 16 min left",
        "2026-03-01 08:02:00 process: 120 of 1,000, 1 a second, 15 min left",
        "2026-03-01 08:02:05 write: 2 of 4",
        "2026-03-01 08:03:10 write: 4 of 4, 0 a second, 0 min left",
    ]
    assert len(told) == 16
    assert log.seconds == {"process": 125.0, "write": 65.0}


def test_who_knows_of_no_log_tells_it_all_the_same(tmp_path):
    told = []
    done: list[int] = []
    telling = TellingExecutor(InProcess(), BuildLog(tmp_path / "log", lambda *said: told.append(said)), "report")
    assert telling.map(str, [1, 2], done.append) == ["1", "2"]
    assert telling.map(str, [3], done.append) == ["3"]
    assert done == [1, 2, 3]
    assert told == [("report", 0, 0), ("report", 1, 2), ("report", 2, 2), ("report", 3, 3)]
