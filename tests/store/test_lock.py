import subprocess
import sys

import pytest

from pipeline.errors import EXIT_BUSY, BusyError, OutputError
from pipeline.store.lock import lock_folder

HOLD = """
import sys, time, pathlib
from pipeline.store.lock import lock_folder
with lock_folder(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_busy(tmp_path):
    with lock_folder(tmp_path), pytest.raises(BusyError, match="another run") as caught, lock_folder(tmp_path):
        pass
    assert caught.value.exit_code == EXIT_BUSY == 75


def test_the_lock_is_free_again(tmp_path):
    for _ in range(2):
        with lock_folder(tmp_path / "new" / "folder"):
            pass


def test_a_killed_process_leaves_no_lock(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), lock_folder(tmp_path):
            pass
        process.kill()
        process.wait()
    with lock_folder(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(OutputError), lock_folder(tmp_path / "data" / "deeper"):
        pass
