"""The commands under `evidence`: for those who look into the documented communities and who add to them."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from model.advice.evidence_search import EvidenceSearch, search_choices
from model.answer.documented import community_content, page_content
from model.cli.options import KNOWLEDGE_VARIABLE, Group, knowledge_in, knowledge_option, language_option
from model.cli.translations import translation
from model.domain.evidence import RESULTS, SECTORS
from model.errors import Phrase, UnknownNameError
from model.knowledge.evidence_file import EvidenceFile
from model.knowledge.evidence_linter import check_evidence, check_new_evidence
from model.knowledge.loader import EVIDENCE, PACKAGED, read_evidence, write_evidence_file
from service.terminal.checked import counted, show_warnings, warnings_counted
from service.terminal.evidence_view import community_sheet, evidence_table
from service.terminal.output import output_options, print_json, screen
from service.terminal.tables import use_sentence

_PAGE = 20
_OPTIONS = {"channel": "--channel", "country": "--country", "work_setting": "--work-setting"}


@click.group(cls=Group, path="evidence.", no_args_is_help=True)
def evidence() -> None:
    """Look into documented communities, check them and build what a worker loads."""


@evidence.command("list")
@click.option("--channel", help="Only with an outcome of this channel.")
@click.option("--result", type=click.Choice(RESULTS), help="Only with this result, of the channel if one is named.")
@click.option("--sector", type=click.Choice(SECTORS), help="Only of this sector.")
@click.option("--country", help="Only of this country, such as NL; XX is several, or not told.")
@click.option("--work-setting", help="Only where members work in this setting, such as ward_shift.")
@click.option("--words", "q", help="Only with all these words in its texts, which are in English.")
@click.option("--limit", type=click.IntRange(1), default=_PAGE, show_default=True, help="How many to show.")
@click.option("--offset", type=click.IntRange(0), default=0, help="How many to pass over.")
@output_options
@language_option
@knowledge_option
def list_evidence(
    limit: int, offset: int, language: str, folder: Path | None, output: str, pretty: bool, **asked: str | None
) -> None:
    """List documented communities, and say what became of the channels that were asked for."""
    knowledge = knowledge_in(folder)
    choices = search_choices(knowledge)
    for name, option in _OPTIONS.items():
        if asked[name] is not None and asked[name] not in choices[name]:
            message = Phrase("'{0}' is not one of {1}.", asked[name], ", ".join(choices[name]))
            raise click.BadParameter(message, param_hint=option)
    search = EvidenceSearch(**asked)
    if output == "json":
        print_json(orjson.dumps(page_content(search, limit, offset, knowledge, language)), pretty)
        return
    found, messages = search.communities(knowledge), knowledge.messages[language]
    shown = found[offset : offset + limit]
    if not shown:
        click.echo(messages["evidence_none_found"])
        return
    screen().show(evidence_table(shown, knowledge, language))
    click.echo(use_sentence(search.documented(knowledge), messages))
    last = offset + len(shown)
    click.echo(messages["evidence_page"].format(first=offset + 1, last=last, total=len(found)))
    if last < len(found):
        click.echo(messages["evidence_more"].format(offset=last))


@evidence.command("show")
@click.argument("name", metavar="COMMUNITY")
@output_options
@language_option
@knowledge_option
def show_evidence(name: str, language: str, folder: Path | None, output: str, pretty: bool) -> None:
    """Show one documented COMMUNITY: its answers, what became of its channels, and who tells it."""
    knowledge = knowledge_in(folder)
    try:
        community = knowledge.documented(name)
    except UnknownNameError as error:
        raise click.UsageError(str(error)) from None
    if output == "json":
        print_json(orjson.dumps(community_content(community, knowledge, language)), pretty)
    else:
        screen().print(community_sheet(community, knowledge, language))


@evidence.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Exit with 1 when there are warnings too.")
@language_option
@knowledge_option
@click.pass_context
def check(ctx: click.Context, file: Path | None, strict: bool, language: str, folder: Path | None) -> None:
    """Check the documented communities, or a FILE with new ones before it is added to them.

    Mistakes are shown with file, line and what is allowed, and give exit code 1. Warnings are about what is allowed but
    suspicious. Of a new file also the answers are named that may have been read from how it went.
    """
    knowledge = knowledge_in(folder)
    if file is None:
        checked, warnings = knowledge.evidence, check_evidence(knowledge.evidence)
    else:
        checked = read_evidence(file, knowledge)
        warnings = check_new_evidence(checked, knowledge.evidence)
    said: list[object] = [*warnings]
    if knowledge.evidence and not isinstance(knowledge.load_evidence, EvidenceFile):
        said.append(Phrase("what a worker loads is out of date: run `platform-fit evidence build`"))
    show_warnings(said, language)
    communities, outcomes = len(checked), sum(len(each.outcomes) for each in checked)
    words = Phrase(
        "{0}, {1}: no mistakes, {2}.",
        counted(communities, Phrase("no communities"), Phrase("1 community"), Phrase("{0} communities", communities)),
        counted(outcomes, Phrase("no outcomes"), Phrase("1 outcome"), Phrase("{0} outcomes", outcomes)),
        warnings_counted(len(said)),
    )
    click.echo(translation(words, language))
    if said and strict:
        ctx.exit(1)


@evidence.command("build")
@click.argument(
    "folder",
    metavar="[FOLDER]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar=KNOWLEDGE_VARIABLE,
)
@language_option
def build_evidence(folder: Path | None, language: str) -> None:
    """Make the file that is loaded in place of the YAML files in the folder `evidence` of FOLDER.

    Without it, or when it is out of date, the YAML files themselves are read at every start, which takes longer.
    """
    number = write_evidence_file(folder or PACKAGED)
    ready = Phrase("{0} documented communities are ready in the folder {1}.", number, EVIDENCE)
    click.echo(translation(ready, language))
