"""Views: one file per noun, each with its blueprint `bp`; this list is the API.

A view takes a request apart, asks `model`, and puts the answer in a response. Its docstring is its part of the
contract: a summary, a description and, after `---`, an OpenAPI operation that `service.openapi.document` completes.
"""

from __future__ import annotations

from service.api.views import (
    cases,
    channels,
    evidence,
    forms,
    model,
    operations,
    outcomes,
    profiles,
    questions,
    recommendations,
    rules,
    sources,
    transfer_checks,
)

BLUEPRINTS = (
    recommendations.bp,
    profiles.bp,
    transfer_checks.bp,
    questions.bp,
    channels.bp,
    rules.bp,
    sources.bp,
    cases.bp,
    evidence.bp,
    outcomes.bp,
    forms.bp,
    model.bp,
    operations.bp,
)
