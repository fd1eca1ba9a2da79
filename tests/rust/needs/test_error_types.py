"""Error types of the same file that code returns: what counts as one, where it stands, and that it is offered first."""

from __future__ import annotations

import pytest

from app.rust.needs.closure import closure, reasons
from app.rust.needs.error_types import returned_errors
from tests.rust.ruststrings import rust

TYPES = """\
use thiserror::Error as ThisError;
pub enum RetryError { Spent }
#[derive(Debug, thiserror::Error)]
pub enum Fault { A }
#[derive(ThisError)]
pub struct Slip;
pub struct Halt;
impl std::error::Error for Halt {}
pub struct Plan;
"""


def returned(code: str, name: str = "f") -> list[str]:
    file = rust(TYPES + code)
    found = returned_errors(file.lookup.file, file.spans(name))
    return [file.items[index].path for index in sorted(found)]


@pytest.mark.parametrize("error", ["RetryError", "Fault", "Slip", "Halt"])
def test_what_is_an_error_by_its_name_by_what_it_derives_or_implements(error: str) -> None:
    kind = "enum" if error in ("RetryError", "Fault") else "struct"
    assert returned(f"fn f() -> Result<Plan, {error}> {{ g() }}\n") == [f"{kind} {error}"]
    assert returned(f"fn f() -> Result<{error}, u8> {{ g() }}\n") == []
    assert returned(f"fn f(e: {error}) -> Option<{error}> {{ g() }}\n") == []


def test_what_is_no_error_is_none_in_its_place() -> None:
    assert returned("fn f() -> Result<(), Plan> { g() }\n") == []
    assert returned("fn f() -> Result<(), crate::other::Missing> { g() }\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "fn f() -> io::Result<Result<(), Fault>> { g() }\n",
        "fn f() -> Result<(), Box<Fault>> { g() }\n",
        "async fn f() -> anyhow::Result<(), Fault> { g() }\n",
        "fn f() -> impl Future<Output = Result<u8, Fault>> { g() }\n",
        "fn f() -> Pin<Box<dyn Future<Output = Result<u8, self::Fault>> + Send>> { g() }\n",
        "type Result<T> = std::result::Result<T, Fault>;\nfn f() -> Result<u8> { g() }\n",
        "type Result<T, E = Fault> = std::result::Result<T, E>;\nfn f() -> Result<u8> { g() }\n",
        "type Answer = u8;\ntype AnswerResult = Result<Answer, Fault>;\nfn f() -> AnswerResult { g() }\n",
    ],
)
def test_wherever_the_result_stands(code: str) -> None:
    assert returned(code) == ["enum Fault"]


def test_the_associated_type_of_an_impl_is_looked_up() -> None:
    code = "impl FromStr for Plan { type Err = Fault; fn from_str(s: &str) -> Result<Self, Self::Err> { g() } }\n"
    assert returned(code, "impl FromStr for Plan") == ["enum Fault"]


def test_an_alias_that_leads_to_itself_ends() -> None:
    assert returned("type Result<T> = Result<T>;\nfn f() -> Result<u8> { g() }\n") == []


def test_it_is_the_first_helper_and_says_what_it_is() -> None:
    file = rust(TYPES + "fn f() -> Result<Plan, Fault> { g(); g(); g() }\nfn g() -> Result<Plan, Fault> {}\n")
    first = file.all_helpers("f")[0]
    assert (first.item.path, first.kind, first.rank) == ("enum Fault", "error", 1)
    assert [one.kind for one in file.all_helpers("f")[1:]] == ["function", "type"]
    tree = closure(file.lookup, file.spans("f"))
    assert (tree[0].helper.item.path, tree[0].helper.kind) == ("enum Fault", "error")
    said = reasons(file.lookup, [*file.spans("f"), *file.spans("enum Fault")])
    assert "error type it returns, used in line 10" in said.values()
    assert sum("error" in reason for reason in said.values()) == 1


def test_behind_an_alias_it_is_told_below_it() -> None:
    file = rust(TYPES + "type Result<T> = std::result::Result<T, Fault>;\nfn f() -> Result<u8> { g() }\n")
    (alias,) = closure(file.lookup, file.spans("f"))
    assert [(one.helper.item.path, one.helper.kind) for one in alias.children] == [("enum Fault", "error")]
