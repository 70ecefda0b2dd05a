"""Files of records for tests: one that is right, with what a test changes in it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

COLUMNS = ("community", "channel", "start", "invited", "active", "consent", "work_setting", "needs", "login_tolerance",
           "device_access", "budget")  # fmt: skip
RIGHT: dict[str, Any] = dict(zip(COLUMNS, (
    "zuid-1", "whatsapp_group", "2026-03-01", "40", "31", "ja", "mobile_field", "quick_contact|file_sharing", "low",
    "private_phone", "none",
), strict=True))  # fmt: skip
SHEET = "xl/worksheets/sheet1.xml"


def text(*rows: dict[str, Any], columns=COLUMNS, delimiter=",", end="\n") -> str:
    """A CSV with these rows, each with changes to what is right."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerows([{**RIGHT, **row}.get(name, "") for name in columns] for row in rows or ({},))
    return out.getvalue()


def book(path: Path, *sheets: tuple[str, list[list[Any]], str]) -> Path:
    """A workbook with (name, rows, state) of each sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows, state in sheets:
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def grid(*rows: dict[str, Any]) -> list[list[Any]]:
    return [list(COLUMNS), *([{**RIGHT, **row}[name] for name in COLUMNS] for row in rows or ({},))]


def changed_sheet(path: Path, change: Callable[[Any], None]) -> Path:
    """A workbook with three records, and what a person did to its sheet."""
    made = openpyxl.Workbook()
    for row in grid({}, {"community": "b"}, {"community": "c"}):
        made.active.append(row)
    change(made.active)
    made.save(path)
    return path


def edited(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part of it changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
