"""The `backspan` command: parses, then hands over. Nothing heavy is imported here, so that `--help` is instant.

stdout is data, stderr is talk. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the project, a spec or the settings are
wrong, 4 a repository or source cannot be read, 5 a journal cannot be written or read, 6 a record is not valid.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from app import __version__
from app.errors import BackspanError

_COMMANDS: dict[str, tuple[str, str]] = {
    "accept": ("records", "Accept records by their ids."),
    "annotate": ("workstation", "Open the workstation on a topic, or on one of its records."),
    "backup": ("restore", "Copy journals now, or list the copies there are."),
    "block": ("code", "Print the block that choosing items of a file gives."),
    "bring-back": ("history", "Let a record say again what an old revision of it says."),
    "check": ("check", "Hold records against every check, in one go."),
    "completion": ("config", "Print the shell completion script for bash, zsh or fish."),
    "config": ("config", "Where the settings are, and what is wrong with them."),
    "close": ("coverage", "Say that all code there is of a topic is recorded, because of a reason."),
    "coverage": ("coverage", "Print what of a topic is done, by whom, and what is left."),
    "doctor": ("doctor", "Check everything the project keeps, and repair what can be."),
    "export": ("export", "Write the records as JSONL, one file a topic."),
    "history": ("origin", "Print the commits that made an item or lines, and its crate."),
    "init": ("project", "Make a project: the first specs, a practice topic, empty datasets."),
    "items": ("code", "Print a file's items with their byte ranges."),
    "locate": ("code", "Find items by name in the whole repository."),
    "log": ("history", "Print who did what to a record, and when."),
    "merge": ("merge", "Take in what other copies of journals have."),
    "queue": ("queue", "List what is to be reviewed, or what a filter picks."),
    "records": ("records", "List a topic's records."),
    "redo": ("history", "Do again what you undid last."),
    "restore": ("restore", "Restore withdrawn records, or a journal from a backup."),
    "settle": ("history", "Settle a record's conflict: keep one text, or each as a record."),
    "show": ("records", "Print one record."),
    "skip": ("coverage", "Leave an item out of a topic, because of a reason."),
    "source": ("source", "Clone, map and list the repositories that topics read."),
    "spec": ("spec", "Check specs, or make one from a prompt document."),
    "stats": ("stats", "Print how far topics are, who did what, and how good it is."),
    "topics": ("project", "List the topics of the project."),
    "undo": ("history", "Take back what you did last."),
    "withdraw": ("records", "Withdraw records; they can be restored."),
}
"""Command -> (module in `app.cli` that has it as `<name>_command`, what help says of it)."""


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = _COMMANDS.get(cmd_name)
        if known is None:
            return None
        module = importlib.import_module(f"app.cli.commands.{known[0]}")
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of a pipe has left (`| head`): that ends the talk. To click it is a failure, to us it is none.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in _COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, _COMMANDS, 1)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Not the base class's: that one imports every command for its help text.
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", prog_name="backspan")
@click.option(
    "-C",
    "--project",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="A project's folder, or any folder below it (default: here).",
)
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Back-translate real Rust code into training pairs, by hand.

    Without a command, opens the workstation on the project of this folder, where you left it.
    """
    ctx.obj = folder
    if ctx.invoked_subcommand is None:
        from app.cli.commands.workstation import run_workstation

        run_workstation(folder)


def main() -> None:
    """The console script. Errors meant for people go to stderr as they are; never a traceback for those."""
    try:
        cli.main(prog_name="backspan", standalone_mode=True)
    except BackspanError as error:
        _say(f"backspan: {error}")
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - the last door: a person gets words, a developer gets the file
        _say(f"backspan: something went wrong inside ({type(error).__name__}): {_report()}")
        sys.exit(1)


def _say(text: str) -> None:
    """Say something on stderr, if anybody is left there to read it."""
    try:
        click.echo(text, err=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _report() -> str:
    """Write the traceback down, away from the terminal, and say where."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="backspan-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.write(f"backspan {__version__}, Python {sys.version}\n")
        traceback.print_exc(file=file)
    return f"details are in {file.name}; drafts and journals are as they were"
