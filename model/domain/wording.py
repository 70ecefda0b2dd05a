"""Wording: fixed sentences filled in, in every language at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from model.domain.knowledge import Knowledge
from model.domain.questions import Question, Text

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def said(knowledge: Knowledge, key: str, **values: Text | str | int | float) -> Text:
    """The sentence with this name in every language; a value that is a text is put in in the same language."""
    return {
        language: words[key].format(
            **{
                name: value if isinstance(value, str | int | float) else value[language]
                for name, value in values.items()
            }
        )
        for language, words in knowledge.messages.items()
    }


def per_language(knowledge: Knowledge, write: Callable[[str], str]) -> Text:
    """What `write` makes of each language code."""
    return {language: write(language) for language in knowledge.messages}


def listed(knowledge: Knowledge, texts: Sequence[Text], joint: str = "advice_and") -> Text:
    """ "A, B and C"; `joint` names the word before the last one."""

    def joined(language: str) -> str:
        *most, last = (text[language] for text in texts)
        return f"{', '.join(most)}{knowledge.messages[language][joint]}{last}" if most else last

    return per_language(knowledge, joined) if texts else per_language(knowledge, lambda language: "")


def sentences(knowledge: Knowledge, texts: Sequence[Text]) -> Text:
    """Whole sentences after each other, each once."""
    return per_language(knowledge, lambda language: " ".join(dict.fromkeys(text[language] for text in texts)))


def clause(knowledge: Knowledge, text: Text, most: int = 1) -> Text:
    """The first sentences of a text as the end of another one: without a full stop, and without capitals unless they
    open with a name.

    Args:
        most: so many sentences of it; a second one often holds the point.
    """

    def ending(sentence: str) -> str:
        first = sentence.partition(" ")[0]
        is_name = first in knowledge.words_of_names or (len(first) > 1 and not first[1:].islower())
        return (sentence if is_name else sentence[:1].lower() + sentence[1:]).rstrip(".")

    return per_language(knowledge, lambda language: "; ".join(map(ending, _SENTENCE_END.split(text[language])[:most])))


def channel_names(knowledge: Knowledge, channels: Sequence[str]) -> Text:
    """The names of these channels in one list, as they stand within a sentence."""
    return listed(knowledge, [knowledge.channel(channel).in_sentence for channel in channels])


def need_name(knowledge: Knowledge, need: str) -> Text:
    """A need in a few words that fit in a sentence; without such words, the text of the answer."""

    def name(language: str) -> str:
        short = knowledge.messages[language].get(f"advice_need_{need}")
        return short or knowledge.needs.option(need).text[language].partition(":")[0]

    return per_language(knowledge, name)


def answer_text(knowledge: Knowledge, question: Question, codes: Sequence[str]) -> Text:
    """An answer in words; no codes at all is "unknown"."""
    if not codes:
        return said(knowledge, "advice_unknown")
    return listed(knowledge, [question.option(code).text for code in codes])
