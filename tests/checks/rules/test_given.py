"""What a request gives away, what must not stand in it, and in which language it is."""

from __future__ import annotations

import pytest

from app.checks import Context, Texts, check_record
from app.checks.reading import code_of
from app.checks.registry import SAMPLE
from app.checks.rules.given import inner_names
from app.checks.rules.personal import _PHONE
from app.checks.words.tongues import foreign

BLOCK = (
    "pub struct Pool {\n    pub size: u8,\n    spare_rows: Vec<Row>,\n}\n\nimpl Pool {\n"
    "    pub fn take(&mut self) -> Row {\n        self.refill(500);\n        self.spare_rows.pop()\n    }\n\n"
    "    fn refill(&mut self, most: u16) {}\n}\n\n"
    "impl Drain for Pool {\n    fn drain(&mut self) {}\n}\n\nconst MOST_ROWS: u16 = 500;\n"
)


def said(
    user: str = SAMPLE.user, think: str = SAMPLE.think, context: Context | None = None
) -> list[tuple[str, str, str]]:
    """Code, severity and place of what the new checks of prose say."""
    codes = ("BS416", "BS417", "BS702", "BS707", "BS708", "BS709", "BS710")
    fields = {"user": user, "think": think}
    return [
        (one.code, one.severity, fields[one.field][one.start : one.end])
        for one in check_record(Texts(user, think, BLOCK), context or Context())
        if one.code in codes
    ]


def test_inner_names_are_private_and_of_no_trait() -> None:
    assert inner_names(code_of(BLOCK)) == {"spare_rows", "refill", "MOST_ROWS"}


@pytest.mark.parametrize(
    "user",
    [
        "Rows must be taken one by one; `take` must never wait, and `Pool` is to be kept.",
        "Nobody waits for `spare_rows`.",
        "At most 500 rows may be held.",
        "Call us whenever a refill fails, and take 20 of them.",
        "`take` may be called from `drain`.",
        "Whoever calls `drain` may call `pop` too.",
        "The server said pool.example.org was gone.",
    ],
)
def test_an_interface_and_one_thing_of_the_inside_may_be_named(user: str) -> None:
    assert said(user) == []


@pytest.mark.parametrize(
    ("user", "places"),
    [
        ("Keep `spare_rows` and call refill first.", ["spare_rows", "refill"]),
        ("Use MOST_ROWS, and in refill call drain.", ["MOST_ROWS", "refill", "drain"]),
        ("It holds 500 rows; then call pop for it.", ["500", "pop"]),
        ("Take self.spare_rows and fill it by self.refill again.", ["self.spare_rows", "self.refill"]),
    ],
)
def test_several_things_of_the_inside_give_the_answer_away(user: str, places: list[str]) -> None:
    found = said(user)
    assert {code for code, _, _ in found} == {"BS416"} and {grade for _, grade, _ in found} == {"warning"}
    assert [place for _, _, place in found] == places


def test_branches_one_after_the_other_are_a_hint() -> None:
    [(code, grade, place)] = said("If none is left return a new row, otherwise return the last one.")
    assert (code, grade, place) == ("BS416", "hint", "return a new row, otherwise return")
    assert said("Callers that return late get nothing, otherwise they wait.") == []


@pytest.mark.parametrize(
    ("user", "place"),
    [
        ("The pool now refuses what is too much.", "now refuses"),
        ("Rows were replaced by pages.", "were replaced"),
        ("This commit adds a bound.", "This commit adds"),
    ],
)
def test_a_change_that_is_told_as_done_is_a_hint(user: str, place: str) -> None:
    assert said(user) == [("BS417", "hint", place)]


def test_what_fails_now_is_a_report_and_no_change() -> None:
    assert said("Taking a row now fails, now and then. It is replaced by nothing. Now it waits.") == []


def test_filler_is_a_hint_and_a_warning_where_it_is_all_there_is() -> None:
    assert said("Handle edge cases, and rows that are late.") == [("BS702", "hint", "edge cases")]
    found = said("Follow best practices for edge cases, production-ready.")
    assert [grade for _, grade, _ in found] == ["warning"] * 3


# -- what belongs to a person, and secrets


@pytest.mark.parametrize(
    "number", ["+49 30 901820 12", "(030) 4711 0815", "020 7946 0018", "555-867-5309", "+1 212 555 0199"]
)
def test_telephone_numbers_are_found(number: str) -> None:
    assert said(f"Call {number} first.") == [("BS708", "warning", number)]


@pytest.mark.parametrize(
    "text",
    [
        "10 000 ms",
        "2026-01-02",
        "0.5 s",
        "1,000,000 rows",
        "127.0.0.1",
        "0x1F",
        "10:02:11",
        "500-1000",
        "2^32",
        "1 2 3 4",
    ],
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert not _PHONE.search(f"It is {text} there.")


def test_addresses_are_found_but_for_those_that_are_nobodys() -> None:
    assert said("Write to v.lindqvist@fjord-post.se.") == [("BS708", "warning", "v.lindqvist@fjord-post.se")]
    assert said("Clone git@github.com, ask me@example.org, at @home or a@b.") == []


def test_a_secret_in_either_text_is_an_error_that_can_be_waived() -> None:
    key = "AKIA" + "Q3EGSIXLMBH4TT5C"
    assert said(f"Use {key} for it.") == [("BS707", "error", key)]
    found = check_record(
        Texts(SAMPLE.user, f"{SAMPLE.think} Seen {key}.", BLOCK), waivers={"BS707": "an example"}
    )
    assert [one.waived for one in found if one.code == "BS707"] == ["an example"]


# -- languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La cola no debe perder ningún mensaje cuando el proceso termina", "Spanish"),
        ("La file ne doit jamais perdre un message quand le serveur est en panne", "French"),
        ("Die Warteschlange darf keine Nachricht verlieren, wenn der Dienst endet", "German"),
        ("La coda non deve perdere nessun messaggio quando il processo finisce", "Italian"),
        ("A fila não deve perder nenhuma mensagem quando o processo termina", "Portuguese"),
        ("De wachtrij mag geen bericht verliezen als het proces wordt gestopt", "Dutch"),
        ("Kön får inte tappa något meddelande när processen har slutat", "Swedish"),
        ("Kolejka nie może zgubić żadnej wiadomości, gdy proces się kończy", "Polish"),
        ("Очередь не должна терять сообщения", "another script"),
        ("队列不能丢失任何一条消息", "another script"),
    ],
)
def test_a_clause_in_another_language_is_told_with_its_place(text: str, language: str) -> None:
    whole = f"The queue is durable. {text}. It never loses anything."
    [found] = foreign(whole)
    assert (found.language, whole[found.start : found.end].strip()) == (language, text)


@pytest.mark.parametrize(
    "text",
    [
        "An ad hoc cron job, e.g. per se, is de facto a via media; vice versa in situ.",
        "The naïve façade of São Paulo's café must not die in the war for men on the go.",
        "Send es, de, la, le, el, un, una as query parameters to the API so that it can tell them apart.",
        "A die, an also, was in all of so on, and so will I do no more.",
        "α and β weigh the two parts of λ.",
        "",
    ],
)
def test_english_with_foreign_words_is_english(text: str) -> None:
    assert list(foreign(text)) == []


def test_the_topics_own_language_is_no_other_one() -> None:
    german = "Die Warteschlange darf keine Nachricht verlieren, wenn der Dienst endet."
    assert [code for code, _, _ in said(german)] == ["BS709"]
    assert (
        said(
            german,
            context=Context(request_examples=("Wir müssen die Wartezeit so begrenzen, dass keiner wartet.",)),
        )
        == []
    )


def test_an_address_is_in_no_language() -> None:
    assert said("See https://de.example/der/die/das/und/mit/von, no row may be lost.") == []
