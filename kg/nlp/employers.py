"""A body without its state, 外交部发言人毛宁: the one of this name in which the person behind the title has a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.authority import Record
from kg.model import Mention
from kg.nlp.draft import Draft
from kg.nlp.folding import fold
from kg.nlp.titles import Title


class EmployerFinder:
    """Runs when persons and bodies are in; what the words beside a body say of whose it is stands."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records
        self._of_country: dict[str, list[Record]] = {}
        for body in records.values():
            country = body.attributes.get("country")
            if body.entity.type == "Organization" and isinstance(country, str):
                self._of_country.setdefault(country, []).append(body)

    def find(self, draft: Draft, titles: Iterable[Title]) -> None:
        """Give bodies the entity that the authority file's post of their holder names."""
        for title in titles:
            body = draft.ending_at(title.begin) or self._begun(draft, title)
            if body is None or body.type != "Organization":
                continue
            for holder in draft.at(title.end, title.end + 1):
                own = self._own(draft, body, holder) if holder.start == title.end else None
                if own is not None and own != body.entity:
                    self._change(draft, body, own)

    @staticmethod
    def _begun(draft: Draft, title: Title) -> Mention | None:
        """The body that a title begins with: 外交部 of 外交部部长."""
        here = (m for m in draft.at(title.start, title.start + 1) if m.start == title.start and m.end < title.end)
        return next((m for m in here if m.type == "Organization"), None)

    def _own(self, draft: Draft, body: Mention, holder: Mention) -> str | None:
        """The only body of this name in which the person holds or held a post; None when there is none or several."""
        record = self._records.get(holder.entity)
        if holder.type != "Person" or record is None:
            return None
        name = draft.view.folded[body.start : body.end]
        posts = {str(post.get("of")) for post in record.attributes.get("positions", ())}
        found = [key for key in sorted(posts) if key in self._records and self._ends_so(self._records[key], name)]
        if not found and body.entity not in self._records:  # the list has the post as one of the state
            country = str(record.attributes.get("country"))
            bodies = self._of_country.get(country, ()) if country in posts else ()
            found = [one.entity.id for one in bodies if self._ends_so(one, name)]
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _ends_so(record: Record, name: str) -> bool:
        """True for a body whose full name is this one behind the name of its state."""
        return record.entity.type == "Organization" and any(fold(n.text).endswith(name) for n in record.names)

    def _change(self, draft: Draft, body: Mention, own: str) -> None:
        """A new body was this one all along; of a known one that was only guessed, this mention."""
        old, new = draft.entities[body.entity], self._records[own].entity
        if old.known:
            draft.remove(body)
            draft.add(body.start, body.end, new, body.kind, body.component)
        else:
            draft.rename(old, new)
