"""Work in a thread, and what of it still reaches the interface; without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.app import App

from app.base.cancelling import Cancelled, CancelledError
from app.errors import StoreError
from app.workstation import screen as module
from app.workstation.screen import run_job
from widgets.base.key_bindings import adopt


class Owner:
    """An app whose one worker runs at once."""

    def __init__(self, worker: Any) -> None:
        self.app = self
        self.replaced_on_the_way = False
        self._worker = worker

    def run_worker(self, work: Callable[[], None], **asked: Any) -> None:
        assert asked["thread"] and not asked["exit_on_error"]
        work()

    def call_from_thread(self, call: Callable[[], object]) -> None:
        self._worker.is_cancelled |= self.replaced_on_the_way
        call()


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Owner:
    worker = SimpleNamespace(is_cancelled=False)
    monkeypatch.setattr(module, "get_current_worker", lambda: worker)
    return Owner(worker)


def outcome(owner: Owner, job: Callable[..., str], *, exclusive: bool = True) -> list[str]:
    told: list[str] = []
    refused: Callable[[Exception], object] = lambda error: told.append(f"refused: {error}")  # noqa: E731
    run_job(cast(App[Any], owner), "group", job, told.append, refused, exclusive=exclusive)
    return told


def raising(error: Exception) -> Callable[..., str]:
    def job(_: Callable[[], bool]) -> str:
        raise error

    return job


def test_a_result_or_a_refusal_is_handed_over(owner: Owner) -> None:
    assert outcome(owner, lambda _: "done") == ["done"]
    assert outcome(owner, raising(StoreError("the disk is full"))) == ["refused: the disk is full"]


@pytest.mark.parametrize("error", [Cancelled("stopped"), CancelledError()])
def test_of_work_that_was_called_off_nothing_is_told(owner: Owner, error: Exception) -> None:
    assert outcome(owner, raising(error), exclusive=False) == []


@pytest.mark.parametrize("job", [lambda _: "done", raising(StoreError("the disk is full"))])
def test_what_another_job_replaced_on_the_way_is_not_told(owner: Owner, job: Callable[..., str]) -> None:
    """A result that was on its way when the next was asked for was shown after that was asked for."""
    owner.replaced_on_the_way = True
    assert outcome(owner, job) == []
    assert len(outcome(owner, job, exclusive=False)) == 1, "what replaces nothing is not replaced"


def test_a_mistake_of_ours_is_the_worker_s(owner: Owner) -> None:
    with pytest.raises(ZeroDivisionError):
        outcome(owner, raising(ZeroDivisionError()))


def test_keys_reach_the_actions_of_adopted_parts_and_nothing_else() -> None:
    part = SimpleNamespace(action_save=lambda: "saved", save=lambda: "not an action")
    screen = SimpleNamespace()
    adopt(cast(Any, screen), part)
    assert screen.action_save() == "saved" and not hasattr(screen, "save")
