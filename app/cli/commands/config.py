"""`backspan config` and `backspan completion`."""

from __future__ import annotations

import click

from app.cli.output import talk
from app.errors import BackspanError
from app.settings.person import check, settings_path


@click.group("config")
def config_command() -> None:
    """Where the settings are, and what is wrong with them."""


@config_command.command("path")
def path() -> None:
    """Print the path of the settings file, whether or not it exists."""
    click.echo(settings_path())


@config_command.command("check")
def check_settings() -> None:
    """Say what is wrong with the settings file: unknown keys and ids, clashes, bad values."""
    problems = check(settings_path())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(3)
    talk(
        f"{settings_path()}: nothing is wrong"
        if settings_path().exists()
        else "no settings file: defaults are used"
    )


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script for SHELL: eval it, or put it where the shell looks."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise BackspanError(f"no completion for {shell}")
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "backspan", "_BACKSPAN_COMPLETE").source())
