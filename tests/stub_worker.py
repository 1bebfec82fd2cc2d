"""A worker that speaks as the real one and plays nothing: a copy of its source is what the desk starts.

What it does with a task is written in the design's scenario: `quick`, `slow` (until it is told to stop),
`deaf` (until it is killed), `die` (each time), `die-once`, `bad` (fails).
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

stop = threading.Event()


def say(**words):
    print(json.dumps(words), flush=True)


def result(request, seed, calibration):
    return [
        {
            "design": number,
            "calibration": calibration,
            "seed": seed,
            "members": request["members"],
            "summary": {
                "runoff": {},
                "incremental": {"margin_fen": 100 * number + seed % 3},
                "books_residual_fen": 0,
                "unavailable": [],
            },
            "funnel": {},
            "day": [0],
            "buyers": [0],
            "twin_buyers": [0],
            "written": request["members"],
            "by_day_fen": {},
            "illegal_offers": [],
        }
        for number in range(len(request["designs"]))
    ]


def work(job, seed, calibration):
    request = json.loads((job / "request.json").read_text())
    kind = request["designs"][0]["scenario"]
    mark = job / "died"
    if kind == "die" or (kind == "die-once" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "bad":
        say(failed={"en": "no such thing", "zh": "没有这个"})
        return
    if kind in ("slow", "deaf"):
        while not stop.is_set() or kind == "deaf":
            say(share=0.25)
            time.sleep(0.02)
        say(stopped=True)
        return
    with (job / "log").open("a") as log:
        log.write(f"{calibration}-{seed}\n")
    (job / f"{calibration}-{seed}.json").write_text(json.dumps(result(request, seed, calibration)))
    say(done=True)


def main():
    orders = []
    given = threading.Condition()

    def listen():
        for line in sys.stdin:
            order = json.loads(line)
            if order.get("stop"):
                stop.set()
            else:
                stop.clear()
                with given:
                    orders.append(order)
                    given.notify()
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    say(ready=True)
    while True:
        with given:
            while not orders:
                given.wait()
            order = orders.pop(0)
        work(Path(order["run"]), order["seed"], order["calibration"])


if __name__ == "__main__":
    main()
