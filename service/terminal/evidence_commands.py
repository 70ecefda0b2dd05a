"""The commands under `evidence`: for those who look into the documented communities and who add to them."""

from __future__ import annotations

from pathlib import Path

import click

from model.cli.options import KNOWLEDGE_VARIABLE, Group
from model.knowledge.loader import EVIDENCE, PACKAGED, write_evidence_file


@click.group(cls=Group, path="evidence.", no_args_is_help=True)
def evidence() -> None:
    """Look into documented communities, check them and build what a worker loads."""


@evidence.command("build")
@click.argument(
    "folder",
    metavar="[FOLDER]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar=KNOWLEDGE_VARIABLE,
)
def build_evidence(folder: Path | None) -> None:
    """Make the file that is loaded in place of the YAML files in the folder `evidence` of FOLDER.

    Without it, or when it is out of date, the YAML files themselves are read at every start, which takes longer.
    """
    number = write_evidence_file(folder or PACKAGED)
    click.echo(f"{number} documented communities are ready in the folder {EVIDENCE}.")
