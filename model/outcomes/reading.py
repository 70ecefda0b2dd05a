"""Reading: the fields of an outcome record as spreadsheets and forms write them, turned into what the gate wants.

Spreadsheets write what people in their country read. So a date may be day-month-year here, and a whole number may end
in a comma and one or two zeros; three zeros may be thousands, and are refused. What cannot be understood comes back as
it is, so that the gate words the mistake.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import Question
from model.memo import Memo
from model.outcomes.names import NO_NAMES, tidy_name
from model.outcomes.record import NOT_USED_REASONS
from model.profiles.reading import AnswerReading, plain, without_entities

WHOLE = r"^([+-]?[0-9]{1,18})([.,]0{1,2})?$"
_KEPT_AS_TEXT = re.compile(r'^="([^"]*)"$')
"""How programs write a text in CSV so that a spreadsheet makes no number of it."""
TURNED = "\u202e"
"""From here on letters and digits are shown from right to left, so 04 is shown as 40."""
_MIDNIGHT = r"([T ]0?0:00(:00)?(\.0+)?)?"
YEAR_FIRST = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_MIDNIGHT}$"
DAY_FIRST = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}}){_MIDNIGHT}$"
"""A date with a year of four digits; a spreadsheet keeps one as a moment at midnight."""
_WHOLE, _YEAR_FIRST, _DAY_FIRST = map(re.compile, (WHOLE, YEAR_FIRST, DAY_FIRST))
YES = ("true", "yes", "y", "1", "1.0", "waar", "ja", "j")
NO = ("false", "no", "n", "0", "0.0", "onwaar", "nee")
_YES_NO = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
_TICKED = ("x", "v", "✓", "✔", "☑", "on", "checked", "selected", "aangevinkt", "aangekruist", "gekozen", "geselecteerd")
_NOT_TICKED = (
    "☐", "off", "unchecked", "not checked", "not selected", "niet aangevinkt", "niet aangekruist", "niet gekozen",
    "niet geselecteerd",
)  # fmt: skip
_TICKS = {**dict.fromkeys(_TICKED, True), **dict.fromkeys(_NOT_TICKED, False)}
DASHES = "[‐‑‒–—―−]"
FORMULA_SIGNS = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


class ShownNumber(int):
    """A whole number whose cell shows more than its digits, such as “Team 07” for 7.

    Attributes:
        shown: what a person reads there.
    """

    shown: str

    @classmethod
    def of(cls, number: int, shown: str) -> ShownNumber:
        made = cls(number)
        made.shown = shown
        return made


def read_name(value: Any) -> Any:
    """Text without the apostrophe that keeps a spreadsheet from calculating, and a number that stands for a name."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return value
    if isinstance(value, ShownNumber):
        return value.shown
    if isinstance(value, float | Decimal) and value % 1 == 0:  # of what is no number the rest is none either
        value = int(value)
    text = _KEPT_AS_TEXT.sub(r"\1", without_entities(str(value)).strip())
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS) else text


def read_count(value: Any) -> Any:
    """A whole number out of a text such as 46, 46.0 or 46,00, or out of what a database keeps counts in."""
    if isinstance(value, Decimal):
        return int(value) if value % 1 == 0 else float(value)
    whole = _WHOLE.search(tidy_name(value)) if isinstance(value, str) and TURNED not in value else None
    return int(whole[1]) if whole else value


def read_yes_no(value: Any) -> Any:
    """Yes or no, in the words and numbers that people and spreadsheets have for it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _YES_NO.get(plain(str(value)), value)


def read_tick(value: Any) -> bool | None:
    """Whether a box was ticked, as forms export that; None when it says neither."""
    said = read_yes_no(value)
    return said if isinstance(said, bool) else _TICKS.get(plain(str(value)))


def read_day(value: Any) -> Any:
    """A date as the gate wants it: 22-9-2026, 22/09/2026 and 2026-09-22 are the same day."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    text = plain_day(value)
    if found := _YEAR_FIRST.search(text):
        year, month, day = found.group(1, 2, 3)
    elif found := _DAY_FIRST.search(text):
        day, month, year = found.group(1, 2, 3)
    else:
        return text
    return f"{year}-{month:0>2}-{day:0>2}"


def plain_day(text: str) -> str:
    """A date without what copying leaves in it: marks that nobody sees, other dashes, an apostrophe in front."""
    if TURNED in text:
        return text
    return re.sub(DASHES, "-", tidy_name(text)).removeprefix("'")


def read_moment(value: Any) -> Any:
    """A moment; without a time zone it is taken to be in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return read_name(value)


READ_FIELD: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "community", "channel", "reason", "note", "source", "recorded_by"), read_name),
    "start": read_day,
    "invited": read_count,
    "active": read_count,
    "used": read_yes_no,
    "consent": read_yes_no,
    "recorded_at": read_moment,
}
_WITH_TAIL = re.compile(r"([^\W\d_]+(?: [^\W\d_]+)*)[^\w(]*(?:\(.*\))?[\W\d]*")
_NEAR = 0.6
_SHORT, _KNOWN = 60, 2000
"""Up to how many characters a field is remembered, and how many fields are."""
_NAMES = ("id", "community")
_DIFFERENT = ("id", "community", "note", "recorded_at")
"""What is another text in nearly each row."""


def _is_day(text: Any) -> bool:
    try:
        return bool(date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False


class OutcomeReading:
    """Reads the fields of outcome records; channels and reasons also by their names in each language.

    Attributes:
        answers: reads the answers to questions.
        not_told: words, plain, that say that nothing is told.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.answers = AnswerReading(knowledge)
        self.not_told = self.answers.not_known
        self._known = Memo[tuple[Any]](_KNOWN)
        channels = {channel.id: channel.name.values() for channel in knowledge.channels}
        reasons = {
            code: [words[f"not_used_{code}"] for words in knowledge.messages.values()] for code in NOT_USED_REASONS
        }
        self._codes = {"channel": _codes_by_name(channels), "reason": _codes_by_name(reasons)}

    def field(self, name: str, value: Any) -> Any:
        """One field as the gate wants it; None when nothing was told."""
        if not isinstance(value, str) or len(value) > _SHORT or name in _DIFFERENT:
            return self._read(name, value)
        # The rows of a file say the same few things again and again.
        known = self._known.get((name, value))
        if known is None:
            known = self._known.put((name, value), (self._read(name, value),))
        return known[0]

    def _read(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and (plain(value) in self.not_told or (name in _NAMES and plain(value) in NO_NAMES)):
            return None
        read = READ_FIELD[name](value) if name in READ_FIELD else value
        if name in self._codes and isinstance(read, str):
            return self._codes[name].get(plain(read), read)
        return read

    def is_understood(self, name: str, read: Any) -> bool:
        """Whether what was read is of the kind that the gate wants of a field."""
        if name in self._codes:
            return read in self._codes[name].values()
        if name in ("used", "consent"):
            return isinstance(read, bool)
        if name in ("invited", "active"):
            return isinstance(read, int) or (isinstance(read, float) and read.is_integer())
        return name != "start" or _is_day(read)

    def answer(self, question: Question, value: Any) -> Any:
        """One answer to a question, see `AnswerReading.answer`."""
        return self.answers.answer(question, value)

    def near(self, name: str, value: Any) -> list[str]:
        """The codes of the channels or reasons with names like a text, the nearest first."""
        if name not in self._codes or not isinstance(value, str):
            return []
        codes, text = self._codes[name], plain(value)
        begun = [code for known, code in codes.items() if len(text) > 2 and text in known]
        close = [codes[each] for each in difflib.get_close_matches(text, codes, 3, _NEAR)]
        return list(dict.fromkeys((*begun, *close)))[:3]


def total_words(knowledge: Knowledge) -> frozenset[str]:
    """What a row with totals has in the place of a community, plain, in each language."""
    return frozenset(plain(word) for words in knowledge.messages.values() for word in words["total_words"].split(";"))


def is_total(name: str, totals: Collection[str]) -> bool:
    """Whether a name is a word for a total, alone or with signs, numbers or words in brackets behind it."""
    found = _WITH_TAIL.fullmatch(plain(name)) if len(name) <= _SHORT else None
    return found is not None and found[1] in totals


def _codes_by_name(names: Mapping[str, Any]) -> dict[str, str]:
    """Name, plain → code; a code goes before a name."""
    found = {plain(name): code for code, texts in names.items() for name in texts}
    return found | {plain(code): code for code in names}
