"""Each graph format is read back by its real reader and compared with what went in."""

from __future__ import annotations

import io
import json
import re
import stat
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest

from kg.export import cytoscape, gexf, graphml, node_link
from kg.export.output import OutputError, output
from kg.network.convert import to_networkx
from kg.network.model import Edge, Evidence, GraphError, Node, PropertyGraph, Scalar

US, RU, NEW = "http://example.org/us", "http://example.org/ru?a=1&b=2", "http://example.org/new"
HOSTILE = '<script>alert("x")</script> & """ \\ \' ]]> \t\r\n 🚀 \x00 \x0b \x1f \x7f \ufffe 普丁'
XML_HOSTILE = re.sub("[\x00\x0b\x1f\ufffe]", "\ufffd", HOSTILE)


@pytest.fixture
def graph() -> PropertyGraph:
    evidence = Evidence("a 1", f"美國指責俄羅斯。{HOSTILE}", 3, 8)
    return PropertyGraph(
        "actors",
        "zh-hant",
        (
            Node(NEW, "Treaty", HOSTILE, attributes={"limit": 1550, HOSTILE.strip("\x00"): "odd name"}),
            Node(RU, "State", "俄羅斯", "2024", "2026-02", {"limit": 0.5, "known": True}),
            Node(US, "State", "美國"),
        ),
        (
            Edge(RU, US, "meet", "會晤", 2, "2026-02-05", "2026-02-05", attributes={"symmetric": True}),
            Edge(US, RU, "accuse", "指責", 3, "2024", "2026-02", evidence=evidence, attributes={"about": HOSTILE}),
            Edge(US, RU, "test", "試驗（指稱）", 1, flags=frozenset({"negated", "alleged"}), evidence=evidence),
            Edge(US, RU, "test", "試驗", 1),
            Edge(RU, RU, "say", "表示", 1, "not a date", None),
        ),
    )


def written(module: object, graph: PropertyGraph) -> bytes:
    out = io.BytesIO()
    module.write(graph, out)  # type: ignore[attr-defined]
    return out.getvalue()


def xml_form(values: dict[str, Scalar]) -> dict[str, Scalar]:
    def clean(text: str) -> str:
        return re.sub("[\x00\x0b\x1f\ufffe]", "\ufffd", text)

    return {clean(name): clean(value) if isinstance(value, str) else value for name, value in values.items()}


def test_networkx_has_unique_integer_keys_and_plain_values(graph: PropertyGraph) -> None:
    made = to_networkx(graph)
    assert sorted(key for _, _, key in made.edges) == [0, 1, 2, 3, 4]
    values = [v for _, data in made.nodes(data=True) for v in data.values()]
    values += [v for *_, data in made.edges(data=True) for v in data.values()]
    assert {type(v) for v in values} <= {str, int, float, bool}
    assert made.edges[US, RU, 2]["kind"] == "alleged-negated-test"
    assert made.edges[US, RU, 3]["kind"] == "test"
    assert made.nodes[RU] == {
        "label": "俄羅斯", "type": "State", "first": "2024", "last": "2026-02", "limit": 0.5, "known": True,
    }  # fmt: skip
    assert "first" not in made.edges[US, RU, 2]


def test_graphml_is_read_back_whole(graph: PropertyGraph) -> None:
    read = nx.read_graphml(io.BytesIO(written(graphml, graph)), force_multigraph=True)
    assert {k: v for k, v in read.graph.items() if not k.endswith("_default")} == {"view": "actors", "lang": "zh-hant"}
    assert dict(read.nodes(data=True)) == {node.id: xml_form(node.flat()) for node in graph.nodes}
    assert {(s, t, k): d for s, t, k, d in read.edges(data=True, keys=True)} == {
        (edge.source, edge.target, number): xml_form(edge.flat()) for number, edge in enumerate(graph.edges)
    }


def test_gexf_is_read_back_whole(graph: PropertyGraph) -> None:
    read = nx.read_gexf(io.BytesIO(written(gexf, graph)), version="1.3")
    assert read.graph["mode"] == "dynamic"
    assert dict(read.nodes(data=True)) == {
        node.id: {**xml_form(node.flat()), **({"start": "2024-01-01", "end": "2026-02-28"} if node.id == RU else {})}
        for node in graph.nodes
    }
    edges = {int(k): (s, t, d) for s, t, k, d in read.edges(data=True, keys=True)}
    assert len(edges) == len(graph.edges)
    for number, edge in enumerate(graph.edges):
        source, target, data = edges[number]
        times = {name: data.pop(name, None) for name in ("start", "end")}
        assert (source, target) == (edge.source, edge.target)
        assert data == {"id": str(number), **xml_form(edge.flat())}
        assert (
            times
            == [
                {"start": "2026-02-05", "end": "2026-02-05"},
                {"start": "2024-01-01", "end": "2026-02-28"},
                *[{"start": None, "end": None}] * 3,
            ][number]
        )  # what is no date gives no time


def test_gexf_keeps_to_the_schema(graph: PropertyGraph) -> None:
    """What the schema of GEXF 1.3 demands of the elements used: their order, their attributes, the declarations."""
    ns = "{http://gexf.net/1.3}"
    root = ET.fromstring(written(gexf, graph))
    assert (root.tag, root.attrib) == (f"{ns}gexf", {"version": "1.3"})
    meta, body = root
    assert [child.tag for child in meta] == [f"{ns}creator", f"{ns}description"]
    assert set(body.attrib) == {"defaultedgetype", "mode", "timeformat", "timerepresentation"}
    assert [child.tag for child in body] == [f"{ns}{t}" for t in ("attributes", "attributes", "nodes", "edges")]
    declared = {}
    for attributes in body.findall(f"{ns}attributes"):
        assert set(attributes.attrib) == {"class", "mode"}
        for attribute in attributes:
            assert set(attribute.attrib) == {"id", "title", "type"}
            declared[attribute.get("id")] = attribute.get("type")
    allowed = {
        "node": {"id", "label", "start", "end"},
        "edge": {"id", "source", "target", "label", "kind", "weight", "start", "end"},
    }
    for name, keys in allowed.items():
        for element in body.iter(f"{ns}{name}"):
            assert set(element.attrib) <= keys
            assert [child.tag for child in element] == [f"{ns}attvalues"]
            assert all(set(value.attrib) == {"for", "value"} and value.get("for") in declared for value in element[0])
            for time in {"start", "end"} & set(element.attrib):
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", element.attrib[time])
    assert len({e.get("id") for e in body.iter(f"{ns}edge")}) == len(graph.edges)


def test_gexf_without_dates_is_static() -> None:
    plain = PropertyGraph("actors", "en", (Node(US, "State", "United States"),))
    assert nx.read_gexf(io.BytesIO(written(gexf, plain))).graph["mode"] == "static"


def test_node_link_is_read_back_whole(graph: PropertyGraph) -> None:
    read = nx.node_link_graph(json.loads(written(node_link, graph)), edges="edges")
    expected = to_networkx(graph)
    assert read.is_directed()
    assert read.is_multigraph()
    assert read.graph == expected.graph
    assert dict(read.nodes(data=True)) == dict(expected.nodes(data=True))
    assert list(read.edges(keys=True, data=True)) == list(expected.edges(keys=True, data=True))


def test_cytoscape_is_read_back_whole(graph: PropertyGraph) -> None:
    read = nx.cytoscape_graph(json.loads(written(cytoscape, graph)))
    expected = to_networkx(graph)
    for node, data in expected.nodes(data=True):
        assert read.nodes[node] == {**data, "id": node, "value": node, "name": data["label"]}
    assert set(read.edges) == set(expected.edges)
    for s, t, key, data in expected.edges(keys=True, data=True):
        assert read.edges[s, t, key] == {
            **data, "id": f"e{key}", "key": key, "source": s, "target": t, "interaction": data["kind"],
        }  # fmt: skip


@pytest.mark.parametrize("module", [graphml, gexf, node_link, cytoscape])
def test_an_empty_graph_and_lone_surrogates_are_written(module: object) -> None:
    empty = written(module, PropertyGraph("actors", "en"))
    broken = written(module, PropertyGraph("actors", "en", (Node(US, "State", "a\ud83db"),)))
    for data in (empty, broken):
        if module in (graphml, gexf):
            ET.fromstring(data)
        else:
            json.loads(data)
    assert "a\ufffdb" in broken.decode()


@pytest.mark.parametrize("module", [graphml, gexf, node_link, cytoscape])
def test_the_same_graph_gives_the_same_bytes(module: object, graph: PropertyGraph) -> None:
    assert written(module, graph) == written(module, graph)


def test_an_edge_to_no_node_is_refused() -> None:
    with pytest.raises(GraphError, match="which is no node"):
        PropertyGraph("mine", "en", (Node(US, "State", "x"),), (Edge(US, RU, "meet"),))
    with pytest.raises(GraphError, match="two nodes"):
        PropertyGraph("mine", "en", (Node(US, "State", "x"), Node(US, "State", "y")))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    path.write_text("before")

    def fail_halfway() -> None:
        with output(path) as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert path.read_text() == "before"
    with output(path) as out:
        out.write(b"after")
    assert path.read_text() == "after"
    assert [p.name for p in tmp_path.iterdir()] == ["graph.json"]
    assert path.stat().st_mode & stat.S_IRUSR
    with pytest.raises(OutputError, match="cannot write"), output(tmp_path / "no" / "graph.json"):
        pass


def test_dash_is_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with output("-") as out:
        out.write(b"data")
    assert capfdbinary.readouterr().out == b"data"
