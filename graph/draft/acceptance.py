"""Offers put to the test: the words are looked up, numbers and dates read again, the claim proven.

What an offer says beyond its words is dropped, what contradicts them is refused.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from graph.draft.drafting import Drafter
from graph.draft.intake.offer import Offer
from graph.draft.proposal import KINDS, Proposal
from graph.draft.rules.finding import Finding
from graph.errors import InputError

_READ = ("date", "statistic")
"""Kinds whose fields are read from the words and from nowhere else."""
_COMPARED: Mapping[str, tuple[str, ...]] = {
    "date": ("value", "relation"),
    "statistic": ("value", "value_max", "unit"),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "speech": ("speaker",), "measure": ("actor",), "obligation": ("obliged", "condition"),
    "person": ("role",), "policy_document": ("genre", "action"),
}  # fmt: skip
"""Fields that the words, or those beside them, have to print."""
_BESIDE = 12
"""How many characters around its words a field may stand in: a title beside a name."""


@dataclass(frozen=True)
class Taken:
    """What became of offers: proposals, refusals each at its place, fields dropped, all counted."""

    proposals: tuple[Proposal, ...]
    refused: tuple[InputError, ...]
    dropped_fields: int

    @property
    def refusal_rate(self) -> float:
        """The part of the offers that was refused; 0 of none."""
        total = len(self.proposals) + len(self.refused)
        return len(self.refused) / total if total else 0.0


def _places(offer: Offer, text: str) -> list[int]:
    """Where the quote stands with the words told around it."""
    return [
        match.start()
        for match in re.finditer(f"(?={re.escape(offer.quote)})", text)
        if text[: match.start()].endswith(offer.left)
        and text.startswith(offer.right, match.start() + len(offer.quote))
    ]


def _units(text: str) -> int:
    """How many UTF-16 code units a text has: how browsers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def anchor(offer: Offer, text: str) -> int:
    """The offset of an offer's quote in the source, in code points.

    Never by likeness: the quote stands there letter by letter. Of several places that one counts
    which has the told words around it, or lies at the told offset in code points or as browsers
    count.
    Raises InputError when there is none or more than one.
    """
    if not offer.quote.strip():
        raise InputError("an empty quote", offer.place, "quote the words of the source")
    found = _places(offer, text)
    if len(found) > 1 and offer.at is not None:
        found = [i for i in found if offer.at in (i, _units(text[:i]))] or found
    if len(found) == 1:
        return found[0]
    what = f"stands {len(found)} times in the source" if found else "is not in the source"
    remedy = "give the words before it as left" if found else "quote the source as it is printed"
    raise InputError(f"the quote {offer.quote[:60]!r} {what}", offer.place, remedy)


def _same(told: str, read: str) -> bool:
    try:
        return Decimal(told) == Decimal(read)
    except InvalidOperation:
        return told.strip().replace("/", "--") == read


def _read(offer: Offer, start: int, findings: Iterable[Finding]) -> Finding:
    """What the rules read in the words of an offer; what it says itself must be the same."""
    end = start + len(offer.quote)
    within = [f for f in findings if f.kind == offer.kind and start <= f.start and f.end <= end]
    if len(within) != 1:
        what = f"{len(within)} of them" if within else "none"
        raise InputError(
            f"it is offered as a {offer.kind}, and the words {offer.quote[:60]!r} print {what}",
            offer.place, "quote the words of one",
        )  # fmt: skip
    for key in _COMPARED[offer.kind]:
        told, read = offer.fields.get(key), within[0].fields.get(key, "")
        if told is not None and not _same(told, read):
            raise InputError(
                f"its {key} is {told!r}, its words say {read or 'nothing'!r}",
                offer.place, "correct it, or leave it out: it is read from the words",
            )  # fmt: skip
    return within[0]


def _named(offer: Offer, start: int, drafter: Drafter) -> Finding:
    """A finding of the other kinds: what the rules know of these words, and fields they print."""
    end = start + len(offer.quote)
    known = [
        f for f in drafter.findings
        if f.kind == offer.kind and (f.start, f.end) == (start, end)
    ]  # fmt: skip
    fields = dict(known[0].fields) if known else _plain(offer)
    around = drafter.article.text[max(0, start - _BESIDE) : end + _BESIDE]
    for key in _WORDS.get(offer.kind, ()):
        told = offer.fields.get(key, "")
        if told and told in around:
            fields[key] = told
    needed = {"speech": "speaker", "measure": "actor"}.get(offer.kind)
    if needed and needed not in fields:
        raise InputError(
            f"the words {offer.quote[:60]!r} do not name its {needed}",
            offer.place, f"quote them with the {needed}, and give it in fields",
        )  # fmt: skip
    return Finding(offer.kind, start, end, "", fields)


def _plain(offer: Offer) -> dict[str, str]:
    """The fields that words have by themselves."""
    quote = offer.quote.replace("\n", "")
    if offer.kind == "policy_document":
        return {"title": quote.strip("《》")}
    if offer.kind == "speech":
        direct = re.search("“([^”]+)”", quote)
        said = (
            direct[1]
            if direct
            else quote.rpartition(offer.fields.get("speaker") or "\n")[2] or quote
        )
        return {"said": said, "mode": "direct" if direct else "reported"}
    return {"duty": quote} if offer.kind == "obligation" else {"name": quote}


def _finding(offer: Offer, drafter: Drafter) -> Finding:
    if offer.kind not in KINDS:
        raise InputError(
            f"unknown kind {offer.kind[:40]!r}", offer.place, f"use one of: {', '.join(KINDS)}"
        )
    start = anchor(offer, drafter.article.text)
    if offer.claim:
        return Finding(offer.kind, start, start + len(offer.quote), "", {})
    if offer.kind in _READ:
        return _read(offer, start, drafter.findings)
    return _named(offer, start, drafter)


def _take(offer: Offer, rule: str, drafter: Drafter) -> tuple[Proposal, Finding]:
    finding = replace(_finding(offer, drafter), rule=rule)
    made = drafter.given(finding, offer.claim) if offer.claim else drafter.propose(finding)
    if isinstance(made, Proposal):
        return made, finding
    what = made.what if made else "no claim can be made of its words"
    remedy = made.remedy if made else "quote words of one paragraph; only documents oblige"
    raise InputError(what, offer.place, remedy)


def take(offers: Iterable[Offer | InputError], rule: str, drafter: Drafter) -> Taken:
    """What becomes of the offers of a file, under the name and version of their proposer.

    A place in the draft is taken once: the same words offered again as the same are refused.
    """
    proposals: list[Proposal] = []
    refused: list[InputError] = []
    dropped, seen = 0, set(drafter.taken)
    for offer in offers:
        if isinstance(offer, InputError):
            refused.append(offer)
            continue
        try:
            made, finding = _take(offer, rule, drafter)
        except InputError as error:
            refused.append(error)
            continue
        key = (made.kind, made.start, made.end)
        if key in seen and not offer.claim:
            what = f"{made.quote[:60]!r} is proposed as a {made.kind} already"
            refused.append(InputError(what, offer.place, "leave it out"))
            continue
        seen.add(key)
        proposals.append(made)
        told = finding.fields
        dropped += 0 if offer.claim else sum(k not in told for k in offer.fields)
    return Taken(tuple(proposals), tuple(refused), dropped)
