"""Readers: text as it came in, metadata beside it, every problem a value."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg import corpus
from kg.corpus import header
from kg.corpus.article import ReadProblem
from kg.corpus.language import detect, refine
from kg.model import Article

GOLD = Path(__file__).parent / "gold"
SIMPLIFIED = "国际原子能机构总干事格罗西在维也纳表示,伊朗仍未对核查人员开放设施,各方应当恢复对话,避免局势进一步升级。"
TRADITIONAL = "國際原子能總署署長葛羅西在維也納表示,伊朗仍未對查核人員開放設施,各方應當恢復對話,避免局勢進一步升級。"


def articles(*sources: Path) -> list[Article]:
    items = list(corpus.read(sources))
    assert all(isinstance(item, Article) for item in items), items
    return [item for item in items if isinstance(item, Article)]


def test_corpus_is_the_text_of_the_gold() -> None:
    gold = {g["id"]: g for path in GOLD.glob("*.json") if (g := json.loads(path.read_text(encoding="utf-8")))}
    found = articles(corpus.folder())
    assert len(found) == 25
    for article in found:
        want = gold.get(article.id) or gold["seed"]
        assert article.text == want["text"]
        assert (article.date, article.title, article.lang) == (want["published"], want["title"], want["lang"])


def test_corpus_articles_written_for_the_project_say_so() -> None:
    for article in articles(corpus.folder()):
        if article.id.startswith("dev-"):
            assert article.notice
            assert "Not a source to cite" in article.notice


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("article / 全球政治\n\n標題一行\n\n08/02/2026\n\n內文。", "標題一行", "2026-02-08"),
        ("标题\n2026-02-05\n正文。", "标题", "2026-02-05"),
        ("标题\n2026年2月5日 10:30\n正文。", "标题", "2026-02-05"),
        ("發布時間:2026年2月5日\n正文。", "", "2026-02-05"),
        ("A headline\nFebruary 5, 2026\nText.", "A headline", "2026-02-05"),
        ("A headline\n5 Feb 2026\nText.", "A headline", "2026-02-05"),
        ("A headline\n02/13/2026\nText.", "A headline", "2026-02-13"),
        ("第一句已經是正文。\n2026-02-05\n第二句。", "", None),
        ("標題\n99/99/2026\n內文。", "標題", None),
        ("只有正文,沒有日期", "", None),
    ],
)
def test_header_reads_title_and_date(text: str, title: str, date: str | None) -> None:
    head = header.read(text)
    assert head.date == date
    if date:
        assert head.title == title


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (SIMPLIFIED, "zh-Hans"),
        (TRADITIONAL, "zh-Hant"),
        ("The treaty expired on 5 February and it is said that both sides were ready for talks.", "en"),
        ("核兵器の廃絶を求める声明が発表された。", "ja"),
        ("북한은 탄도미사일을 발사했다고 밝혔다.", "ko"),
        ("Договор истёк пятого февраля.", "ru"),
        ("12345 !!!", "und"),
    ],
)
def test_language_is_detected(text: str, tag: str) -> None:
    assert detect(text) == tag


def test_language_zh_gets_its_script() -> None:
    assert refine("zh", TRADITIONAL) == "zh-Hant"
    assert refine("zh-CN", SIMPLIFIED) == "zh-Hans"
    assert refine("en", SIMPLIFIED) == "en"


def test_markdown_front_matter_and_text_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text('---\nid: "x-1"\ntitle: 題\ndate: 2026-02\n# a comment\n---\n\n  正文 **粗體**\n', encoding="utf-8")
    (article,) = articles(path)
    assert (article.id, article.title, article.date) == ("x-1", "題", "2026-02")
    assert article.text == "\n  正文 **粗體**\n"


def test_markdown_without_front_matter_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(SIMPLIFIED, encoding="utf-8")
    assert articles(path)[0].text == SIMPLIFIED


def test_jsonl_and_gzip_give_the_same(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"text": SIMPLIFIED, "date": "2026-02-05T08:00:00Z"}) + "\n" for _ in range(3))
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    plain, packed = articles(tmp_path / "a.jsonl"), articles(tmp_path / "b.jsonl.gz")
    assert [a.id for a in plain] == ["a-1", "a-2", "a-3"]
    assert [(a.text, a.date, a.lang) for a in plain] == [(a.text, a.date, a.lang) for a in packed]
    assert plain[0].date == "2026-02-05"


def test_folder_is_read_in_order_and_globs_work(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "README.md", ".hidden.txt", "picture.png"):
        (tmp_path / name).write_text(SIMPLIFIED, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.txt").write_text(SIMPLIFIED, encoding="utf-8")
    assert [a.id for a in articles(tmp_path)] == ["a", "b", "c"]
    assert [a.id for a in corpus.read([f"{tmp_path}/[ab].txt"]) if isinstance(a, Article)] == ["a", "b"]


def test_missing_source_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(corpus.SourceMissingError, match="no such file"):
        corpus.read([tmp_path / "nothing.txt"])


def test_file_without_a_reader_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK")
    (problem,) = corpus.read([path])
    assert isinstance(problem, ReadProblem)
    assert "no reader" in str(problem)


def test_zstandard_gives_the_same_and_a_cut_file_is_named(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="needs zstandard: pip install 'kg[zst]'")
    lines = [json.dumps({"text": f"{SIMPLIFIED}{number}"}).encode() + b"\n" for number in range(2000)]
    frames = [zstandard.compress(b"".join(lines[:1000])), zstandard.compress(b"".join(lines[1000:]))]
    (tmp_path / "a.jsonl.zst").write_bytes(b"".join(frames))
    assert [a.text for a in articles(tmp_path / "a.jsonl.zst")] == [json.loads(line)["text"] for line in lines]
    (tmp_path / "a.jsonl.zst").write_bytes(b"".join(frames)[:-20])
    *_, problem = corpus.read([tmp_path / "a.jsonl.zst"])
    assert "is damaged zst (it ends too early)" in str(problem)


def test_urls_are_read_through_fsspec() -> None:
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec: pip install 'kg[remote]'")
    memory = fsspec.filesystem("memory")
    for name in ("b.txt", "a.txt", "sub/c.txt", "README.md", "picture.png"):
        memory.pipe(f"/kg-test/{name}", SIMPLIFIED.encode())
    assert [a.id for a in articles("memory://kg-test/")] == ["a", "b", "c"]
    assert [a.id for a in articles("memory://kg-test/[ab].txt")] == ["a", "b"]
    with pytest.raises(corpus.SourceMissingError):
        corpus.read(["memory://kg-test/none.txt"])
    with pytest.raises(corpus.RemoteError, match="cannot be reached"):
        corpus.read(["nonsense://host/a.txt"])


def test_a_large_folder_is_read_by_parts_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.corpus.files.NAMES_AT_ONCE", 3)
    names = [f"n{number:02}" for number in range(10)]
    for name in reversed(names):
        (tmp_path / f"{name}.txt").write_text(SIMPLIFIED, encoding="utf-8")
    assert [a.id for a in articles(tmp_path)] == names


def test_the_share_that_is_read_grows_to_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SIMPLIFIED, encoding="utf-8")
    line = json.dumps({"text": SIMPLIFIED}) + "\n"
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(line for _ in range(3000))
    source = corpus.read([tmp_path])
    shares = [source.share() for _ in source]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.1
    assert source.share() == 1.0
