"""Remakes what in the docs is made: the pictures of the running workstation, and the pages told by the code.

`python -m docs.make` (or `make docs`) writes `docs/pictures/*.svg`, `docs/keys.md`, `docs/cli.md` and
`docs/checks.md`. Tests hold the pages to what the code tells. The pictures are of a person whom nobody is, with the
usual settings, whoever makes them.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
PERSON = "eve"
"""Who sits before the workstation in the pictures: no author and no reviewer of the sample records."""
SIZES = {"narrow": (80, 24), "normal": (120, 36), "wide": (200, 56)}

USER = (
    "Deliveries that fail are retried at once, so a receiver that was down for a minute is hit by every message it "
    "missed in the same second. Let the waits grow, and never let them pass the cap."
)
THINK = (
    "A fixed wait keeps the herd together. Doubling parts it over time, but doubling without a cap would let a "
    "message sleep for days, so `tokio` would hold timers nobody waits for."
)


def surroundings(home: Path) -> dict[str, str]:
    """Environment of the process that makes the pictures: nothing of the maker's but where programs are."""
    settings = home / "config" / "settings.toml"  # where `app.base.folders` looks
    settings.parent.mkdir(parents=True)
    settings.write_text(f'name = "{PERSON}"\n', "utf-8")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "BACKSPAN_HOME": str(home),
        **dict.fromkeys(("LOGNAME", "USER"), PERSON),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TEXTUAL_ANIMATIONS": "none",
    }


async def _settle(pilot: Pilot[None]) -> None:
    """Wait for what is under way, also for what is only shown a moment later: checks, the preview, marks."""
    for _ in range(4):
        while True:
            try:
                await pilot.app.workers.wait_for_complete()
                break
            except WorkerCancelled:  # another took its place
                await pilot.pause()
        await pilot.pause(0.2)


async def _press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await _settle(pilot)


async def _pictures(folder: Path) -> None:
    from app.project.project import init_project
    from app.workstation.app import Workstation
    from app.workstation.topics.topics_screen import TopicsScreen
    from widgets.prose.editor import ProseEditor

    for name, size in SIZES.items():
        project, _ = init_project(
            folder / name / "project", samples=True
        )  # each without the draft of another
        app = Workstation(project.root, resume=False)
        async with app.run_test(size=size) as pilot:

            def take(what: str, name: str = name, app: Workstation = app) -> None:
                app.clear_notifications()
                _take(app.export_screenshot(title="backspan"), f"{what}-{name}")

            await _settle(pilot)
            assert isinstance(app.screen, TopicsScreen)
            app.screen.highlight("practice")
            await _settle(pilot)
            take("topics")
            await _press(pilot, "i", "tab", "tab")
            take("overview")
            await _press(pilot, "escape", "v")
            take("queue")
            await _press(pilot, "enter")
            take("review")
            await _press(pilot, "q", "escape", "enter", "f4", *"fail", "enter", "space")
            take("source")
            app.screen.query_one("#user", ProseEditor).replace_all(USER)
            app.screen.query_one("#think", ProseEditor).replace_all(THINK)
            await _press(pilot, "f6", "f6")
            take("write")


def _take(svg: str, name: str) -> None:
    # The exported picture asks a web site for its font; any monospaced one will do.
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(svg, "utf-8")


def _cli_page() -> str:
    import click

    from app.cli.main import cli

    parts = ["# The command line\n", "Made by `make docs` from the commands themselves.\n"]

    def tell(command: click.Command, name: str, parent: click.Context | None) -> None:
        context = click.Context(
            command, info_name=name, parent=parent, terminal_width=96, max_content_width=96
        )
        parts.append(f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            for sub in command.list_commands(context):
                inner = command.get_command(context, sub)
                assert inner is not None
                tell(inner, sub, context)

    tell(cli, "backspan", None)
    parts.append(
        "## Exit codes\n\n| code | meaning |\n|---|---|\n| 0 | done |\n| 1 | failed |\n| 2 | wrong usage |\n"
        "| 3 | the project, a spec or the settings are wrong |\n| 4 | a repository or source cannot be read |\n"
        "| 5 | a journal or draft cannot be written or read |\n| 6 | a record is not valid |\n\n"
        "stdout is data, stderr is talk.\n"
    )
    return "\n".join(parts)


def main() -> None:
    """Remake everything."""
    from app.checks.page import checks_page
    from app.settings.keys import key_table

    (DOCS / "keys.md").write_text(key_table(), "utf-8")
    (DOCS / "cli.md").write_text(_cli_page(), "utf-8")
    (DOCS / "checks.md").write_text(checks_page(), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        # Textual reads its variables when it is imported, so another process has to have others.
        made = [sys.executable, "-m", "docs.make", folder]
        subprocess.run(made, cwd=DOCS.parent, env=surroundings(Path(folder, "home")), check=True)
    print(f"pictures in {PICTURES}")


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(_pictures(Path(sys.argv[1])))
    else:
        main()
