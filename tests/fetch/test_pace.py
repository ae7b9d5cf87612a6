"""Manners: how long a host is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.pace import (
    HostPace,
    PaceParams,
    after_block,
    after_failure,
    after_retry_after,
    after_success,
    backoff_s,
    is_blocked,
    may_ask,
    parse_retry_after,
    wait_s,
)

NOW = 1_800_000_000.0
DAY = 24 * 3600.0


def test_a_new_host_may_be_asked():
    assert may_ask(HostPace(), NOW)
    assert wait_s(HostPace(), NOW) == 0


def test_a_second_between_two_requests():
    pace = after_success(HostPace(), now_s=NOW, jitter=0.5)
    assert not may_ask(pace, NOW + 0.9)
    assert may_ask(pace, NOW + 1.0)


def test_jitter_spreads_by_a_third():
    waits = [after_success(HostPace(), now_s=NOW, jitter=j).next_at_s - NOW for j in (0.0, 0.5, 1.0)]
    assert waits == pytest.approx([0.7, 1.0, 1.3], abs=1e-6)


def test_who_asks_for_more_gets_it():
    def delay(**fields):
        return after_success(HostPace(), now_s=NOW, jitter=0.5, **fields).delay_s

    assert delay(asked_delay_s=10.0) == 10.0
    assert delay(asked_delay_s=0.0) == 0.0
    assert delay(elapsed_s=7.0) == 7.0  # a slow server is a busy one
    assert delay(asked_delay_s=5000.0) == 60.0


def test_a_delay_shrinks_step_by_step():
    pace = after_success(HostPace(), now_s=NOW, jitter=0.5, elapsed_s=8.0)
    pace = after_success(pace, now_s=NOW, jitter=0.5)
    assert pace.delay_s == 4.0


def test_failures_double_the_wait_and_then_the_host_rests():
    pace = HostPace()
    waits = []
    for _ in range(4):
        pace = after_failure(pace, now_s=NOW, jitter=1.0)
        waits.append(pace.next_at_s - NOW)
    assert waits == [5.0, 10.0, 20.0, 40.0]
    assert not is_blocked(pace, NOW)
    pace = after_failure(pace, now_s=NOW, jitter=1.0)
    assert is_blocked(pace, NOW + 3599)
    assert may_ask(pace, NOW + 3600)


def test_rests_double_up_to_a_day():
    pace, rests = HostPace(), []
    for _ in range(7):
        pace = after_block(pace, now_s=NOW)
        rests.append(pace.blocked_until_s - NOW)
    assert rests == [3600.0 * n for n in (1, 2, 4, 8, 16, 24, 24)]


def test_success_forgives():
    pace = after_success(
        after_block(after_failure(HostPace(), now_s=NOW, jitter=1.0), now_s=NOW), now_s=NOW, jitter=0.5
    )
    assert (pace.failures, pace.blocks, pace.blocked_until_s) == (0, 0, 0.0)


def test_retry_after_holds_for_the_host_a_day_at_most():
    assert wait_s(after_retry_after(HostPace(), now_s=NOW, retry_after_s=120.0), NOW) == 120.0
    assert wait_s(after_retry_after(HostPace(), now_s=NOW, retry_after_s=315_360_000.0), NOW) == DAY
    assert wait_s(after_retry_after(HostPace(), now_s=NOW, retry_after_s=0.0), NOW) == 1.0
    later = HostPace(next_at_s=NOW + 500)
    assert wait_s(after_retry_after(later, now_s=NOW, retry_after_s=2.0), NOW) == 500.0


def test_a_clock_put_back_does_not_stop_a_host_for_years():
    assert wait_s(HostPace(next_at_s=NOW), NOW - 365 * DAY) == DAY


HEADERS = {
    "seconds": ("120", 120.0),
    "spaces": (" 7 ", 7.0),
    "ten years": ("315360000", 315_360_000.0),
    "date": ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
    "date gone by": ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
    "date without a zone": ("Fri, 15 Jan 2027 08:00:30 -0000", 30.0),
    "absent": (None, None),
    "empty": ("", None),
    "words": ("soon", None),
    "negative": ("-5", None),
    "full width": ("５", None),
}


@pytest.mark.parametrize(("value", "wanted"), HEADERS.values(), ids=HEADERS.keys())
def test_parse_retry_after(value, wanted):
    assert parse_retry_after(value, NOW) == wanted


@given(st.text(max_size=40))
def test_any_header_is_a_time_or_nothing(value):
    wait = parse_retry_after(value, NOW)
    assert wait is None or wait >= 0


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_backoff_stays_in_bounds(failures, jitter):
    assert 0 <= backoff_s(failures, jitter) <= PaceParams().max_backoff_s


@given(st.lists(st.sampled_from(["ok", "fail", "block", "later"]), max_size=40), st.floats(0, 1))
def test_no_history_makes_a_host_wait_over_a_day(history, jitter):
    pace = HostPace()
    for event in history:
        match event:
            case "ok":
                pace = after_success(pace, now_s=NOW, jitter=jitter)
            case "fail":
                pace = after_failure(pace, now_s=NOW, jitter=jitter)
            case "block":
                pace = after_block(pace, now_s=NOW)
            case _:
                pace = after_retry_after(pace, now_s=NOW, retry_after_s=1e9)
        assert 0 < max(pace.next_at_s, pace.blocked_until_s) - NOW <= DAY
