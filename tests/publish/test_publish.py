"""Publishing: the last report stays whole whatever happens to the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from auditgen.publish.directory import PublishError, replacing


def publish(target: Path, text: str) -> None:
    with replacing(target) as folder:
        (folder / "index.html").write_text(text, encoding="utf-8")


def test_a_new_tree_replaces_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "latest"
    publish(target, "one")
    (target / "left.html").write_text("old", encoding="utf-8")
    publish(target, "two")
    assert (target / "index.html").read_text(encoding="utf-8") == "two"
    assert not (target / "left.html").exists()
    assert sorted(path.name for path in target.parent.iterdir()) == ["latest"]


def test_an_error_leaves_the_last_report_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "latest"
    publish(target, "one")
    with pytest.raises(RuntimeError), replacing(target) as folder:
        (folder / "index.html").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert (target / "index.html").read_text(encoding="utf-8") == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]


def test_files_of_somebody_else_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(PublishError, match="did not make"):
        publish(tmp_path, "x")
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "latest").symlink_to(tmp_path / "real")
    with pytest.raises(PublishError):
        publish(tmp_path / "latest", "x")


def test_a_killed_run_leaves_the_last_report_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    target = tmp_path / "latest"
    publish(target, "one")
    code = (
        "import sys, time; from pathlib import Path; from auditgen.publish.directory import replacing\n"
        f"with replacing(Path({str(target)!r})) as folder:\n"
        "    (folder / 'index.html').write_text('half'); print('ready', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (target / "index.html").read_text(encoding="utf-8") == "one"
    publish(target, "two")
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]


def test_a_reader_never_misses_the_page_during_swaps(tmp_path: Path) -> None:
    target = tmp_path / "latest"
    publish(target, "page 0")
    missed, seen, stop = [], set(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add((target / "index.html").read_text(encoding="utf-8"))
            except FileNotFoundError:
                missed.append(time.time())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 101):
        publish(target, f"page {number}")
    stop.set()
    reader.join()
    assert len(seen) > 1
    assert missed == []
