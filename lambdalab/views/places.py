"""Where the nodes of the system stand on its picture: the same place for the whole run.

Whatever belongs to one function stands on one height; what it sends on stands below that, so that
the way there leads past the environments.
"""

from __future__ import annotations

from dataclasses import dataclass

from .flow import DESTINATION, ENVIRONMENT, KINDS, Flow, Node
from .lanes import Chart

Where = tuple[float, float]  # column and row


@dataclass(slots=True)
class Placed:
    """The nodes and edges that are drawn; environments without a lane of their own share one."""

    nodes: list[tuple[Node, Where]]
    edges: list[tuple[int, int]]
    node_of: list[int]  # node of the flow -> the one that is drawn
    edge_of: list[int]  # edge of the flow -> the one that is drawn


def places(moved: Flow, made: Chart) -> Placed:
    """Fold what the timeline folds, and give every node a place."""
    drawn: dict[tuple[str, str], int] = {}
    nodes: list[Node] = []
    node_of = []
    for node in moved.nodes:
        name, group = node.name, node.group
        if node.kind == ENVIRONMENT and name in made.lane_of:
            lane = made.lanes[made.lane_of[name]]
            name = f"{lane.name} {lane.function}"
            node = Node(node.kind, name, lane.name, lane.function or group)
        key = node.kind, name
        if key not in drawn:
            drawn[key] = len(nodes)
            nodes.append(node)
        node_of.append(drawn[key])
    joined: dict[tuple[int, int], int] = {}
    edge_of = []
    for start, end in moved.edges:
        edge = node_of[start], node_of[end]
        edge_of.append(joined.setdefault(edge, len(joined)))
    return Placed(list(zip(nodes, _rows(nodes), strict=True)), list(joined), node_of, edge_of)


def _rows(nodes: list[Node]) -> list[Where]:
    """Stand each kind in a column, and each group at a height of its own."""
    used = [kind for kind in KINDS if any(node.kind == kind for node in nodes)]
    places: dict[int, Where] = {}
    top = 0.0
    for group in dict.fromkeys(node.group for node in nodes):
        own = [n for n, node in enumerate(nodes) if node.group == group]
        columns = {kind: [n for n in own if nodes[n].kind == kind] for kind in used}
        height = max(len(column) for kind, column in columns.items() if kind != DESTINATION)
        for kind, column in columns.items():
            below = kind == DESTINATION
            first = top + (height if below else (height - len(column)) / 2)
            for row, n in enumerate(column):
                places[n] = float(used.index(kind)), first + row
        top += height + len(columns.get(DESTINATION, ()))
    return [places[n] for n in range(len(nodes))]
