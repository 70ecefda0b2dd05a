"""The shape of every entry in the knowledge files, as marshmallow schemas; conditions stay raw here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from model.domain.knowledge import LANGUAGES
from model.domain.rules import Effect
from model.errors import Phrase

ADDRESS = re.compile(r"https?://[^\s/?#@:]+\.[^\s/?#@:.]{2,}(:[0-9]+)?([/?#]\S*)?\Z", re.IGNORECASE)
"""A web address. The expression of marshmallow lists every letter there is, which is slow to compile."""

ChannelKinds = (
    "platform", "file_store", "forum", "messenger", "chat_platform", "broadcast", "lms", "live", "board",
)  # fmt: skip
Grades = (
    "case", "study", "guideline", "vendor_fact", "practice_report", "survey", "press", "legal_opinion",
    "general_knowledge", "expert_judgement",
)  # fmt: skip
SourceKinds = (
    "case", "study", "review", "survey", "guideline", "vendor_fact", "vendor_case", "consultant_case",
    "practice_report", "press", "opinion", "legal_opinion", "secondary", "user_report", "paper", "expert_judgement",
)  # fmt: skip
WeighedCriteria = (
    "each_new_channel", "each_new_login", "each_second_chat", "more_than_two_online", "messenger_with_file_store",
    "live_with_online",
)  # fmt: skip
"""Those that cost or bring a set something; the others only say of a chosen set what is so."""
BundleCriteria = (*WeighedCriteria, "two_or_more", "only_live", "meeting_first")
Themes = ("work", "wishes", "data", "ready")


def at_least(lowest: int) -> validate.Range:
    return validate.Range(lowest, error=Phrase("must be {0} or more", lowest))


def between(lowest: int, highest: int) -> validate.Range:
    return validate.Range(lowest, highest, error=Phrase("must be from {0} to {1}", lowest, highest))


_AT_LEAST_ONE = at_least(1)
_NOT_NEGATIVE = at_least(0)


class TranslatedText(fields.Field[dict[str, str]]):
    """One text in every language, none of them empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError(Phrase("give the text in each language: {0}", ", ".join(LANGUAGES)))
        errors: dict[str, list[str]] = {}
        for language in LANGUAGES:
            words = value.get(language)
            if not isinstance(words, str) or not words.strip():
                errors[language] = [Phrase("the text in language '{0}' is missing", language)]
        for language in value.keys() - set(LANGUAGES):
            errors[str(language)] = [Phrase("unknown language; there are: {0}", ", ".join(LANGUAGES))]
        if errors:
            raise ValidationError(errors)
        return {language: value[language].strip() for language in LANGUAGES}


class Name(TranslatedText):
    """A name: words in every language, or one word for all of them where it is a proper name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if isinstance(value, str) and value.strip():
            return dict.fromkeys(LANGUAGES, value.strip())
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """Only true or false; words and numbers that look like them are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(Phrase("write true or false"))
        return value


class Number(fields.Float):
    """A number, not a word that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class CalendarDate(fields.Field[date]):
    """A date with year, month and day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        # Python also reads other ways to write a day, such as 20261124.
        if day is None or day.isoformat() != value:
            raise ValidationError(Phrase("write a date that exists as 2026-11-24"))
        return day


class EntrySchema(Schema):
    """Base of all entries: keys that are not declared are refused.

    Attributes:
        to_read: keys that, like every text, are only there to be read: no score comes from them.
    """

    to_read: ClassVar[tuple[str, ...]] = ()

    class Meta:
        unknown = RAISE


def word(*choices: str, required: bool = True) -> fields.String:
    rules = [validate.OneOf(choices)] if choices else [validate.Length(min=1, error=Phrase("write something here"))]
    return fields.String(required=required, validate=rules)


def code(separator: str = "_") -> fields.String:
    """A name that other entries and programs use."""
    message = Phrase("use small letters, digits and {0}, and begin with a letter", separator)
    return fields.String(required=True, validate=validate.Regexp(rf"[a-z][a-z0-9{separator}]*\Z", error=message))


def words(*choices: str, required: bool = True, at_least: int = 1) -> fields.List[str]:
    several = validate.Length(min=at_least, error=Phrase("give at least one"))
    return fields.List(word(*choices), required=required, validate=several)


def level(highest: int) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=between(0, highest))


class OptionEntry(EntrySchema):
    code = code()
    text = TranslatedText(required=True)
    families = words(required=False)
    opens = words(required=False)
    at_least = fields.Integer(strict=True, validate=_AT_LEAST_ONE)
    counts_as = fields.Integer(strict=True, validate=_NOT_NEGATIVE)
    in_use = TranslatedText()


class LeverStepEntry(EntrySchema):
    after = word()
    before = word(required=False)
    along = fields.Dict(keys=fields.String(), values=fields.String())
    who = TranslatedText()
    action = TranslatedText(required=True)
    cost = TranslatedText(required=True)


class LeverEntry(EntrySchema):
    who = TranslatedText(required=True)
    action = TranslatedText(required=True)
    brings = fields.Dict(keys=fields.String(), values=words())
    adds = words(required=False)
    helps = words(required=False)
    steps = fields.List(fields.Nested(LeverStepEntry))


class AssumptionEntry(EntrySchema):
    when = fields.Raw()
    answer = word()
    text = TranslatedText(required=True)


class QuestionEntry(EntrySchema):
    to_read = ("theme", "early", "lever", "sources")
    id = code()
    label = TranslatedText(required=True)
    text = TranslatedText(required=True)
    find_out = TranslatedText()
    why = TranslatedText(required=True)
    kind = word("single", "multi")
    max = fields.Integer(strict=True, validate=_AT_LEAST_ONE)
    ordered = Flag()
    required = Flag()
    early = Flag()
    unknown_allowed = Flag()
    theme = word(*Themes)
    lever = fields.Nested(LeverEntry)
    sources = words()
    options = fields.List(
        fields.Nested(OptionEntry), validate=validate.Length(min=1, error=Phrase("give at least one"))
    )
    options_from = word("channels", required=False)
    leave_out = words(required=False)
    relation = word("copied", "current", "approved", required=False)
    follows = fields.Dict(
        keys=fields.String(), values=words(), validate=validate.Length(equal=1, error=Phrase("name one question"))
    )
    assume = fields.List(fields.Nested(AssumptionEntry))


class CodeChangeEntry(EntrySchema):
    id = code("-")
    question = word()
    code = code()
    was = TranslatedText(required=True)
    becomes = word()
    reason = TranslatedText(required=True)


class EarlierQuestionEntry(EntrySchema):
    id = code()
    kind = word("single", "multi")
    max = fields.Integer(strict=True, validate=_AT_LEAST_ONE)
    ordered = Flag()
    text = TranslatedText()
    codes = words(required=False)
    texts = fields.Dict(keys=fields.String(), values=TranslatedText(required=True))


class EarlierQuestionsEntry(EntrySchema):
    id = word()
    questions = fields.List(fields.Nested(EarlierQuestionEntry), required=True)


class TermEntry(EntrySchema):
    id = word()
    text = TranslatedText(required=True)
    when = fields.Raw(required=True)
    group = Flag()


class SourceEntry(EntrySchema):
    id = word()
    title = word()
    url = fields.String(validate=validate.Regexp(ADDRESS, error=Phrase("give the whole address, with https://")))
    year = fields.Integer(strict=True, validate=between(1900, 2100))
    until = fields.Integer(strict=True, validate=between(1900, 2100))
    about = Flag()
    year_note = word(required=False)
    kind = word(*SourceKinds)
    kind_note = word(required=False)
    read = word("excerpt", "seed", "general_knowledge", "none")
    read_note = word(required=False)


class FunctionEntry(EntrySchema):
    need = word()
    good = TranslatedText(required=True)
    weak = TranslatedText(required=True)
    none = TranslatedText(required=True)
    sources = words()
    grade = words(*Grades)


class FactEntry(EntrySchema):
    text = TranslatedText(required=True)
    sources = words()


class ChannelEntry(EntrySchema):
    to_read = ("facts", "evidence", "synonyms")
    id = code()
    name = Name(required=True)
    in_sentence = TranslatedText()
    description = TranslatedText(required=True)
    family = word()
    kind = word(*ChannelKinds)
    devices = words("phone", "tablet", "computer", at_least=0)
    computer_needed = Flag(required=True)
    phone_first = Flag(required=True)
    account = TranslatedText(required=True)
    new_login = level(2)
    single_sign_on = word("full", "partial", "none", "not_needed")
    app_install = word("required", "optional", "none")
    friction_own = level(3)
    friction_out = level(3)
    habit_lowers_friction = Flag(required=True)
    functions = fields.Dict(keys=fields.String(), values=level(3), required=True)
    max_members = fields.Integer(strict=True, required=True, allow_none=True, validate=_AT_LEAST_ONE)
    archive = level(3)
    data_place = TranslatedText(required=True)
    encryption = word("none", "end_to_end", "partial", "optional", "not_applicable")
    patient_data = word("designed_for", "conditional", "anonymised_only", "no")
    guest_access = level(3)
    moderation = level(3)
    cost = level(3)
    lock_in = level(3)
    status = word("active", "discontinued")
    status_note = TranslatedText()
    facts = fields.List(fields.Nested(FactEntry), required=True)
    note = TranslatedText()
    evidence = fields.Dict(keys=fields.String(), values=words(), required=True)
    synonyms = words(required=False)


class NotAssessedEntry(EntrySchema):
    id = word()
    name = Name(required=True)
    synonyms = words(required=False)
    use_instead = word(required=False)
    reason = TranslatedText(required=True)
    sources = words()


class InsteadEntry(EntrySchema):
    question = word()
    answer = words()
    who = TranslatedText(required=True)
    action = TranslatedText(required=True)
    cost = TranslatedText(required=True)


class RuleEntry(EntrySchema):
    to_read = ("action_of", "sources", "grade", "since", "review_by")
    id = code("-")
    effect = word(*Effect)
    weight = Number(validate=between(-6, 6))
    fixed = Flag()
    when = fields.Raw()
    channel = fields.Raw()
    concerns = fields.Raw()
    bundle = word(*BundleCriteria, required=False)
    text = TranslatedText(required=True)
    action = TranslatedText()
    action_of = word(required=False)
    brief_action = TranslatedText()
    who = TranslatedText()
    answer_first = words(required=False)
    instead = fields.Nested(InsteadEntry)
    proviso = TranslatedText()
    way_back = TranslatedText()
    sources = words()
    grade = words(*Grades)
    grade_note = TranslatedText()
    since = CalendarDate(required=True)
    review_by = CalendarDate(required=True)


class FitWeightsEntry(EntrySchema):
    use = Number(required=True, validate=between(0, 6))
    order = Number(required=True, validate=between(0, 6))


class WeightsEntry(EntrySchema):
    rank_weights = fields.List(
        Number(), required=True, validate=validate.Length(min=1, error=Phrase("give at least one"))
    )
    fit_weights = fields.Nested(FitWeightsEntry(), required=True)
    trust = Number(required=True, validate=between(0, 1))


SECTIONS: Mapping[str, EntrySchema] = {
    "questions": QuestionEntry(),
    "code_changes": CodeChangeEntry(),
    "earlier_questions": EarlierQuestionsEntry(),
    "terms": TermEntry(),
    "sources": SourceEntry(),
    "functions": FunctionEntry(),
    "channels": ChannelEntry(),
    "not_assessed": NotAssessedEntry(),
    "rules": RuleEntry(),
}
"""Every list of entries a knowledge file may hold, by its top-level key."""
