"""How fast a host may be asked: values in, values out; the clock and chance are passed in.

    answer ──▶ after_success | after_failure | after_block | after_retry_after ──▶ HostPace ── wait_s ──▶ seconds to wait

A `HostPace` is stored between runs, so a host that was overloaded yesterday is not run over today.
`jitter` is a number of 0..1 that the caller draws; 0.5 is the middle.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceParams:
    """Manners. Seconds, where nothing else is said."""

    delay_s: float = 1.0  # between two requests; one a second is what crawlers of news sites keep to
    max_delay_s: float = 60.0  # whatever robots.txt or a slow server suggests; beyond, a day has too few requests
    latency_factor: float = 1.0  # wait at least as long as the last answer took: a slow server is a busy one
    recovery: float = 0.5  # a delay shrinks by no more than this from one answer to the next
    jitter_ratio: float = 0.3  # a delay is drawn from 1 ± this; hosts must not beat in time
    backoff_s: float = 5.0  # after the first failure; doubles with each more
    max_backoff_s: float = 15 * 60.0
    failures_to_block: int = 5  # in a row; then the host rests
    block_s: float = 3600.0  # the first rest; doubles with each more
    max_block_s: float = 24 * 3600.0  # also the longest Retry-After that we wait for


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPace:
    """What we know about asking one host. Times are seconds since 1970."""

    next_at_s: float = 0.0  # not before this time
    delay_s: float = 0.0  # the last delay, before jitter
    failures: int = 0  # in a row
    blocked_until_s: float = 0.0  # resting: the host failed too often or asked us to go
    blocks: int = 0  # rests in a row, each twice as long as the one before


def may_ask(pace: HostPace, now_s: float) -> bool:
    """Return whether the host may be asked now."""
    return wait_s(pace, now_s) <= 0


def wait_s(pace: HostPace, now_s: float, params: PaceParams | None = None) -> float:
    """Return the seconds until the host may be asked; never more than the longest rest, even if the clock was put back."""
    wait = max(pace.next_at_s, pace.blocked_until_s) - now_s
    return min(max(wait, 0.0), (params or PaceParams()).max_block_s)


def is_blocked(pace: HostPace, now_s: float) -> bool:
    """Return whether the host is resting, not just due a little later."""
    return pace.blocked_until_s > now_s


def after_success(
    pace: HostPace,
    *,
    now_s: float,
    jitter: float,
    elapsed_s: float = 0.0,
    asked_delay_s: float | None = None,
    params: PaceParams | None = None,
) -> HostPace:
    """Return the pace after an answer that shows a healthy host (304, 404 too).

    `elapsed_s` is how long it took, `asked_delay_s` the larger of what robots.txt and sources.yaml ask for.
    """
    params = params or PaceParams()
    asked = params.delay_s if asked_delay_s is None else asked_delay_s
    delay = min(max(asked, elapsed_s * params.latency_factor, pace.delay_s * params.recovery), params.max_delay_s)
    return HostPace(next_at_s=now_s + _jittered(delay, jitter, params), delay_s=delay)


def after_failure(pace: HostPace, *, now_s: float, jitter: float, params: PaceParams | None = None) -> HostPace:
    """Return the pace after a 5xx, a timeout or a lost connection."""
    params = params or PaceParams()
    failed = replace(pace, failures=pace.failures + 1)
    if failed.failures % params.failures_to_block == 0:
        return after_block(failed, now_s=now_s, params=params)
    delay = max(params.delay_s, backoff_s(failed.failures, jitter, params))
    return replace(failed, next_at_s=now_s + delay)


def after_block(pace: HostPace, *, now_s: float, params: PaceParams | None = None) -> HostPace:
    """Return the pace after a challenge, captcha or 403: the host rests, each time twice as long."""
    params = params or PaceParams()
    rest = min(params.block_s * 2.0 ** min(pace.blocks, 30), params.max_block_s)
    return replace(pace, blocked_until_s=now_s + rest, next_at_s=now_s + rest, blocks=pace.blocks + 1)


def after_retry_after(
    pace: HostPace, *, now_s: float, retry_after_s: float, params: PaceParams | None = None
) -> HostPace:
    """Return the pace after an answer with Retry-After: the whole host waits, a day at most."""
    params = params or PaceParams()
    wait = min(max(retry_after_s, params.delay_s), params.max_block_s)
    return replace(pace, next_at_s=max(pace.next_at_s, now_s + wait), failures=pace.failures + 1)


def backoff_s(failures: int, jitter: float, params: PaceParams | None = None) -> float:
    """Return the seconds before a URL is tried again: full jitter (0 to the exponential bound)."""
    params = params or PaceParams()
    bound = min(params.backoff_s * 2.0 ** min(max(failures - 1, 0), 30), params.max_backoff_s)
    return bound * jitter


def parse_retry_after(value: str | None, now_s: float) -> float | None:
    """Return the seconds that a Retry-After header asks for (seconds or HTTP date); None: absent or unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, _aware(moment).timestamp() - now_s)
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _jittered(delay_s: float, jitter: float, params: PaceParams) -> float:
    return delay_s * (1 + params.jitter_ratio * (2 * jitter - 1))
