"""What is often built for this task: FastAPI, a scikit-learn pipeline and SHAP, scoring every channel for a profile.

It is made to be a fair peer, and where a choice had to be made it has the cheaper side:

- one logistic regression over answers and channel attributes without products of the two, so it gives every community
  the same order of channels, which a real one could not; it knows neither unknown answers, bounds and exclusions nor
  sentences and sources;
- `LinearExplainer`, the quickest explainer there is, exact for this regression, made once;
- the five largest reasons per channel, written with orjson.

`/pipeline` encodes the answers the usual way, as a table in a `ColumnTransformer`. `/arrays` spares the table and gives
the same encoder plain arrays. `/by-hand` uses no encoder: it writes the matrix itself, which is quicker than people
usually build it. Regression, explainer and answer are the same.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import orjson
import pandas as pd
from fastapi import FastAPI, Response
from pydantic import BaseModel
from shap import LinearExplainer
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from bench.profiles import different_profiles
from model.domain.channels import Channel
from model.domain.questions import UNKNOWN
from model.knowledge.loader import load_knowledge
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]

COMMUNITIES = 300
"""Communities to learn from; how many there are makes no difference to the time of an answer."""
REASONS = 5
_CHANNEL_WORDS = ("channel", "kind", "family", "single_sign_on")

_knowledge = load_knowledge()
_single = [question for question in _knowledge.questionnaire if question.kind == "single"]
_multi = [question for question in _knowledge.questionnaire if question.kind == "multi"]
_channels = _knowledge.channels


def _attributes(channel: Channel) -> dict[str, Any]:
    return {
        "channel": channel.id,
        "kind": channel.kind,
        "family": channel.family,
        "single_sign_on": channel.single_sign_on,
        "new_login": channel.new_login,
        "friction_own": channel.friction_own,
        "friction_out": channel.friction_out,
        "phone_first": int(channel.phone_first),
        "computer_needed": int(channel.computer_needed),
        "archive": channel.archive,
        "moderation": channel.moderation,
        "cost": channel.cost,
        **channel.functions,
    }


_channel_table = pd.DataFrame([_attributes(channel) for channel in _channels])
_channel_columns = {name: column.to_numpy() for name, column in _channel_table.items()}
_answers_in_words = [question.id for question in _single]


def _answers(profile: dict[str, Any]) -> dict[str, Any]:
    """One column per single-choice question, one per option of the others."""
    columns: dict[str, Any] = {question.id: profile.get(question.id, UNKNOWN) for question in _single}
    for question in _multi:
        chosen = profile.get(question.id, ())
        columns |= {f"{question.id}={code}": int(code in chosen) for code in question.codes}
    return columns


def _table(profile: dict[str, Any]) -> pd.DataFrame:
    """One row per channel, made in one go: adding columns one by one takes seven times as long."""
    return pd.DataFrame({**_channel_columns, **_answers(profile)})


def _learn() -> tuple[Pipeline, LinearExplainer]:
    advisor, gate = Advisor(_knowledge), ProfileGate(_knowledge)
    chance = random.Random(1)
    tables, used = [], []
    for raw in different_profiles(_knowledge, COMMUNITIES, seed=1):
        found = {each.channel.id: each.probability for each in advisor.scorer.assess(gate.load(raw))}
        tables.append(_table(raw))
        used += [chance.random() < found[channel.id] for channel in _channels]
    categories = [[*question.codes, UNKNOWN] for question in _single]
    categories += [sorted(set(_channel_table[name])) for name in _CHANNEL_WORDS]
    words = OneHotEncoder(categories=categories, sparse_output=False)
    encoder = ColumnTransformer([("words", words, [*_answers_in_words, *_CHANNEL_WORDS])], remainder="passthrough")
    pipeline = Pipeline([("encode", encoder), ("regress", LogisticRegression(max_iter=2000))])
    records = pd.concat(tables, ignore_index=True)
    pipeline.fit(records, used)
    background = pipeline["encode"].transform(records.sample(100, random_state=1))
    return pipeline, LinearExplainer(pipeline["regress"], background)


_pipeline, _explainer = _learn()
_encode, _regress = _pipeline["encode"], _pipeline["regress"]
_names = [str(name).partition("__")[2] for name in _encode.get_feature_names_out()]
_column = {name: place for place, name in enumerate(_names)}
_empty = _encode.transform(_table({}))
"""The rows of a profile without answers."""
_unknown = {question.id: _column[f"{question.id}_{UNKNOWN}"] for question in _single}


_word_encoder = OneHotEncoder(categories=_encode.named_transformers_["words"].categories_, sparse_output=False)
_word_encoder.fit(_table({})[[*_answers_in_words, *_CHANNEL_WORDS]].to_numpy(dtype=object))
_channel_words = _channel_table[list(_CHANNEL_WORDS)].to_numpy(dtype=object)
_channel_numbers = _channel_table.drop(columns=list(_CHANNEL_WORDS)).to_numpy(dtype=float)


def _encoded(profile: dict[str, Any]) -> Matrix:
    """The same rows as the pipeline makes, without a table."""
    answers = list(_answers(profile).values())
    single, multi = answers[: len(_single)], answers[len(_single) :]
    count = len(_channels)
    words = np.hstack([np.tile(np.array(single, dtype=object), (count, 1)), _channel_words])
    return np.hstack([_word_encoder.transform(words), _channel_numbers, np.tile(np.array(multi, float), (count, 1))])


def _matrix(profile: dict[str, Any]) -> Matrix:
    """The same rows as the encoder makes, written straight into place."""
    rows: Matrix = _empty.copy()
    for question, answer in profile.items():
        if isinstance(answer, list):
            for code in answer:
                rows[:, _column[f"{question}={code}"]] = 1
        elif answer != UNKNOWN:
            rows[:, _unknown[question]] = 0
            rows[:, _column[f"{question}_{answer}"]] = 1
    return rows


def _answer(rows: Matrix) -> Response:
    probabilities = _regress.predict_proba(rows)[:, 1]
    shares = _explainer.shap_values(rows)
    largest = np.argsort(-np.abs(shares), axis=1)[:, :REASONS]
    channels = [
        {
            "id": _channels[row].id,
            "probability": float(probabilities[row]),
            "reasons": [
                {"name": _names[column], "contribution": float(shares[row, column])} for column in largest[row]
            ],
        }
        for row in np.argsort(-probabilities)
    ]
    return Response(orjson.dumps({"channels": channels}), media_type="application/json")


class Body(BaseModel):
    profile: dict[str, str | list[str]]


app = FastAPI()


@app.get("/livez")
async def livez() -> str:
    return "alive"


# `async`, so that no thread is needed for each request: the quicker way for work that waits for nothing.
@app.post("/pipeline")
async def pipeline(body: Body) -> Response:
    return _answer(_encode.transform(_table(body.profile)))


@app.post("/arrays")
async def arrays(body: Body) -> Response:
    return _answer(_encoded(body.profile))


@app.post("/by-hand")
async def by_hand(body: Body) -> Response:
    return _answer(_matrix(body.profile))
