"""What a request for a transfer check asks: where the channel worked, which channel, and for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Request

from model.domain.knowledge import Knowledge
from model.errors import FieldProblem, ProfileError
from model.profiles.profile import Profile
from model.profiles.reading import Understood
from model.profiles.validation import ProfileGate
from service.http.bodies import PROFILE, envelope_errors, read_json
from service.http.problems import FieldError, RequestError

SOURCE, CHANNEL = "source", "channel"

_Errors = list[FieldError | FieldProblem]


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A request that is right; `source` is the id of a case, or the answers of a community.

    Attributes:
        understood: the answers of both that were read as something else than was sent.
    """

    source: str | Profile
    channel: str
    target: Profile
    understood: tuple[Understood, ...]


def read_transfer(request: Request, knowledge: Knowledge, gate: ProfileGate, language: str) -> TransferRequest:
    """What the body asks for.

    Raises:
        RequestError: the body is no JSON, has another form, or names what does not exist; all mistakes at once.
    """
    body = read_json(request)
    errors = envelope_errors(body, (SOURCE, CHANNEL, PROFILE))
    if not isinstance(body, dict):
        raise RequestError("invalid_input", errors)
    reader = _FieldReader(knowledge, gate, language, errors, [])
    source = reader.source(body[SOURCE]) if SOURCE in body else None
    channel = reader.name(body[CHANNEL], f"/{CHANNEL}", knowledge.channel_by_id) if CHANNEL in body else None
    target = reader.profile(body[PROFILE], f"/{PROFILE}") if PROFILE in body else None
    if errors or source is None or channel is None or target is None:
        raise RequestError("invalid_input", errors)
    return TransferRequest(source, channel, target, tuple(reader.understood))


@dataclass(frozen=True, slots=True)
class _FieldReader:
    """Reads the fields one by one and collects what is wrong; a field that is wrong comes back as None."""

    knowledge: Knowledge
    gate: ProfileGate
    language: str
    errors: _Errors
    understood: list[Understood]

    def source(self, raw: Any) -> str | Profile | None:
        if isinstance(raw, dict):
            self.errors.extend(envelope_errors(raw, (PROFILE,), f"/{SOURCE}"))
            return self.profile(raw[PROFILE], f"/{SOURCE}/{PROFILE}") if PROFILE in raw else None
        return self.name(raw, f"/{SOURCE}", [case.id for case in self.knowledge.cases], "error_wrong_source")

    def name(self, raw: Any, pointer: str, names: Iterable[str], wrong_type: str = "error_name_as_text") -> str | None:
        allowed = tuple(names)
        if not isinstance(raw, str):
            self.errors.append(FieldError("wrong_type", pointer, allowed=allowed, sentence=wrong_type))
        elif raw not in allowed:
            self.errors.append(FieldError("unknown_name", pointer, allowed=allowed))
        else:
            return raw
        return None

    def profile(self, raw: Any, pointer: str) -> Profile | None:
        try:
            read = self.gate.read(raw, self.language, pointer)
        except ProfileError as error:
            self.errors.extend(error.problems)
            return None
        self.understood.extend(read.understood)
        return read.profile
