"""How a crawl is asked to stop: SIGTERM, and Ctrl-C."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.run.world import Budget

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def heeding_signals(budget: Budget, drain_s: float) -> Iterator[None]:
    """Stop asking on SIGTERM and SIGINT: what is under way has a while to end, then it is broken off."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if threading.current_thread() is not threading.main_thread() or task is None:
        yield
        return

    def stop() -> None:
        budget.interrupt()
        loop.call_later(drain_s, task.cancel)

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not budget.is_interrupted:
            raise
        task.uncancel()
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
