"""Survey view: what a file holds, as a table that a person checks in a minute."""

from __future__ import annotations

from rich.table import Table

from model.outcomes.file_check import ColumnSurvey, Survey
from training.cli.tables import table
from training.records.tables import Messages


def survey_view(survey: Survey, messages: Messages) -> Table:
    """One line for each column of the file, with examples of what stands there and what it is read as."""
    made = table(("column", "is", "filled", "examples", "unusual"), lambda name: messages[f"survey_{name}"])
    for column in survey.columns:
        filled = f"{column.filled}/{survey.rows}"
        made.add_row(column.name, column.column or "?", filled, _examples(column), "\n".join(column.unusual))
    return made


def _examples(column: ColumnSurvey) -> str:
    """What stands in the first different cells; with an arrow where it is read as something else."""
    return "\n".join(
        each.typed if each.typed == each.read else f"{each.typed} → {each.read}" for each in column.examples
    )
