"""Linter: what the loader allows but an editor should look at, such as a rule that can never fire.

Nothing here is tried out on random profiles. Each finding is proved, by going through every kind of profile that the
conditions can tell apart (`model.knowledge.satisfiability`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from math import isclose

from model.domain.channels import Channel
from model.domain.conditions import ALWAYS, Condition, all_of, questions_of
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import READINESS_EFFECTS, Effect, Rule
from model.errors import Phrase
from model.knowledge.satisfiability import always, equivalent, ever
from model.scoring.advisor import GOOD

CODES = (
    "never_fires", "no_channel_matches", "always_fires", "cancels", "need_not_served", "unused", "review_due",
    "not_cited", "no_outcomes", "little_known", "more_active_than_invited", "not_in_one_fold", "hindsight",
    "already_there",
)  # fmt: skip
"""Every code a finding can have."""


@dataclass(frozen=True, slots=True)
class LintWarning:
    """Something suspicious.

    Attributes:
        subject: the rule, the question, the need, the source or the documented community it is about.
        code: one of `CODES`.
    """

    subject: str
    code: str
    message: Phrase

    def __str__(self) -> str:
        return Phrase("{0}: {1}", self.subject, self.message)


def check(knowledge: Knowledge, today: date | None = None) -> list[LintWarning]:
    """Everything suspicious in some knowledge: first the rules in their order, then pairs, needs, questions, sources.

    Args:
        today: the day against which review dates are held; the real one when not given.
    """
    day = today or date.today()
    linter = _Linter(knowledge)
    return [
        *(finding for rule in knowledge.rules for finding in linter.rule(rule, day)),
        *linter.pairs(),
        *linter.needs(),
        *linter.questions(),
        *linter.sources(),
    ]


@dataclass(frozen=True)
class _Linter:
    knowledge: Knowledge

    def rule(self, rule: Rule, today: date) -> Iterator[LintWarning]:
        yield from self._firing(rule)
        if rule.review_by < today:
            yield LintWarning(rule.id, "review_due", Phrase("it was to be reviewed by {0}", rule.review_by))

    def _firing(self, rule: Rule) -> Iterator[LintWarning]:
        questionnaire = self.knowledge.questionnaire
        matching = [channel for channel in self.knowledge.channels if self._ever(self._on(rule.channel, channel))]
        fires = {name: each for name, each in self._applied[rule.id].items() if self._ever(each)}
        if not matching:
            yield LintWarning(rule.id, "no_channel_matches", Phrase("no channel matches it"))
        elif not self._ever(rule.when):
            yield LintWarning(rule.id, "never_fires", Phrase("no answers can make it fire"))
        elif not fires:
            message = Phrase("the answers it asks for never go together with a channel it is about")
            yield LintWarning(rule.id, "never_fires", message)
        elif rule.bundle is None and all(always(each, questionnaire) for each in set(fires.values())):
            if _is_general(rule):
                message = Phrase("it fires whatever is answered")
            else:
                message = Phrase("it fires on {0} whatever is answered", ", ".join(fires))
            yield LintWarning(rule.id, "always_fires", message)

    def pairs(self) -> Iterator[LintWarning]:
        """Log-odds rules that take away what another one gives, always."""
        alive = [
            rule
            for rule in self.knowledge.rules_with(Effect.LOG_ODDS)
            if any(self._ever(each) for each in self._applied[rule.id].values())
        ]
        for one, other in combinations(alive, 2):
            if isclose(one.weight, -other.weight) and self._fire_together(one, other):
                message = Phrase("it cancels {0}: both always fire together, with opposite weights", other.id)
                yield LintWarning(one.id, "cancels", message)

    def _fire_together(self, one: Rule, other: Rule) -> bool:
        mine, theirs = self._applied[one.id], self._applied[other.id]
        pairs = {(mine[channel.id], theirs[channel.id]) for channel in self.knowledge.channels}
        if any(self._ever(left) != self._ever(right) for left, right in pairs):
            return False
        return all(equivalent(left, right, self.knowledge.questionnaire) for left, right in pairs)

    def needs(self) -> Iterator[LintWarning]:
        for need in self.knowledge.functions:
            if all(channel.functions[need] < GOOD for channel in self.knowledge.channels):
                yield LintWarning(
                    need, "need_not_served", Phrase("no channel serves this need (function score {0} or more)", GOOD)
                )

    def questions(self) -> Iterator[LintWarning]:
        """Questions whose answers change nothing: neither a rule, nor what is assumed for another answer."""
        assumptions = (each.when for question in self.knowledge.questionnaire for each in question.assumptions)
        conditions = [*(each for applied in self._applied.values() for each in applied.values()), *assumptions]
        used = frozenset[str]().union(*map(questions_of, conditions)) | {self.knowledge.needs.id}
        used |= {each.follows[0] for each in self.knowledge.questionnaire if each.follows and each.id in used}
        for question in self.knowledge.questionnaire:
            if question.id not in used:
                yield LintWarning(question.id, "unused", Phrase("no rule uses this question"))

    def sources(self) -> Iterator[LintWarning]:
        known = self.knowledge
        entries = (
            *known.questionnaire, *known.functions.values(), *known.rules, *known.cases, *known.not_assessed,
            *(fact for channel in known.channels for fact in channel.facts),
        )  # fmt: skip
        cited = {source for entry in entries for source in entry.sources}
        cited.update(*(sources for channel in known.channels for sources in channel.evidence.values()))
        for source in known.sources:
            if source not in cited:
                yield LintWarning(source, "not_cited", Phrase("nothing rests on this source"))

    # --- rules, applied to channels -----------------------------------------------------------------------------

    @cached_property
    def _applied(self) -> Mapping[str, Mapping[str, Condition]]:
        """Rule → channel → the condition that remains to be asked of the answers; "" is the community as a whole."""
        return {rule.id: dict(self._conditions(rule)) for rule in self.knowledge.rules}

    def _conditions(self, rule: Rule) -> Iterable[tuple[str, Condition]]:
        if _is_general(rule):
            return [("", rule.when)]
        return [(each.id, all_of([rule.when, self._on(rule.channel, each)])) for each in self.knowledge.channels]

    def _on(self, condition: Condition, channel: Channel) -> Condition:
        return for_channel(condition, channel, self.knowledge.relation_context)

    @cached_property
    def _known(self) -> dict[Condition, bool]:
        return {}

    def _ever(self, condition: Condition) -> bool:
        if condition not in self._known:
            self._known[condition] = ever(condition, self.knowledge.questionnaire)
        return self._known[condition]


def _is_general(rule: Rule) -> bool:
    """Whether a rule speaks of the community, or of a set of channels, and not of one channel."""
    return rule.effect in (*READINESS_EFFECTS, Effect.CONTRADICTION, Effect.BUNDLE) or (
        rule.effect is Effect.ADVICE and rule.channel == ALWAYS
    )
