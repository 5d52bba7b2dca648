"""Which names that no list has are taken for one person, over articles: by the full name, or by post and sound."""

from __future__ import annotations

import itertools
from pathlib import Path
from urllib.parse import unquote

import pytest

import kg
from kg import authority, iri, lang
from kg.builder import build, remove_articles
from kg.graph.store import OxigraphStore, open_store
from kg.linking.persons import Link, NewPerson, Post, same_persons
from kg.model import Article, Entity, Mention, Position, PostKind, Records
from kg.nlp.folding import fold
from kg.nlp.transliteration import SAME, transliterations

KZ, CN = iri.entity("state-kz"), iri.entity("state-cn")
IN_CHARACTERS = frozenset({CN})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("拉夫羅夫", "拉夫洛夫"), ("Lavrov", "拉夫罗夫"), ("普京", "普丁"), ("普京", "蒲亭"), ("沙利文", "蘇利文"),
        ("泽连斯基", "澤倫斯基"), ("里亞布科夫", "Ryabkov"), ("Riabkov", "Ryabkov"), ("格罗西", "葛羅西"),
        ("Araghchi", "阿拉格齐"), ("舍尔茨", "朔爾茨"), ("谢尔盖·里亚布科夫", "里亞布科夫"),
        ("José Álvares", "Jose Alvarez"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert transliterations().same(one, other)
    assert transliterations().same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("拉夫罗夫", "拉夫连科"), ("拉夫罗夫", "绍伊古"), ("沙利文", "沙赫特"), ("梅德韦杰夫", "梅德温斯基"),
        ("布林肯", "布什"),
        ("Lavrov", "Lukashenko"), ("扎哈罗娃", "扎哈尔琴科"), ("马克龙", "Merkel"), ("", "拉夫罗夫"), ("☢", "☢"),
    ],
)  # fmt: skip
def test_other_names_do_not_sound_alike(one: str, other: str) -> None:
    assert not transliterations().same(one, other)


def test_spellings_of_the_authority_file_are_told_from_other_names() -> None:
    """Names that are transliterated, of at least three characters: spellings of one person against names of others."""
    table = lang.table("zh", "names")["person"]
    names = [
        sorted({n.text for n in record.names if n.lang.startswith("zh") and len(n.text) >= 3 and "·" not in n.text})
        for record in authority.load().values()
        if record.entity.type == "Person" and record.attributes.get("country") not in table["names_in_characters"]
    ]
    alike = transliterations().alike
    same = [alike(a, b) >= SAME for some in names for a, b in itertools.combinations(some, 2)]
    firsts = [some[0] for some in names if some]
    other = [alike(a, b) >= SAME for a, b in itertools.combinations(firsts, 2)]
    assert len(same) > 400
    assert sum(same) / len(same) > 0.7
    assert sum(other) / len(other) < 0.002


def person(name: str, *names: str, kind: PostKind = "foreign_minister", of: str = KZ, year: int = 2025) -> NewPerson:
    """A person of an article of his own."""
    iri_ = iri.entity(f"new:Person:{name}")
    return NewPerson(iri_, {name, *names}, {Post(of, kind, "外长", year)}, {f"article {name}"})


def linked(*people: NewPerson) -> list[tuple[str, str, str]]:
    found = same_persons(people, transliterations(), IN_CHARACTERS)
    assert found == same_persons(reversed(people), transliterations(), IN_CHARACTERS)
    return [(_name(link.iri), _name(link.target), link.reason) for link in found]


def _name(iri_: str) -> str:
    return unquote(iri_.rsplit("/", 1)[1])


def test_two_spellings_of_one_post_are_one_person() -> None:
    assert linked(person("努尔特列乌"), person("努尔特莱乌")) == [("努尔特莱乌", "努尔特列乌", "post")]


def test_latin_and_characters_of_one_post_are_one_person() -> None:
    found = linked(person("Murat Nurtleu"), person("努尔特列乌"))
    assert found == [("努尔特列乌", "Murat Nurtleu", "post")]


def test_one_full_name_is_one_person_whatever_the_post() -> None:
    with_latin = person("Murat Nurtleu", "穆拉特·努尔特列乌")
    without = NewPerson(iri.entity("new:Person:穆拉特·努尔特列乌"), {"穆拉特·努爾特列烏"}, set(), {"b"})
    assert linked(with_latin, without) == [("穆拉特·努尔特列乌", "Murat Nurtleu", "name")]


def test_other_posts_years_owners_or_names_link_nobody() -> None:
    one = person("努尔特列乌")
    assert not linked(one, person("努尔特莱乌", kind="defence_minister"))
    assert not linked(one, person("努尔特莱乌", year=1995))
    assert not linked(one, person("努尔特莱乌", of=iri.entity("state-uz")))
    assert not linked(one, person("特列别尔迪"))


def test_names_written_in_characters_have_one_spelling() -> None:
    assert not linked(person("王义东", of=CN), person("王义栋", of=CN))


def test_two_persons_of_one_article_stay_two() -> None:
    one, other = person("努尔特列乌"), person("努尔特莱乌")
    other.articles = set(one.articles)
    assert not linked(one, other)


def test_two_latin_names_keep_a_shared_name_open() -> None:
    shared = NewPerson(iri.entity("new:Person:约翰·史密斯"), {"约翰·史密斯"}, set(), {"c"})
    smith = NewPerson(iri.entity("new:Person:John Smith"), {"John Smith", "约翰·史密斯"}, set(), {"a"})
    karlsson = NewPerson(iri.entity("new:Person:Per Karlsson"), {"Per Karlsson", "约翰·史密斯"}, set(), {"b"})
    assert not linked(shared, smith, karlsson)


def test_a_common_surname_is_no_full_name() -> None:
    adam, will = person("Adam Smith", "史密斯"), person("Will Smith", "史密斯", of=iri.entity("state-uz"))
    plain = NewPerson(iri.entity("new:Person:史密斯"), {"史密斯"}, set(), {"c"})
    assert not linked(adam, will, plain)
    in_office = person("史密斯")
    assert linked(adam, will, in_office) == [("史密斯", "Adam Smith", "name")]


def test_latin_names_with_one_surname_are_two_persons() -> None:
    shared = NewPerson(iri.entity("new:Person:约翰·史密斯"), {"约翰·史密斯"}, set(), {"c"})
    adam, will = person("Adam Smith", "约翰·史密斯"), person("William Smith", "约翰·史密斯")
    assert not linked(shared, adam, will)
    assert linked(person("Sergei Ryabkov"), person("Sergey Riabkov")) == [("Sergey Riabkov", "Sergei Ryabkov", "post")]


NAMES = {"a": "努尔特列乌", "b": "努爾特萊烏", "c": "努尔特列", "d": "阿卜杜勒", "e": "努尔特列乌"}


def said(article: Article) -> Records:
    """An article that names a minister, made without reading it."""
    key = f"new:Person:{fold(article.text)}"
    entities = (Entity(key, "Person", {"zh-hans": article.text}, known=False), Entity("state-kz", "State"))
    post = Position(0, 2, key, "外长", "state-kz", kind="foreign_minister")
    return Records(article, entities, (Mention(0, len(article.text), "Person", key),), positions=(post,))


def stored(folder: Path, *orders: str) -> set[str]:
    """All quads after builds of these articles, one build an item."""
    for number, ids in enumerate(orders):
        source = folder / f"{number}.jsonl"
        source.write_text(
            "\n".join(f'{{"id": "{one}", "text": "{NAMES[one]}", "date": "2025-01-0{number + 1}"}}' for one in ids),
            encoding="utf-8",
        )
    for number in range(len(orders)):
        build([folder / f"{number}.jsonl"], folder / "store", extract=said)
    with kg.open(folder / "store") as graph:
        return {str(quad) for quad in graph.store.quads()}


def in_same_dates(folder: Path, *orders: str) -> set[str]:
    folder.mkdir()
    with_dates = stored(folder, *orders)
    return {line for line in with_dates if "/issued>" not in line and "digest" not in line}


def test_order_and_number_of_builds_play_no_part(tmp_path: Path) -> None:
    at_once = in_same_dates(tmp_path / "1", "abcde")
    assert at_once == in_same_dates(tmp_path / "2", "e", "d", "c", "b", "a")
    assert at_once == in_same_dates(tmp_path / "3", "cb", "aed")
    assert any("writtenAs" in quad for quad in at_once)


def test_query_finds_all_articles_of_a_linked_person(tmp_path: Path) -> None:
    stored(tmp_path, "abcd")
    with kg.open(tmp_path / "store") as graph:
        rows = graph.query("same_person")
        assert [(row["name"], row["taken_for"], row["because"], row["source"]) for row in rows] == [
            ("努尔特列乌", "努尔特列", "post", "a"),
            ("努爾特萊烏", "努尔特列", "post", "b"),
        ]
        people = graph.query("SELECT DISTINCT ?p WHERE { GRAPH ?g { ?post kg:postKind ?kind ; org:member ?p } }")
        held = {row["p"] for row in people if "/Person/" in row["p"]}
    assert len(held) == 2


def test_removing_the_article_that_linked_two_names_parts_them(tmp_path: Path) -> None:
    stored(tmp_path, "ab")
    with open_store(tmp_path / "store") as store:
        remove_articles(store, ["a"])
        left = {str(quad) for quad in store.quads(iri.article("b"))}
        assert not any("writtenAs" in quad for quad in left)
        assert any(iri.entity("new:Person:努尔特莱乌") in quad for quad in left)


def test_a_build_killed_before_linking_is_mended_by_the_next(tmp_path: Path) -> None:
    whole = stored(tmp_path, "ab")
    with open_store(tmp_path / "store") as store:
        assert isinstance(store, OxigraphStore)
        store.remove(iri.LINKS_GRAPH)  # what a build does first
        store.flush()
    report = build([tmp_path / "0.jsonl"], tmp_path / "store", extract=said)
    assert report.unchanged == 2
    assert report.linked == 1
    with kg.open(tmp_path / "store") as graph:
        assert {str(quad) for quad in graph.store.quads()} == whole


def test_links_are_the_same_for_the_same_persons() -> None:
    assert same_persons([], transliterations()) == []
    assert isinstance(same_persons([person("努尔特列乌"), person("努尔特莱乌")], transliterations())[0], Link)
