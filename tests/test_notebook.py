"""The example notebook runs from its first cell to its last, and answers show themselves without being markup."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.graph import query as queries
from kg.network.model import Evidence
from kg.notebook import Rows, Sentences

NOTEBOOK = queries.folder() / "tour.ipynb"
HOSTILE = "<script>alert(1)</script>"


def test_the_notebook_runs_and_shows_what_it_promises(
    corpus_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    monkeypatch.setenv("KG_STORE", str(corpus_store))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = ["".join(str(output) for output in cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
    for number, words in enumerate(("25 articles", "普丁", "speakerLabel", "美國", "withdraw", "articles", "<mark>")):
        assert words in shown[number], (number, shown[number][:500])


def test_rows_show_themselves_and_are_a_list(corpus_store: Path) -> None:
    with kg.open(corpus_store) as graph:
        found = graph.query("who_said_what", about="new-start")
        assert isinstance(found, list)
        assert found[0]["source"] in found._repr_html_()
        nothing = graph.query("SELECT ?s { ?s a <urn:nothing> }")
        assert (nothing, nothing.columns) == ([], ("s",))
        assert "0 rows" in nothing._repr_html_()


def test_no_text_is_markup() -> None:
    assert HOSTILE not in Rows([HOSTILE], [{HOSTILE: HOSTILE}])._repr_html_()
    shown = Sentences([Evidence(HOSTILE, f"a{HOSTILE}b", 1, 2, (1, 4))] * 30)._repr_html_()
    assert HOSTILE not in shown
    assert "and 10 more" in shown
