"""What every wording needs: the quote for some words, the voice of the article, names, a claim."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.draft.naming import Names
from graph.draft.quoting import Quote, Quotes
from graph.draft.rules.finding import Finding, Source
from graph.mapping.article import Article
from graph.mapping.short.claims import defaults
from graph.rdf.vocabulary import Vocabulary

Entry = dict[str, Any]
"""A claim as `claims.yaml` writes it."""
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class Writer:
    """Writes the claims of one article's findings."""

    article: Article
    source: Source
    findings: tuple[Finding, ...]
    names: Names
    vocabulary: Vocabulary

    @cached_property
    def quotes(self) -> Quotes:
        """The quotes of the article."""
        return Quotes(self.article)

    @cached_property
    def document(self) -> Finding | None:
        """The document that the article itself is."""
        own = (f for f in self.findings if f.fields.get("self") == "yes")
        return next(own, None)

    @cached_property
    def own(self) -> str:
        """The name of that document: as article.yaml tells it, else after its title."""
        title = self.document.fields["title"] if self.document else self.article.title
        return str(self.article.document or self.names.of("doc", title))

    @cached_property
    def speaker(self) -> tuple[str, str]:
        """In whose voice the article speaks, and who that is."""
        if self.document and self.issuer:
            return "c:voice-document", self.issuer
        given = defaults(None, self.article)
        voice = given.get("voice", "c:voice-reporter")
        return str(voice), str(given.get("saidBy", self.article.publisher))

    @cached_property
    def issuer(self) -> str | None:
        """The body at the head of the title of the article's own document."""
        if self.document is None:
            return None
        title = self.document.fields["title"]
        signed = [f.fields["name"] for f in self.findings if f.kind == "organization"]
        found = max((n for n in signed if title.startswith(n)), key=len, default=None)
        return self.names.of("agt", found) if found else None

    def words(self, finding: Finding) -> str:
        """What a finding quotes, over the end of a line as one text."""
        return self.source.text[finding.start : finding.end].replace("\n", "")

    def near(self, finding: Finding, *kinds: str, before: bool = True) -> Iterator[Finding]:
        """The findings of these kinds in the same sentence, the nearest first."""
        start, end = self.source.sentence(finding.start)
        among = [
            f for f in self.findings
            if f.kind in kinds and start <= f.start and f.end <= end
            and (f.end <= finding.start or not before) and not f.overlaps(finding)
        ]  # fmt: skip
        return iter(sorted(among, key=lambda f: abs(finding.start - f.start)))

    def title(self, finding: Finding) -> Quote | None:
        """The title over several lines that the article joins into one paragraph."""
        words = self.words(finding)
        found = [s for s in self.article.sections for p in s.paragraphs if p.text == words]
        return Quote(words, str(found[0].slug)) if len(found) == 1 else None

    def entry(self, label: str, quote: Quote, facts: list[Entry], **more: Any) -> Entry:
        """A claim in the article's own voice, or with the voice and speaker given."""
        voice, speaker = self.speaker
        stated = [q.passage for q in (quote, *more.pop("also", ()))]
        entry: Entry = {
            "records": [],
            "rdfs:label": {"zh": label[:_LONGEST_LABEL]},
            "statedIn": stated[0] if len(stated) == 1 else stated,
            "voice": more.pop("voice", voice),
            "saidBy": more.pop("said_by", speaker),
            "confidence": more.pop("confidence", "c:confidence-medium"),
        }
        entry |= {key: value for key, value in more.items() if value}
        return entry | {"facts": facts}

    def inferred(self, label: str, quote: Quote, facts: list[Entry], **more: Any) -> Entry:
        """The same in the mapper's voice: for what the words do not print."""
        told = {
            "voice": "c:voice-mapper", "said_by": "agt:policyprov",
            "confidence": "c:confidence-medium-inferred",
        }  # fmt: skip
        return self.entry(label, quote, facts, **told, **more)

    def unit(self, sign: str) -> str | None:
        """The code of a printed unit, with or without the 个 before it."""
        units = {
            s: code
            for code, signs in sorted(self.vocabulary.signs.items())
            for s in signs
            if code.startswith("c:unit-")
        }
        return units.get(sign) or units.get(sign.removeprefix("个"))

    def agent(self, name: str) -> Entry:
        """Whoever acts or speaks, as what the other findings say it is."""
        of = {"organization": "org:Organization", "person": "foaf:Person"}
        kinds = {f.kind for f in self.findings if f.kind in of and self.words(f) == name}
        kind = of[min(kinds)] if kinds else "ActorGroup"
        return {"id": self.names.of("agt", name), "type": kind, "rdfs:label": {"zh": name}}
