"""The command `outcomes`: records from files into the store, and out of it again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from model.cli.options import knowledge_in, knowledge_option, language_option
from model.errors import Phrase
from training.cli.review import review
from training.cli.stored_records import delete, list_, show
from training.cli.survey_view import survey_view
from training.cli.tables import open_registry, show_table, user
from training.progress import count_bar
from training.records.code_list import code_list
from training.records.import_file import ImportResult, export_rows, import_file
from training.records.record_columns import RecordColumns
from training.records.tables import Messages
from training.records.template import write_template
from training.records.write_files import WRITERS, delimiter_of, write_csv, writing

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def outcomes() -> None:
    """Keep records of what communities really used.

    The store is a file in the data folder (PLATFORM_FIT_DATA), or the database that PLATFORM_FIT_DATABASE_URL names.
    """


for _command in (delete, list_, review, show):
    outcomes.add_command(_command)


@outcomes.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show how the file is read, and find out what would happen.")
@click.option("--sheet", help="The sheet of a workbook that holds the records.")
@click.option("--rejects", type=_FILE, help="Where refused rows go; otherwise beside FILE.")
@click.option("--by", default=lambda: user(), show_default="your user name", help="Who hands the records in.")
@language_option
@knowledge_option
def import_(
    file: Path, dry_run: bool, sheet: str | None, rejects: Path | None, by: str, language: str, folder: Path | None
) -> None:
    """Import FILE: CSV, TSV, JSON, Parquet, XLSX or ODS, by the ending of its name; text may be packed with gzip.

    All rows that are right are kept in one transaction. The others go to a file with the reasons, to be mended there
    and imported by itself. Importing a file again adds nothing; a row that says something else about a record than
    before corrects it. The exit code is 1 when rows were refused, or there are none.
    """
    knowledge = knowledge_in(folder)
    if rejects is not None and (rejects.exists() or rejects.suffix.lower() not in WRITERS):
        raise click.BadParameter(
            Phrase("Give a new file that ends in {0}.", ", ".join(WRITERS)), param_hint="--rejects"
        )
    with open_registry() as (store, _), count_bar() as progress:
        result = import_file(
            file, store, knowledge, recorded_by=by, language=language, rejects=rejects, dry_run=dry_run, sheet=sheet,
            progress=progress,
        )  # fmt: skip
    messages = knowledge.messages[language]
    _show_reading(file, result, messages, dry_run)
    _show_outcome(result, messages, dry_run)
    if result.refused or not result.read:
        sys.exit(1)


@outcomes.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@language_option
@knowledge_option
def export(file: Path | None, force: bool, language: str, folder: Path | None) -> None:
    """Write every record that counts to FILE, or as CSV to standard output.

    The ending of its name says the kind: CSV, TSV, JSON lines, Parquet or XLSX. In Dutch the cells of CSV are parted by
    semicolons, as Dutch spreadsheets want it. The file can be imported again.
    """
    knowledge = knowledge_in(folder)
    columns = RecordColumns(knowledge).all
    if file is not None and file.exists() and not force:
        raise click.BadParameter(Phrase("It exists already. Give another name, or --force."), param_hint="FILE")
    with open_registry() as (store, _), count_bar() as progress:
        rows = export_rows(store, knowledge, progress)
        if file is None:
            write = write_csv(sys.stdout, columns, delimiter_of(language))
            for cells in rows:
                write(cells)
            return
        with writing(file, columns, knowledge.messages[language], delimiter_of(language)) as write:
            for cells in rows:
                write(cells)


@outcomes.command()
@click.argument("file", type=_FILE, required=False)
@language_option
@knowledge_option
def template(file: Path | None, language: str, folder: Path | None) -> None:
    """Write a file to fill in, with every column and one example, to FILE or as CSV to standard output.

    A FILE that ends in .xlsx has lists to choose answers from, and a sheet with all codes. In a Dutch CSV the cells are
    parted by semicolons, as Dutch spreadsheets want it. All can be imported.
    """
    knowledge = knowledge_in(folder)
    if file is not None and (file.exists() or file.suffix.lower() not in (".csv", ".xlsx")):
        raise click.BadParameter(Phrase("Give a new file that ends in .csv or .xlsx."), param_hint="FILE")
    write_template(file, knowledge, language)
    click.echo(knowledge.messages[language]["template_hint"], err=True)


@outcomes.command()
@language_option
@knowledge_option
def codes(language: str, folder: Path | None) -> None:
    """Show every column, and everything that may stand in it, on one page."""
    click.echo("\n".join(code_list(knowledge_in(folder), language)))


def _show_reading(file: Path, result: ImportResult, messages: Messages, dry_run: bool) -> None:
    """How the file was read; column by column when nothing is kept yet."""
    survey = result.survey
    if dry_run:
        click.echo(messages["survey_title"].format(file=file.name, rows=survey.rows))
    for line in (*survey.notes, *survey.warnings):
        click.echo(line, err=not dry_run)
    if dry_run and survey.columns:
        show_table(survey_view(survey, messages))
    if not survey.rows:
        click.echo(messages["intake_nothing"], err=True)


def _show_outcome(result: ImportResult, messages: Messages, dry_run: bool) -> None:
    for refusal in result.refusals:
        click.echo(messages["intake_line"].format(line=refusal.line, reasons=refusal.reasons), err=True)
    if result.refused > len(result.refusals):
        click.echo(messages["intake_more"].format(count=result.refused - len(result.refusals)), err=True)
    click.echo(
        messages["intake_summary"].format(
            read=result.read, added=result.added, corrected=result.corrected, known=result.known,
            outdated=result.outdated, refused=result.refused,
        )
    )  # fmt: skip
    if result.rejects:
        click.echo(messages["intake_rejects"].format(file=result.rejects))
    if dry_run:
        click.echo(messages["intake_dry_run"])
