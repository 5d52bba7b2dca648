"""Each graph format is read back by its real reader and compared with what went in."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest

from kg.export import cx2, cytoscape, gexf, graphml, mermaid, node_link, picture, tables
from kg.export.output import OutputError, output
from kg.network.convert import to_networkx
from kg.network.layout import EXACT, place
from kg.network.model import Edge, Evidence, GraphError, Node, PropertyGraph, Scalar, Witness

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


def test_gexf_has_a_spell_for_each_stretch_of_days() -> None:
    said = tuple(
        Witness((f"http://e/{n}",), day) for n, day in enumerate(("2024", "2024-05-02", None, "2025-03", "2025-04-01"))
    )
    edge = Edge(US, RU, "say", "表示", 3, "2024", "2025-04-01", witnesses=said)
    assert gexf.spells_of(edge) == [
        ("2024-01-01", "2024-12-31"),
        ("2025-03-01", "2025-03-31"),
        ("2025-04-01", "2025-04-01"),
    ]
    assert gexf.spells_of(Edge(US, RU, "say", witnesses=said[:2])) == []  # one stretch: start and end say it
    nodes = (Node(US, "State", "美國"), Node(RU, "State", "俄羅斯"))
    read = nx.read_gexf(io.BytesIO(written(gexf, PropertyGraph("actors", "en", nodes, (edge,)))), version="1.3")
    ((_, _, data),) = read.edges(data=True)
    assert [tuple(spell) for spell in data["spells"]] == gexf.spells_of(edge)
    assert "start" not in data


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


def test_cx2_is_declared_and_read_back_whole(graph: PropertyGraph) -> None:
    aspects = json.loads(written(cx2, graph))
    assert aspects[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert aspects[-1] == {"status": [{"success": True}]}
    found = {name: value for aspect in aspects[1:-1] for name, value in aspect.items()}
    assert {m["name"]: m["elementCount"] for m in found["metaData"]} == {
        "attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(graph.nodes), "edges": len(graph.edges),
    }  # fmt: skip
    (declared,) = found["attributeDeclarations"]
    types = {"string": str, "long": int, "double": float, "boolean": bool}
    for part in ("nodes", "edges"):
        for element in found[part]:
            assert all(type(value) is types[declared[part][name]["d"]] for name, value in element["v"].items())
    for number, (node, element) in enumerate(zip(graph.nodes, found["nodes"], strict=True)):
        assert element["id"] == number
        assert element["v"] == {"represents": node.id, "name": node.label, **node.flat()}
    places = {node.id: number for number, node in enumerate(graph.nodes)}
    for number, (edge, element) in enumerate(zip(graph.edges, found["edges"], strict=True)):
        assert (element["id"], element["s"], element["t"]) == (number, places[edge.source], places[edge.target])
        assert element["v"] == {"interaction": edge.kind, **edge.flat()}


def pair(write: object, graph: PropertyGraph) -> tuple[bytes, bytes]:
    nodes, edges = io.BytesIO(), io.BytesIO()
    write(graph, nodes, edges)  # type: ignore[operator]
    return nodes.getvalue(), edges.getvalue()


def csv_rows(data: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [{name: value for name, value in row.items() if value} for row in rows]


def test_csv_is_read_back_whole(graph: PropertyGraph) -> None:
    nodes, edges = map(csv_rows, pair(tables.write_csv, graph))

    def text(value: Scalar) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    for node, row in zip(graph.nodes, nodes, strict=True):
        expected = {name: text(value) for name, value in {"id": node.id, **node.flat()}.items()}
        if "limit" in expected:
            expected["limit"] = str(float(expected["limit"]))  # whole beside broken numbers
        assert row == expected
    for number, (edge, row) in enumerate(zip(graph.edges, edges, strict=True)):
        ends = {"id": str(number), "source": edge.source, "target": edge.target}
        assert row == {**ends, **{name: text(value) for name, value in edge.flat().items()}}


def test_parquet_is_read_back_whole(graph: PropertyGraph) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: pip install 'kg[tables]'")
    nodes, edges = (parquet.read_table(io.BytesIO(data)).to_pylist() for data in pair(tables.write_parquet, graph))
    for node, row in zip(graph.nodes, nodes, strict=True):
        assert {name: value for name, value in row.items() if value is not None} == {"id": node.id, **node.flat()}
    for number, (edge, row) in enumerate(zip(graph.edges, edges, strict=True)):
        known = {name: value for name, value in row.items() if value is not None}
        assert known == {"id": number, "source": edge.source, "target": edge.target, **edge.flat()}


def test_neo4j_has_the_headers_of_its_importer(graph: PropertyGraph) -> None:
    nodes, edges = (csv_rows(data) for data in pair(tables.write_neo4j, graph))
    assert [(row["id:ID"], row[":LABEL"], row["label:string"]) for row in nodes] == [
        (node.id, node.type, node.label) for node in graph.nodes
    ]
    assert [(row[":START_ID"], row[":END_ID"], row[":TYPE"], row["weight:long"]) for row in edges] == [
        (edge.source, edge.target, edge.kind, str(edge.weight)) for edge in graph.edges
    ]
    kinds = {"ID", "START_ID", "END_ID", "TYPE", "LABEL", "string", "long", "double", "boolean"}
    assert {name.rpartition(":")[2] for row in (*nodes, *edges) for name in row} <= kinds


def test_mermaid_says_every_edge_and_lets_no_text_be_more_than_text(graph: PropertyGraph) -> None:
    lines = written(mermaid, graph).decode().splitlines()
    assert lines[0] == "flowchart LR"
    assert len(lines) == 1 + len(graph.nodes) + len(graph.edges)
    assert '  n2[["美國"]]' in lines
    assert '  n2 -->|"指責 ×3"| n1' in lines
    assert '  n1 ---|"會晤 ×2"| n2' in lines
    assert any(line.startswith('  n2 -.->|"試驗') for line in lines)
    for line in lines[1:]:
        inside = re.findall(r'"([^"]*)"', line)
        assert len(inside) == 1
        assert not re.search(r"[<>`\\{}|&\[\]]", inside[0])
    many = PropertyGraph("actors", "en", tuple(Node(f"http://e/{n}", "State", "x") for n in range(81)))
    with pytest.raises(mermaid.TooLargeError, match="filter with"):
        mermaid.write(many, io.BytesIO())


def test_pictures_have_a_font_for_their_labels_or_say_so(graph: PropertyGraph) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'kg[plots]'")
    with pytest.raises(picture.MissingFontError, match="fonts-noto-cjk"):
        picture.font_for(["\U0010fffd"])  # a private character, which no font has
    assert picture.font_for(["New START"]) == "DejaVu Sans"
    latin = PropertyGraph("actors", "en", (Node(US, "State", "United $tates"), Node(NEW, "Treaty", "New START")))
    made = io.BytesIO()
    picture.write_png(latin, made)
    assert made.getvalue().startswith(b"\x89PNG\r\n")
    try:
        picture.font_for(["普丁飞弹"])
    except picture.MissingFontError:
        pytest.skip("no CJK font is installed: apt install fonts-noto-cjk")
    for _ in range(2):
        drawn = io.BytesIO()
        picture.write_svg(graph, drawn)
        root = ET.fromstring(drawn.getvalue())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not list(root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("count", [1, 2, 40, EXACT + 100])
def test_nodes_are_placed_apart_and_the_same_every_time(count: int) -> None:
    nodes = tuple(Node(f"http://e/{n}", "State", "x") for n in range(count))
    edges = tuple(Edge(nodes[n // 3].id, nodes[n].id, "say") for n in range(1, count))
    graph = PropertyGraph("actors", "en", nodes, edges)
    points = place(graph, rounds=40)
    assert points.shape == (count, 2)
    assert abs(points).max() <= 1
    assert len({tuple(point) for point in points.tolist()}) == count
    assert (points == place(graph, rounds=40)).all()


@pytest.mark.parametrize("module", [graphml, gexf, node_link, cytoscape, cx2])
def test_an_empty_graph_and_lone_surrogates_are_written(module: object) -> None:
    empty = written(module, PropertyGraph("actors", "en"))
    broken = written(module, PropertyGraph("actors", "en", (Node(US, "State", "a\ud83db"),)))
    for data in (empty, broken):
        if module in (graphml, gexf):
            ET.fromstring(data)
        else:
            json.loads(data)
    assert "a\ufffdb" in broken.decode()


@pytest.mark.parametrize("module", [graphml, gexf, node_link, cytoscape, cx2])
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
