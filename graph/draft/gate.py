"""What a proposal has to pass: the very reader and proofs of the build, on its claim alone."""

import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graph.draft.naming import Names
from graph.draft.proposal import Proposal
from graph.errors import InputError, Place
from graph.mapping import mapped, yaml_positions
from graph.mapping.article import Article
from graph.mapping.facts import Facts
from graph.mapping.short.writer import Shortener
from graph.rdf.vocabulary import vocabulary


@dataclass
class Gate:
    """Reads and proves one claim at a time, over the registry and what a draft would add to it."""

    article: Article
    names: Names

    def __enter__(self) -> Self:
        self._room = tempfile.TemporaryDirectory(prefix="policyprov-draft-")
        self._folder = Path(self._room.name) / self.article.slug
        self._folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Clear its room away."""
        self._room.cleanup()

    def short(self, claim: str) -> str:
        """A claim in as few lines as say the same; what nobody registered keeps its label.

        Raises InputError for a claim that cannot be read.
        """
        entry = yaml_positions.load(self._write(claim))["claims"][0]
        shortener = Shortener(self.article, self.names.registry, vocabulary().signs)
        return textwrap.dedent("".join(f"{line}\n" for line in shortener.claim(entry)))

    def _write(self, claim: str) -> Path:
        path = self._folder / "claims.yaml"
        path.write_text("claims:\n" + textwrap.indent(claim, "  "), "utf-8")
        return path

    def refusal(self, proposal: Proposal) -> InputError | None:
        """What the build would say against this proposal; None when it would take it.

        Its quote must be what stands at its offsets, its claim one claim of this article whose
        numbers, dates and links are proven by the words it quotes.
        """
        if self.article.text[proposal.start : proposal.end] != proposal.quote:
            return InputError(
                f"the quote {proposal.quote!r} is not at {proposal.start} of article.txt",
                Place(f"{self.article.slug}/draft.jsonl"), "quote the source as it is printed",
            )  # fmt: skip
        self._write(proposal.claim)
        facts = Facts(vocabulary(), self.names.all, self.article.names)
        try:
            found = mapped.load(self._folder, self.article, facts)
        except InputError as error:
            return error
        if len(found.claims) == 1:
            return None
        return InputError(
            f"{len(found.claims)} claims in one proposal",
            Place(f"{self.article.slug}/draft.jsonl"), "propose one claim at a time",
        )  # fmt: skip
