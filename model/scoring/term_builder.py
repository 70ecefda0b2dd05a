"""Term builder: the terms of some knowledge and an artifact, made once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from model.domain.conditions import Condition
from model.domain.knowledge import Knowledge, NamedCondition
from model.domain.questions import Text
from model.domain.rules import Effect, Rule
from model.domain.wording import said
from model.scoring.artifact import INTERCEPT, TRUST, Artifact
from model.scoring.compiled_conditions import CompiledCondition
from model.scoring.features import channel_feature, group_feature, rule_feature, rule_strength, rule_terms
from model.scoring.reasons import DIGITS, Reason
from model.scoring.terms import Column, Line, LineTable, LineTerm, NeedsTerm, Share, Statement, Term
from model.scoring.uncertainty import Z


def make_terms(knowledge: Knowledge, artifact: Artifact) -> tuple[Term, ...]:
    """One term for the wishes, and one for each set of questions that some line looks at."""
    by_questions: dict[tuple[int, ...], list[Line]] = {}
    for line in (*_rule_lines(knowledge, artifact), *_group_lines(knowledge, artifact)):
        by_questions.setdefault(line.condition.indices, []).append(line)
    in_order = sorted(by_questions.items())
    table = LineTable([line for _, lines in in_order for line in lines], knowledge)
    terms: list[Term] = [NeedsTerm(knowledge, artifact)]
    first = 0
    for indices, lines in in_order:
        terms.append(LineTerm(indices, lines, knowledge, table, first))
        first += len(lines)
    return tuple(terms)


def rule_weight(rule: Rule, knowledge: Knowledge, artifact: Artifact) -> float:
    """What a rule adds when it holds: a fixed one its weight, another one as far as experts and records are trusted."""
    if rule.fixed:
        return rule.weight
    trust = knowledge.trust + artifact.deviation(TRUST)
    return trust * rule.weight + artifact.deviation(rule_feature(rule)) * rule_strength(rule)


def base_share(knowledge: Knowledge, artifact: Artifact) -> Share:
    """What holds for each channel whatever the community: how often it is used at all, and how sure that is.

    The order goes by the lower end of the 90 % interval of the base rate: what is proven goes before what is not.
    """
    start = round(artifact.deviation(INTERCEPT), DIGITS)
    own = [round(artifact.deviation(channel_feature(each)), DIGITS) for each in knowledge.channels]
    variance = [artifact.base_variance(channel.id) for channel in knowledge.channels]
    surest = min(variance, default=0.0) ** 0.5
    order = [round(-Z * (each**0.5 - surest), DIGITS) for each in variance]
    statements = []
    if start:
        reason = Reason("records", INTERCEPT, start, said(knowledge, "records_start"))
        statements.append(Statement(reason, frozenset(range(len(own)))))
    for place, channel in enumerate(knowledge.channels):
        if own[place]:
            key = "records_better" if own[place] > 0 else "records_worse"
            reason = Reason("records", channel_feature(channel), own[place], said(knowledge, key))
            statements.append(Statement(reason, frozenset([place])))
        if order[place]:
            name, text = f"caution:{channel.id}", said(knowledge, "records_few")
            statements.append(Statement(Reason("caution", name, 0.0, text, order[place]), frozenset([place])))
    return Share([start + each for each in own], (), variance, order, tuple(statements))


def _rule_lines(knowledge: Knowledge, artifact: Artifact) -> Iterator[Line]:
    """Every rule with every condition that remains of it, and the channels for which that one remains."""
    column = partial(_column, len(knowledge.channels))
    found: dict[tuple[str, Condition], list[int]] = {}
    for place, channel in enumerate(knowledge.channels):
        for term in rule_terms(channel, knowledge):
            found.setdefault((term.rule.id, term.when), []).append(place)
    compiled: dict[Condition, CompiledCondition] = {}
    for (rule_id, when), places in found.items():
        rule = knowledge.rule_by_id[rule_id]
        if when not in compiled:
            compiled[when] = CompiledCondition(when, knowledge.questionnaire)
        line = Line(compiled[when], frozenset(places), rule)
        if rule.effect is Effect.ORDER:
            reason = Reason("rule", rule.id, 0.0, rule.text, order=rule.weight)
            line = line._replace(reason=reason, order=column(places, rule.weight))
        elif rule.effect is Effect.LOG_ODDS:
            reason = Reason("rule", rule.id, round(rule_weight(rule, knowledge, artifact), DIGITS), rule.text)
            line = line._replace(reason=reason, use=column(places, reason.use))
            if not rule.fixed:
                spread = _spread(knowledge, artifact, places, rule_feature(rule), rule_strength(rule))
                line = line._replace(expert=column(places, rule.weight), variance=spread)
        yield line


def _group_lines(knowledge: Knowledge, artifact: Artifact) -> Iterator[Line]:
    """What outcomes say of a kind of community together with a kind of channel."""
    column = partial(_column, len(knowledge.channels))
    kinds: dict[str, list[int]] = {}
    for place, channel in enumerate(knowledge.channels):
        kinds.setdefault(channel.kind, []).append(place)
    for group in knowledge.groups:
        condition = CompiledCondition(group.when, knowledge.questionnaire)
        for kind, places in kinds.items():
            feature = group_feature(group, kind)
            added = round(artifact.deviation(feature), DIGITS)
            if added:
                reason = Reason("records", feature, added, _group_text(knowledge, artifact, group, kind, added))
                spread = _spread(knowledge, artifact, places, feature, 1.0)
                yield Line(condition, frozenset(places), None, reason, use=column(places, added), variance=spread)


def _column(channels: int, places: Collection[int], value: float) -> Column:
    """This value for the channels at these places, and nothing for the others."""
    return tuple([value if place in places else 0.0 for place in range(channels)])


def _spread(knowledge: Knowledge, artifact: Artifact, places: Collection[int], feature: str, value: float) -> Column:
    """What the uncertainty of one deviation adds to the variance of each channel that it is about."""
    own = artifact.own_variance(feature) * value * value
    return tuple([
        own + 2 * value * artifact.shared_variance(channel.id, feature) if place in places else 0.0
        for place, channel in enumerate(knowledge.channels)
    ])  # fmt: skip


def _group_text(knowledge: Knowledge, artifact: Artifact, group: NamedCondition, kind: str, added: float) -> Text:
    used, partly, unused = artifact.basis.counts.get(group_feature(group, kind), (0, 0, 0))
    key = "records_group_better" if added > 0 else "records_group_worse"
    named = said(knowledge, f"kind_{kind}")
    return said(knowledge, key, group=group.text, kind=named, used=used, partly=partly, unused=unused)
