"""Transfer: whether a channel that worked in a documented case will work for this community."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("transfer", __name__)
