"""What versions before this one handed out: codes, a private link, a store and a file, made with their own code.

`v0_2` holds them for 0.1 and 0.2, which asked the same questions. Whoever changes the questions adds a folder like it,
made before the change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from model.storage.engine import Store
from model.storage.tables import outcomes

FOLDER = Path(__file__).parent / "v0_2"
STORE = FOLDER / "platform-fit.db"
FILE = FOLDER / "outcomes.csv"


class CodeOfBefore(NamedTuple):
    """A profile code, and the answers that it was made of."""

    code: str
    answers: dict[str, Any]


_KEPT = json.loads((FOLDER / "codes.json").read_text("utf-8"))
SECRET, LINK = _KEPT["secret"], _KEPT["link"]
CODES = [CodeOfBefore(each["code"], each["answers"]) for each in _KEPT["codes"]]
BECAME = {"identifiable": "identifiable_clients", "phone_sms": "calls_sms", "slack_like": None}
"""Codes of before and what says the same today; None where nobody can tell."""
NURSES = CODES[1]
"""Recognisable patients, and a channel that worked elsewhere."""


def today(answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers in codes of today, written out here by hand."""
    now = {name: [BECAME.get(code, code) for code in _listed(answer)] for name, answer in answers.items()}
    kept = {name: [code for code in codes if code] for name, codes in now.items()}
    return {name: codes if isinstance(answers[name], list) else codes[0] for name, codes in kept.items() if codes}


def _listed(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def in_order(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers in which the order of codes only counts where it means something."""
    return {
        name: sorted(answer) if isinstance(answer, list) and name != "needs" else answer
        for name, answer in answers.items()
    }


def fill(store: Store) -> None:
    """Put the rows of the store of before into another one, as they are."""
    before = sa.create_engine(f"sqlite:///file:{STORE}?mode=ro&uri=true")
    with before.connect() as there, store.writing() as here:
        rows = [dict(row._mapping) for row in there.execute(sa.select(outcomes))]
        here.execute(outcomes.insert(), [{name: row[name] for name in row if name != "row"} for row in rows])
    before.dispose()
