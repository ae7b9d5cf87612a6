"""A headless Chromium that a test can ask: the DevTools protocol over a pipe, without a socket or a package."""

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
_PATIENCE_S = 60  # a machine with two cores and eight workers is slow to start a browser


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One page. `events` holds what the browser told unasked: errors, requests."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._buffer = b""
        self._last = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        self._last += 1
        told: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._to, json.dumps(told).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]  # type: ignore[no-any-return]  # JSON
            self.events.append(answer)

    def open(self, path: Path, *, width: int = 1280, height: int = 900) -> None:
        """Load a file and wait until it is complete."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        deadline = time.monotonic() + _PATIENCE_S
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            assert time.monotonic() < deadline, "the page did not load"
            self.run("1")  # its answer brings along what was told meanwhile
            time.sleep(0.01)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, as a person without a mouse does."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        for kind in ("keyDown", "keyUp"):
            text = "\r" if key == "Enter" and kind == "keyDown" else ""
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def faults(self) -> list[str]:
        """Return errors of scripts and of the console since the page was opened."""
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(params["exceptionDetails"]))
            elif event.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(params["entry"]["text"])
        return found

    def requests(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened."""
        sent = (e for e in self.events if e.get("method") == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in sent]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._back], [], [], _PATIENCE_S)
            assert ready, "chromium does not answer"
            piece = os.read(self._back, 1 << 20)
            assert piece, "chromium ended"
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(line)  # type: ignore[no-any-return]  # JSON


@contextmanager
def chromium(program: str, folder: Path) -> Iterator[Tab]:
    """Give a tab of a browser whose profile is in the folder; the browser ends with the block."""
    read_ours, write_theirs = os.pipe()
    read_theirs, write_ours = os.pipe()
    # Chromium reads commands from 3 and answers on 4; the shell moves our ends there.
    process = subprocess.Popen(
        [
            "bash",
            "-c",
            f'exec "$@" 3<&{read_theirs} 4>&{write_theirs}',
            "chromium",
            program,
            *FLAGS,
            f"--user-data-dir={folder}",
        ],
        pass_fds=(read_theirs, write_theirs),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_theirs)
    os.close(write_theirs)
    try:
        yield Tab(write_ours, read_ours)
    finally:
        os.close(write_ours)  # the browser ends when its pipe does
        os.close(read_ours)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
