"""How well spellings of one name are told from other names, over the persons of the authority file.

Names of Chinese characters that are transliterations are compared with one another, and with the Latin names: how many
pairs of one person are found, and how many pairs of two persons, at each bar. Run: python tests/bench/spellings.py
"""

from __future__ import annotations

import itertools

from kg import authority, lang
from kg.nlp.transliteration import SAME, transliterations

_BARS = (0.95, 0.9, 0.85, 0.8, SAME, 0.7, 0.65, 0.6)


def main() -> None:
    """Print the table."""
    in_characters = set(lang.table("zh", "names")["person"]["names_in_characters"])
    people: list[tuple[set[str], set[str]]] = []
    for record in authority.load().values():
        if record.entity.type == "Person" and record.attributes.get("country") not in in_characters:
            texts = [name.text for name in record.names]
            characters = {t for t in texts if not t.isascii() and len(t) >= 3 and "·" not in t}
            people.append((characters, {t.split()[-1] for t in texts if t.isascii() and " " in t}))
    alike = transliterations().alike
    own = [alike(a, b) for names, _ in people for a, b in itertools.combinations(sorted(names), 2)]
    others = [alike(a, b) for (one, _), (two, _) in itertools.combinations(people, 2) for a in one for b in two]
    own_latin = [max((alike(a, b) for b in latin), default=0) for names, latin in people if latin for a in names]
    others_latin = [
        alike(a, b) for (one, _), (_, latin) in itertools.permutations(people, 2) for a in one for b in latin
    ]
    print(f"{len(people)} persons, {len(own)} pairs of spellings of one person, {len(others)} of two")
    print("| bar | one person | two persons | one person, Latin | two persons, Latin |\n|---|---|---|---|---|")
    for bar in _BARS:
        shares = [sum(x >= bar for x in some) / len(some) for some in (own, others, own_latin, others_latin)]
        print(f"| {bar} | " + " | ".join(f"{share:.2%}" for share in shares) + " |")


if __name__ == "__main__":
    main()
