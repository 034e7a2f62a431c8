"""Many people at the same moment: threads of this process, or processes that each have threads."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).parents[1]


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Call each in a thread of its own, all at the same moment; returns their answers in order."""
    answers: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            answers[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def in_processes(
    app: Flask, processes: int, threads: int, workspace: int, jobs: Sequence[tuple[str, int]]
) -> list[Any]:
    """The same from several processes with so many threads each, for one (verb, quote id) after another.

    See tests/crowd.py for the verbs.
    """
    settings = app.extensions["settings"]
    job = [settings.database_url, str(settings.var), settings.secret_keys[-1], workspace, threads, jobs]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.crowd", json.dumps(job)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers: list[Any] = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        answers += json.loads(out)
    return answers
