"""A claim written short: words at its top, voice, speaker and confidence from its section.

`en` and `zh` stand for the label, `quote`, `inSection` and `line` for the one passage. Voice,
speaker and confidence are those of `defaults:` of the section the quote stands in, else of the
article; a speaker is taken over only with the voice. The mapper speaks for itself, with the same
confidence, inferred. A code may leave out its list: `voice: graphic`. `inferred: medium` is the
mapper's voice with that confidence, inferred; `direct: agt:x` and `reported: agt:x` are that voice
of this speaker.
"""

from typing import Any

from graph.errors import InputError
from graph.mapping.article import Article
from graph.mapping.sections import Section
from graph.mapping.short.facts import copied, put
from graph.mapping.yaml_positions import Mapping, Text

MAPPER, OURS = "c:voice-mapper", "agt:policyprov"
"""The voice of what nobody says and the mapper infers, and whose it is."""
LABEL = ("en", "zh")
PASSAGE = ("quote", "inSection", "line")
DEFAULTS = ("voice", "saidBy", "confidence")
SPEECH = ("direct", "reported")
INFERRED = "inferred"
SHORT = (*LABEL, *PASSAGE, *SPEECH, INFERRED)
"""Every key that stands for others."""


def _gathered(full: Mapping, keys: tuple[str, ...], into: str) -> None:
    """Move short keys of a claim into the mapping they stand for."""
    there = [key for key in keys if key in full]
    if not there:
        return
    if into in full:
        raise InputError(
            f"{there[0]} and {into} in one claim", full.places[there[0]], "write one of them"
        )
    found = Mapping()
    found.place, found.places = full.places[there[0]], {}
    for key in there:
        found[key], found.places[key] = full.pop(key), full.places[key]
    full[into], full.places[into] = found, found.place


def code(written: Any, scheme: str) -> Any:
    """A code with its list: `direct` of `c:voice` is `c:voice-direct`."""
    if not isinstance(written, Text) or ":" in written:
        return written
    full = Text(f"{scheme}-{written}")
    full.place = written.place
    return full


def _voiced(full: Mapping) -> None:
    """Write out who says a claim, where one key tells it."""
    there = [key for key in (*SPEECH, INFERRED, "voice") if key in full]
    if len(there) > 1:
        raise InputError(
            f"{there[0]} and {there[1]} in one claim", full.places[there[0]], "write one of them"
        )
    if not there or there[0] == "voice":
        return
    key, place = there[0], full.places[there[0]]
    value = full.pop(key)
    if key == INFERRED:
        if not isinstance(value, Text):
            raise InputError("inferred is no confidence", place, "write high, medium or low")
        put(full, "voice", MAPPER, key)
        put(full, "confidence", f"c:confidence-{value}-inferred", key)
    else:
        put(full, "voice", f"c:voice-{key}", key)
        full["saidBy"], full.places["saidBy"] = value, place


def _section(full: Mapping, article: Article) -> Section | None:
    """The section a claim stands in, where that can be told."""
    stated = full.get("statedIn")
    first = stated[0] if isinstance(stated, list) and stated else stated
    if not isinstance(first, Mapping):
        return None
    named = first.get("inSection")
    if isinstance(named, Text):
        return article.section.get(named)
    quote, line = first.get("quote"), first.get("line")
    words = quote[0] if isinstance(quote, list) and quote else quote
    hint = line[0] if isinstance(line, list) and line else line
    if not isinstance(words, Text):
        return None
    try:
        at = int(hint) if isinstance(hint, Text) and hint.isdecimal() else None
        return article.section[article.resolve(words, None, at)[0]]
    except InputError:  # told where the passage is read
        return None


def defaults(section: Section | None, article: Article) -> dict[str, str]:
    """Voice, speaker and confidence of what a section says, as far as article.yaml gives them."""
    found: dict[str, str] = {}
    for given in (article.defaults, section.defaults if section else {}):
        found |= {key: code(value, f"c:{key}") for key, value in given.items()}
    return found


def written_out(written: Mapping, article: Article) -> Mapping:
    """A claim with what its short form leaves out.

    Raises InputError for a claim that says one thing in both forms.
    """
    full = copied(written)
    _gathered(full, LABEL, "rdfs:label")
    _gathered(full, PASSAGE, "statedIn")
    _voiced(full)
    for key in ("voice", "confidence"):
        if key in full:
            full[key] = code(full[key], f"c:{key}")
    given = defaults(_section(full, article), article)
    voice = full.get("voice", given.get("voice"))
    if voice == MAPPER:
        given["saidBy"] = OURS
        if "confidence" in given:
            given["confidence"] = f"{given['confidence'].removesuffix('-inferred')}-inferred"
    elif voice != given.get("voice"):
        given.pop("saidBy", None)
    for key in DEFAULTS:
        if key not in full and key in given:
            put(full, key, given[key], key)
    return full
