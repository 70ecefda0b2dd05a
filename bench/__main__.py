"""The command `python -m bench`: measures speed, size and quality side by side, on this machine, in one run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

COMMANDS = {
    "engine": ("bench.engine", "the decision alone: answers in, JSON out"),
    "serving": ("bench.serving", "a request over HTTP, beside other ways to serve one"),
    "worker": ("bench.worker", "memory and start of one worker"),
    "records": ("bench.own_records", "what own records of like communities cost in every answer"),
    "pages": ("bench.pages", "the answer as a page beside the same answer as JSON, and the size of every page"),
    "advice": ("bench.advice", "levers, next question, transfer check and bundle"),
    "learning": ("bench.simulate", "what learning from records is worth, in simulated worlds"),
    "dials": ("bench.dials", "the same in worlds and from files that differ from what learning believes"),
    "confidence": (
        "bench.confidence",
        "how often the channel that the advice is so sure of did better, in documented pairs",
    ),
    "gate": ("bench.gate", "which challengers the gate lets through, good and harmful ones"),
    "training": ("bench.training", "learning from ten million records"),
    "interview": ("bench.interview", "how many questions an answer takes"),
}
"""Command → module with a `main`, and what it measures. Each is only imported when it is asked for."""
USUAL = ("engine", "serving", "worker")
"""What is measured without a command."""


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for.

    Options after a command are handed on to it.
    """
    if not arguments:
        for name in USUAL:
            _measure(name)([])
        return 0
    name, *options = arguments
    if name not in COMMANDS:
        print(f"python -m bench [{'|'.join(COMMANDS)}]\n")
        for command, (_, what) in COMMANDS.items():
            print(f"  {command:10} {what}")
        print(f"\nWithout a command: {', '.join(USUAL)}.")
        return 0 if name in ("-h", "--help") else 2
    _measure(name)(options)
    return 0


def _measure(name: str) -> Callable[[Sequence[str]], object]:
    module, _ = COMMANDS[name]
    measure: Callable[[Sequence[str]], object] = import_module(module).main
    return measure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
