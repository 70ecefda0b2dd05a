"""`platform-fit`: the root of the command line."""

from __future__ import annotations

import click

from model.cli.options import Group


@click.group(cls=Group, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="platform-fit", message="%(prog)s %(version)s")
def main() -> None:
    """Which channels suit a community of practice, with reasons and sources.

    Exit codes: 0 it worked, 1 the knowledge or the data is wrong, 2 the command was used wrongly.
    """
