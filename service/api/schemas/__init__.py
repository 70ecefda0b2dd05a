"""Schemas of what the API takes and gives, for the contract and for the tests that hold answers to it.

Answers are not checked against them while serving: `model.answer.writer` writes them as bytes, and the tests check
every route. Every field is always there unless its description says otherwise; a field without a value is null. Views
name these schemas in their docstrings; a module that is not imported here is not found there.
"""

from service.api.schemas import advice, catalogue, evidence, forms, operations, outcomes, problems, recommendations

__all__ = ["advice", "catalogue", "evidence", "forms", "operations", "outcomes", "problems", "recommendations"]
