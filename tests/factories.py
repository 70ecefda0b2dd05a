"""Knowledge and profiles made for tests: a minimal set of knowledge, the packaged one as data, and strategies."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question, Questionnaire
from model.domain.rules import Effect
from model.knowledge.loader import EVIDENCE, MESSAGES, PACKAGED, knowledge_from
from model.knowledge.yaml_lines import read_document
from model.profiles.profile import Profile, ProfileReader
from model.scoring.artifact import Artifact, Basis, Uncertainty

Content = dict[str, Any]
"""Knowledge as plain dictionaries: section → entries."""


def text(words: str) -> dict[str, str]:
    """One text in both languages."""
    return {"en": words, "nl": f"{words} (nl)"}


def question(id_: str, codes: Sequence[str], **more: Any) -> Content:
    """A question; single choice unless told otherwise."""
    return {
        "id": id_,
        "label": text(id_),
        "text": text(f"{id_}?"),
        "why": text(f"Why {id_}."),
        "kind": "single",
        "theme": "work",
        "sources": ["EJ"],
        "options": [{"code": code, "text": text(code)} for code in codes],
        **more,
    }


def channel(id_: str, **more: Any) -> Content:
    """A channel without any difficulty."""
    return {
        "id": id_,
        "name": id_.title(),
        "description": text(f"The channel {id_}."),
        "family": id_,
        "kind": "platform",
        "devices": ["phone", "computer"],
        "computer_needed": False,
        "phone_first": False,
        "account": text("An account."),
        "new_login": 0,
        "single_sign_on": "none",
        "app_install": "none",
        "friction_own": 1,
        "friction_out": 2,
        "habit_lowers_friction": True,
        "functions": {"talk": 2, "files": 2},
        "max_members": None,
        "archive": 1,
        "data_place": text("Here."),
        "encryption": "none",
        "patient_data": "no",
        "guest_access": 1,
        "moderation": 1,
        "cost": 1,
        "lock_in": 1,
        "status": "active",
        "facts": [],
        "evidence": {},
        **more,
    }


def rule(id_: str, effect: str = "log_odds", **more: Any) -> Content:
    """A rule; log-odds rules weigh 1 unless told otherwise."""
    return {
        "id": id_,
        "effect": effect,
        **({"weight": 1.0} if effect in ("log_odds", "order", "bundle") else {}),
        **({"action": text(f"Do {id_} first.")} if effect in ("stop", "hold") else {}),
        **({"bundle": "each_new_channel"} if effect == "bundle" else {}),
        "text": text(f"Because of {id_}."),
        "sources": ["EJ"],
        "grade": ["expert_judgement"],
        "since": "2026-11-24",
        "review_by": "2027-11-24",
        **more,
    }


def documented(id_: str, profile: Mapping[str, Any], *outcomes: Content, **more: Any) -> Content:
    """A documented community with this profile; its source is a page of its own."""
    return {
        "id": id_,
        "title": id_.title(),
        "sector": "education",
        "country": "NL",
        "year": 2024,
        "source": {"title": f"About {id_}", "url": f"https://example.org/{id_}", "kind": "paper", "read": "full"},
        "profile": dict(profile),
        "support": {name: f"stated: {name}" for name, answer in profile.items() if answer != UNKNOWN},
        "outcomes": list(outcomes),
        "strength": "strong",
        "caveat": "One view.",
        **more,
    }


def case(id_: str, profile: Mapping[str, Any], *outcomes: Content, **more: Any) -> Content:
    """A documented community whose story is told."""
    story = {
        "name": id_.title(),
        "summary": text("What happened."),
        "period": "2024",
        "sources": ["EJ"],
        "reliability": text("One view."),
        "lesson": text("What we learn."),
    }
    return documented(id_, profile, *outcomes, story=story, **more)


def outcome(channel_id: str, result: str = "used", **more: Any) -> Content:
    """What became of a channel in a documented community."""
    ended = {"ended_by": "members"} if result == "abandoned" else {}
    return {"channel": channel_id, "result": result, **ended, **more}


def minimal_content(**sections: Any) -> Content:
    """The least that is valid knowledge, with these sections in place of its own."""
    needs = question("wishes", ["talk", "files"], kind="multi", max=2, ordered=True, theme="wishes")
    content: Content = {
        "questions": [
            question("place", ["desk", "road"], required=True, unknown_allowed=False),
            needs,
            question("hosts", ["one", "more"], theme="data"),
            question("tools", ["chat", "mail", "many"], kind="multi", max=3, theme="wishes"),
        ],
        "terms": [{"id": "cross_organisation", "text": text("More than one host."), "when": {"hosts": "more"}}],
        "sources": [
            {"id": "EJ", "title": "Expert judgement", "year": 2026, "kind": "expert_judgement", "read": "none"}
        ],
        "rank_weights": [1.0, 0.5],
        "fit_weights": {"use": 1.0, "order": 2.0},
        "trust": 0.3,
        "functions": [
            {
                "need": need,
                "good": text(f"Good for {need}."),
                "weak": text(f"Weak for {need}."),
                "none": text(f"No {need}."),
                "sources": ["EJ"],
                "grade": ["expert_judgement"],
            }
            for need in ("talk", "files")
        ],
        "channels": [channel("forum"), channel("chat", kind="messenger"), channel("meeting", kind="live")],
        "not_assessed": [],
        "rules": [rule("road-chat", when={"place": "road"}, channel={"kind": "messenger"})],
    }
    tools = content["questions"][3]["options"]
    tools[0]["families"], tools[1]["families"], tools[2]["counts_as"] = ["chat"], ["forum"], 3
    return copy.deepcopy({**content, **sections})


def minimal_knowledge(**sections: Any) -> Knowledge:
    """Minimal knowledge, with these sections in place of its own."""
    return knowledge_from(minimal_content(**sections))


def write_files(content: Content, folder: Path) -> None:
    """The same knowledge as YAML files, one per section; the weights stand with the functions."""
    files: dict[str, Content] = {}
    for section, entries in content.items():
        file = "functions" if section in ("rank_weights", "fit_weights", "trust") else section
        name = f"{section}/some.yaml" if section in ("rules", EVIDENCE) else f"{file}.yaml"
        files.setdefault(name, {})[section] = entries
    for name, part in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(part, allow_unicode=True, sort_keys=False), encoding="utf-8")


def random_artifact(knowledge: Knowledge, seed: int = 7) -> Artifact:
    """An artifact with deviations and variances of every kind, as if outcomes had been seen."""
    chance = random.Random(seed)
    names = ["intercept", "trust", "fit", *(f"channel:{each.id}" for each in knowledge.channels)]
    names += [f"rule:{each.id}" for each in knowledge.rules_with(Effect.LOG_ODDS) if not each.fixed]
    kinds = sorted({each.kind for each in knowledge.channels})
    groups = [f"group:{group.id}*{kind}" for group in knowledge.groups for kind in kinds]
    deviations = {name: round(chance.gauss(0, 0.2), 3) for name in (*names, *groups)}
    return Artifact(
        "made-up",
        knowledge.score_fingerprint,
        created="2026-11-24",
        basis=Basis(records=40, communities=12, documented=504, counts=dict.fromkeys(groups, (3, 2, 1))),
        deviations=deviations,
        uncertainty=Uncertainty(
            base={each.id: round(chance.uniform(0.02, 0.4), 4) for each in knowledge.channels},
            own={name: round(chance.uniform(0.001, 0.02), 4) for name in (*names[1:], *groups)},
            shared={each.id: {"trust": -0.001, "fit": 0.002} for each in knowledge.channels},
        ),
    )


def packaged_content(evidence: bool = False) -> Content:
    """The packaged knowledge as plain dictionaries; the evidence, which names many channels, only when asked for."""
    content: Content = {}
    for file in sorted(PACKAGED.rglob("*.yaml")):
        if file.parent.name in (MESSAGES, *([] if evidence else [EVIDENCE])):
            continue
        for section, entries in read_document(file.name, file.read_text(encoding="utf-8")).data.items():
            content[section] = [*content.get(section, []), *entries] if isinstance(entries, list) else entries
    return content


ORDER_IS_FREE = ("sources", "functions", "channels", "not_assessed", "rules")
"""Sections in which the order of entries means nothing."""


def shuffled(content: Content, chance: random.Random) -> Content:
    """The same knowledge with the keys of every mapping, and the entries of most sections, in another order."""

    def keys_shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            chance.shuffle(keys)
            return {key: keys_shuffled(value[key]) for key in keys}
        return [keys_shuffled(each) for each in value] if isinstance(value, list) else value

    mixed: Content = keys_shuffled(content)
    for section in ORDER_IS_FREE:
        chance.shuffle(mixed[section])
    return mixed


# --- profiles -----------------------------------------------------------------------------------------------------


def read(questionnaire: Questionnaire, raw: object) -> Profile:
    """The profile of answers that are known to be right."""
    profile = ProfileReader(questionnaire).read(raw)
    assert profile is not None, raw
    return profile


def answers_to(asked: Question) -> st.SearchStrategy[Any]:
    """Valid known answers to one question."""
    if asked.kind == "single":
        return st.sampled_from(asked.codes)
    return st.lists(st.sampled_from(asked.codes), min_size=1, max_size=min(asked.limit, len(asked.codes)), unique=True)


@st.composite
def raw_profiles(
    draw: Callable[..., Any],
    questionnaire: Questionnaire,
    known: Callable[[Question], bool] | None = None,
) -> dict[str, Any]:
    """Valid raw answers.

    Args:
        known: which questions must have a known answer (True) or none (False); by default chance decides.
    """
    raw: dict[str, Any] = {}
    for asked in questionnaire:
        if asked.follows is not None and raw.get(asked.follows[0]) not in asked.follows[1]:
            continue
        must = not asked.unknown_allowed and asked.required
        if must or (draw(st.booleans()) if known is None else known(asked)):
            raw[asked.id] = draw(answers_to(asked))
        elif asked.required or (asked.unknown_allowed and draw(st.booleans())):
            raw[asked.id] = draw(st.sampled_from([UNKNOWN, [UNKNOWN]])) if asked.kind == "multi" else UNKNOWN
    return raw
