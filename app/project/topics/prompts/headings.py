"""The headings of the family, in English and, for the usual sections, in German, French and Spanish."""

from __future__ import annotations

import re
from typing import NamedTuple

_MEANT = (
    r"(?:process|read|annotate|cover|use|analy[sz]e|scan|inspect|review|examine|consider|look at|extract from"
    r"|work (?:on|through))"
)
_USER_PROMPT = r"[\"“'`*]*user (?:prompt|request)s?[\"”'`*]*"
_OF_REASONING = r"(?:rules|guidelines|requirements)"
_NAMES: dict[str, tuple[str, ...]] = {
    "role": (
        "(?:your )?role|persona|who you are",
        "(?:deine |ihre )?rolle|(?:votre |ton )?r[ôo]le|(?:tu |su )?rol",
    ),
    "files": (
        rf"(?:the )?(?:source |rust |input |target )*files?(?: to (?:be )?{_MEANT}(?:e?d)?)?|sources?(?: code)?",
        "(?:zu (?:verarbeitende|bearbeitende|lesende) )?(?:quell)?dateien|quellen",
        "fichiers(?: sources?)?(?: (?:à|a) (?:traiter|analyser|lire))?",
        "(?:archivos|ficheros)(?: (?:a|por|para) (?:procesar|analizar|leer))?",
    ),
    "focus": ("focus(?: on| areas?)?|(?:the )?topic|subject", "schwerpunkte?|fokus|thema|sujet|tema|enfoque"),
    "exclude": (
        "exclu(?:de|ded|sions?)|out of (?:scope|focus)|do not include|not included|leave out|off limits|not wanted",
        "nicht enthalten|ausschl(?:uss|üsse)|(?:à )?exclu(?:re|sions)|exclusiones|excluir",
    ),
    "related": (
        "related(?: files?)?|see[ _]also|also see|context files?|supporting files?|(?:read|see) also",
    ),
    "extraction": (
        "(?:code )?extraction(?: (?:strategy|rules|guidelines|criteria))?|what to extract",
        "(?:code-?)?extraktions(?:strategie|regeln)|how to (?:extract|cut the code)|what to take",
        "(?:(?:stratégie|règles) d['’])?extraction(?: (?:du|de) code)?",
        "(?:estrategia|reglas) de extracción(?: (?:de|del) código)?",
    ),
    "task": ("(?:your )?task", "aufgabe|tâche|tarea"),
    "analysis": ("analy[sz]e the code|what to look for",),
    "request": (
        rf"(?:(?:generate|write) )?(?:an? |the )?{_USER_PROMPT}(?: rules)?",
        "rules for (?:the )?(?:user )?(?:requests?|prompts?)|request (?:rules|style)",
        "(?:the )?requests?|user message",
        "anfragen?|(?:la )?demande|(?:la )?solicitud(?: del usuario)?",
    ),
    "request_examples": ("example (?:requests|user prompts)|request examples",),
    "think": (r"(?:(?:generate|write) )?(?:an? |the )?[\"“'`*<]*think(?:ing)?[\"”'`*>]*(?: block)?",),
    "traits": (
        "traits",
        r"(?:mention|cover|treat|address)(?: the following| these| those)?(?: [\w'’-]+){0,3} (?:traits|aspects)",
    ),
    "reasoning_examples": ("example reasoning|reasoning examples|examples of reasoning",),
    "format": (
        "format the output|(?:output|return) format",
        "ausgabeformat|format de sortie|formato de salida",
    ),
    "schema": ("(?:(?:jsonl?|output) )?schema",),
    "system": ("system (?:message|prompt)",),
    "reasoning": (
        rf"rules for (?:the )?(?:reasoning|think(?:ing)?)(?: block)?|(?:reasoning|thinking) {_OF_REASONING}",
        "(?:the )?(?:internal )?reasoning|(?:die )?(?:begründung|überlegung)",
        "(?:le )?raisonnement|(?:el )?razonamiento",
        "regeln für (?:die |das )?(?:begründung(?:en)?|denken|reasoning)",
        "règles (?:pour|de) (?:le )?raisonnement|reglas (?:para|de|del) (?:el )?razonamiento",
    ),
    "code": (
        "rules for (?:the )?code(?: blocks?)?|code (?:rules|guidelines|requirements)",
        "(?:the |der |le |el )?(?:code|código)",
        "regeln für (?:den )?code|code-?regeln",
        "règles (?:pour|de) (?:le )?code|reglas (?:para|de|del) (?:el )?código",
    ),
    "crates": (
        "(?:(?:mention|name|use) )?(?:the |these )?(?:(?:specific|following|required|relevant) )*crates?"
        "(?: to (?:name|mention)| (?:that|which) must be (?:named|mentioned))?",
    ),
    "repository": ("repository|repo|code ?base", "dépôt|repositorio|repositorium"),
    "branch": ("branch",),
    "commit": ("(?:base[ _])?commit",),
    "target": (
        "targets?|target (?:count|number)|number of (?:examples|records)|how many(?: examples| records)?",
        "quantity|count",
        "zielanzahl|zielmenge|anzahl|menge|quantité|cantidad|nombre d['’]exemples|número de ejemplos",
    ),
    "output": (
        "output(?: file(?: ?name)?)?|(?:write|save|append) to",
        "ausgabe(?:datei)?|fichier de sortie|archivo de salida",
    ),
    "title": ("title",),
    "workflow": (
        "workflow|steps|procedure|autonomous operation(?: instructions)?",
        "(?:arbeits)?ablauf|schritte|étapes|pasos|flujo de trabajo",
    ),
    "critical": (
        "critical(?: reminder)?|important|reminder|warning",
        "wichtig|rappel|importante|recordatorio",
    ),
    "examples": ("examples?",),
}
"""Section to its names: English first, then German, French and Spanish where a section has them."""
_KNOWN = [
    (
        key,
        re.compile(
            rf"(?P<label>(?:{'|'.join(names)}))(?:\s*\((?P<aside>[^)]*)\))?\s*(?::\s*(?P<rest>.*)|$)",
            re.IGNORECASE,
        ),
    )
    for key, names in _NAMES.items()
]
_HARMLESS_ASIDE = re.compile(r"<?/?(?:think|user|code|assistant|jsonl?)>?(?: block)?", re.IGNORECASE)
_LABEL = re.compile(r"(?P<label>[^\W\d_][\w'’/&<>()\" -]{0,60}?)\s*:(?:\s+(?P<rest>.*)|$)")
_MARKDOWN = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*#*")
_DRAWN = re.compile(
    r"(?:[=~_*<>|-]{2,}|[【\[<])\s*(?P<title>[^\W\d_][^\[\]<>=|]*?)\s*(?:[=~_*<>|-]{2,}|[】\]>])\s*:?"
)
_BOLD = re.compile(r"(\*\*|__)(?P<title>.+?)\1\s*(?P<rest>:.*)?")
_NUMBERED = re.compile(
    r"(?:(?:\d{1,2}|[A-Za-z]|[IVXivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+[.)]?)\s+|\d{1,2}\s+(?=[A-ZÀ-Þ])"
)


class Title(NamedTuple):
    """A line that is, or may be, a heading."""

    plain: str
    """Without what draws it: `##`, `**`, `===`, a number."""
    strong: bool
    """Whether it is drawn as a heading, so that it is one whatever it says."""
    number: str
    """The number or letter before it; empty if it has none."""


class Heading(NamedTuple):
    """A heading as it was understood."""

    key: str
    """Which part of a prompt it begins; empty for one outside the family."""
    label: str
    """As written, without its colon."""
    aside: str
    """What stands in parentheses after it and means something; else empty."""
    rest: str
    """What stands after its colon."""


def title_of(line: str) -> Title:
    """The line without what draws a heading."""
    text, strong = line.strip(), False
    if found := _MARKDOWN.fullmatch(text):
        text, strong = found["title"], True
    if found := _BOLD.fullmatch(text):
        text, strong = found["title"] + (found["rest"] or ""), True
    elif found := _DRAWN.fullmatch(text):
        text, strong = found["title"].replace("_", " "), True
    numbered = _NUMBERED.match(text)
    number = numbered[0].strip() if numbered else ""
    return Title(text[numbered.end() if numbered else 0 :].strip().strip("*_").strip(), strong, number)


def known_heading(title: Title, alone: bool) -> Heading | None:
    """The heading of the family that a title is. `alone`: it stands by itself, so that it needs no colon."""
    for key, pattern in _KNOWN:
        found = pattern.match(title.plain)
        if found and (found["rest"] is not None or title.strong or alone):
            aside = found["aside"] or ""
            if _HARMLESS_ASIDE.fullmatch(aside):
                return Heading(key, title.plain[: found.end("aside") + 1], "", found["rest"] or "")
            return Heading(key, found["label"].strip(), aside, found["rest"] or "")
    return None


def other_heading(title: Title, begins: bool, among_labels: bool = False) -> Heading | None:
    """A heading outside the family: drawn as one, or a label.

    `begins`: nothing before it goes on with it. `among_labels`: the line before is one, so that small letters will do.
    """
    label = _LABEL.fullmatch(title.plain)
    if title.strong:
        named = label and len(label["label"].split()) <= 6
        return Heading("", label["label"], "", label["rest"] or "") if label and named else _bare(title.plain)
    if not begins:
        return None
    if label and _is_label(label["label"], bool(label["rest"]), among_labels):
        return Heading("", label["label"], "", label["rest"] or "")
    shouted = re.fullmatch(r"(?=.*[A-Z]{2})[A-Z][A-Z0-9 /&'-]{2,60}", title.plain)
    return _bare(title.plain) if shouted else None


def _is_label(label: str, has_rest: bool, among_labels: bool) -> bool:
    words = label.split()
    if not has_rest:
        return len(words) <= 8
    return len(words) <= 4 and (among_labels or not label[0].islower()) and '"' not in label


def _bare(title: str) -> Heading:
    return Heading("", title.rstrip(": "), "", "")


def looks_like_title(line: str) -> bool:
    """Whether a line by itself, with nothing around it, is more likely a heading than a sentence."""
    words = line.split()
    return 0 < len(words) <= 5 and bool(re.fullmatch(r"[A-ZÀ-Þ][\w'’/&-]*(?: [\w'’/&-]+)*", line.strip()))
