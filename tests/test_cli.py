"""The command line: what it prints, where, and with what exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

GOOD = "俄羅斯總統普丁2月6日在莫斯科表示,俄方願意繼續遵守《新削減戰略武器條約》的限制。"


@pytest.mark.parametrize(
    "command", ["build", "query", "export", "stats", "validate", "remove", "backup", "restore", "completion"]
)
def test_every_command_has_help(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) > 5


def test_build_prints_what_is_in_the_store(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    done = run("build", tmp_path / "a.txt", "--store", tmp_path / "store")
    assert done.exit_code == 0
    assert "1 articles (1 added, 0 replaced, 0 unchanged)" in done.stdout
    assert "1 State" in done.stdout
    assert done.stderr == ""


def test_missing_source_is_a_usage_error(tmp_path: Path) -> None:
    done = run("build", tmp_path / "none", "--store", tmp_path / "store")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no such file" in done.stderr
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["query", "nonsense"], 2, "no query 'nonsense'"),
        (["query", "treaty_life", "--param", "treaty"], 2, "write NAME=VALUE"),
        (["query", "treaty_life", "--param", "wrong=1"], 2, "has no parameter 'wrong'"),
        (["query", "treaty_life", "--param", "treaty=Nothing Of The Sort"], 2, "nothing in the store is named"),
        (["export", "-o", "x.docx"], 2, "cannot tell an export format"),
        (["export", "-o", "x.gexf", "--view", "none"], 2, "no view is named"),
        (["remove", "no-such-article"], 2, "nothing was removed"),
        (
            ["query", "before_and_after", "--param", "event=sing"],
            2,
            "event=sing: a word of the ontology is needed, did you mean sign",
        ),
        (["query", "treaty_life", "--param", "lang=x y"], 2, "a language is written en, zh-hant"),
        (["query", "unlimited_weapons", "--param", "day=2026-02-30"], 2, "a date is written"),
        (["backup", "/dev/null"], 1, "name a new folder"),
        (["restore", "/dev/null"], 1, "is not a kg store"),
    ],
)
def test_errors_are_one_line(corpus_store: Path, arguments: list[str], status: int, said: str) -> None:
    done = run(*arguments, "--store", corpus_store)
    assert done.exit_code == status
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_query_from_standard_input_and_its_syntax_error(corpus_store: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s a kg:Article } }"
    done = run("query", "-", "--store", corpus_store, "--format", "json", input=query)
    assert json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"] == "25"
    wrong = run("query", "-", "--store", corpus_store, input="SELECT ?x WHERE {\n ?x ?? ?y }\n")
    assert wrong.exit_code == 1
    assert "line 2, column 10 at '?x ?? ?y }': not SPARQL 1.1" in wrong.stderr


@pytest.mark.parametrize(
    "query",
    [
        "DROP ALL",
        "INSERT DATA { GRAPH <x:g> { <x:a> <x:b> <x:c> } }",
        "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
    ],
)
def test_query_only_reads(corpus_store: Path, query: str) -> None:
    done = run("query", "-", "--store", corpus_store, input=query)
    assert done.exit_code == 1
    assert done.stdout == ""


def test_backup_and_restore(corpus_store: Path, tmp_path: Path) -> None:
    copy, new = tmp_path / "copy", tmp_path / "new"
    assert run("backup", copy, "--store", corpus_store).stdout == f"{copy}: 29 graphs of {corpus_store}\n"
    assert run("restore", copy, "--store", new).stdout == f"{new}: 29 graphs of {copy}\n"
    assert run("stats", "--store", new).stdout == run("stats", "--store", corpus_store).stdout
    again = run("restore", copy, "--store", new)
    assert (again.exit_code, "give --replace" in again.stderr) == (2, True)
    assert run("restore", copy, "--store", new, "--replace").exit_code == 0


def test_remove_takes_an_article_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    run("build", tmp_path / "a.txt", "--store", tmp_path / "store")
    assert run("remove", "a", "--store", tmp_path / "store").exit_code == 0
    assert run("query", "entities", "--store", tmp_path / "store", "--format", "csv").stdout.count("\n") <= 2


def test_validate_finds_nothing_wrong(corpus_store: Path) -> None:
    done = run("validate", "--store", corpus_store)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "conforms" in run("validate", "--store", corpus_store, "--format", "shacl").stdout


def test_reading_commands_do_not_import_spacy(corpus_store: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg.cli import main\n"
        "for words in (['query', 'statements'], ['stats'], ['export', '-o', '-', '--format', 'gexf']):\n"
        f"    done = CliRunner().invoke(main, [*words, '--store', {str(corpus_store)!r}])\n"
        "    assert done.exit_code == 0, (words, done.output[-500:])\n"
        "assert 'spacy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_python_module_runs() -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("kg, version")
