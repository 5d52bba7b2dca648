"""Completion in the shell, as the shell asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

from kg.cli import main


def completed(words: str, incomplete: str, store: Path | str = "none") -> list[str]:
    """What bash is offered for words and the one that has begun."""
    env = {
        **os.environ,
        "_KG_COMPLETE": "bash_complete",
        "COMP_WORDS": f"kg {words} {incomplete}",
        "COMP_CWORD": str(len(words.split()) + 1),
        "KG_STORE": str(store),
    }
    code = "from kg.cli import main; main(prog_name='kg')"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_names_of_queries_complete() -> None:
    assert completed("query", "treaty") == ["treaty_life", "treaty_limits"]


def test_parameters_and_their_values_complete(corpus_store: Path) -> None:
    assert completed("query treaty_life --param", "") == ["treaty=", "lang="]
    assert completed("query treaty_life --param", "lang=zh") == ["lang=zh-hant", "lang=zh-hans"]
    assert completed("query before_and_after --param", "event=exp") == ["event=expire", "event=expiredOn"]
    assert "treaty=new-start" in completed("query treaty_life --param", "treaty=new", corpus_store)
    assert completed("query nonsense --param", "") == []


def test_articles_complete(corpus_store: Path) -> None:
    assert completed("show", "dev-01", corpus_store) == ["dev-01-burevestnik-poseidon"]
    two = completed("remove dev-01-burevestnik-poseidon", "dev-0", corpus_store)
    assert two[0].startswith("dev-02")


def test_without_a_store_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    assert completed("show", "x", tmp_path / "none") == []
    assert completed("query treaty_life --param", "treaty=", "http://127.0.0.1:9/?user=x") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_what_the_shell_reads(shell: str) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0
    assert "_KG_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program:
        subprocess.run([program, "-n"], input=done.stdout, text=True, check=True)


def test_how_to_set_it_up() -> None:
    assert all(f"kg completion {shell}" in run("completion").stdout for shell in ("bash", "zsh", "fish"))
    assert "completion" in main.commands
