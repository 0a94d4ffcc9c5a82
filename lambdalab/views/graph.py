"""The run as graphs; networkx is loaded when the first one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.facts import InitStarted, RestoreStarted
from ..engine.kernel import Log
from ..engine.world import PHASES
from . import flow
from .replay import fold, seq_at
from .text import sentence

if TYPE_CHECKING:
    import networkx

# Columns, from left to right.
CLIENT, CALLER, POLLER, FUNCTION, ENVIRONMENT, DESTINATION = -1.0, 0.0, 0.5, 1.0, 2.0, 3.0
COLUMNS = {
    flow.CLIENT: CLIENT,
    flow.SOURCE: CALLER,
    flow.QUEUE: CALLER,
    flow.POLLER: POLLER,
    flow.DESTINATION: DESTINATION,
}
UNDER_WAY = ("is in flight", "is in batch", "is with the function", "is open", "waits for an")
PHASE_PLACES = {
    "Init": (0.0, 0.0),
    "Restore": (0.0, -1.0),
    "Invoke": (1.0, 0.0),
    "Frozen": (1.0, -1.0),
    "Shutdown": (2.0, -1.0),
}


def system(log: Log, at: int) -> networkx.DiGraph:
    """Draw the system at a moment: who calls or pushes, the functions, their environments.

    Nodes have `kind`, `label` and `pos`; an environment also has its `phase` and `request`, a
    queue, a stream, a mapping, a door and a destination the `things` that it holds. An edge that
    carries something names it in `requests`. A thing keeps its place for the whole run.
    """
    import networkx

    graph = networkx.DiGraph(at=at)
    seq = seq_at(log, at)
    world, moved = fold(log, seq), flow.flow(log)
    fed = {moved.nodes[b].name for a, b in moved.edges if not _is_shown(moved.nodes[a])}
    rows = _rows(log)
    middle = {
        f: _middle([rows[e] for e, g in _owners(log).items() if g == f]) for f in world.functions
    }
    for name, function in world.functions.items():
        graph.add_node(name, kind="function", label=name, pos=(FUNCTION, middle[name]))
        flying = (world.requests.get(x) for x in function.in_flight)  # or an environment
        called = tuple(x.id for x in flying if x and not x.source)
        if called or name not in fed:
            graph.add_node("caller", kind="caller", label="caller", pos=(CALLER, 0.0))
            graph.add_edge("caller", name, requests=called)
    for row, (source, triggers) in enumerate(world.listeners.items(), 1):
        kind, _, label = source.partition(":")
        graph.add_node(source, kind=kind, label=label, pos=(CALLER, -float(row)))
        for id in triggers:
            owed = tuple(d.id for d in world.deliveries.values() if d.trigger == id)
            graph.add_edge(source, world.triggers[id].function, requests=owed)
    for env in world.environments.values():
        pos = (ENVIRONMENT, rows[env.id])
        graph.add_node(
            env.id, kind="environment", label=env.id, phase=env.phase, request=env.request, pos=pos
        )
        graph.add_edge(env.function, env.id, requests=(env.request,) if env.request else ())
    _add_sources(graph, moved, seq)
    return graph


def _add_sources(graph: networkx.DiGraph, moved: flow.Flow, seq: int) -> None:
    """Add clients, doors, queues, streams, mappings and destinations, with what they hold."""
    here: dict[int, list[flow.Stay]] = {}
    for stay in moved.stays:
        if stay.start < seq and (stay.end == flow.OPEN or stay.end >= seq):
            here.setdefault(stay.node, []).append(stay)
    rows = dict.fromkeys(COLUMNS.values(), -1.0)
    rows[CALLER] = float(sum(node.kind == flow.SOURCE for node in moved.nodes))
    for n, node in enumerate(moved.nodes):
        if node.kind in COLUMNS and node.name not in graph and not _is_shown(node):
            column = COLUMNS[node.kind]
            rows[column] += 1
            things = tuple(stay.thing for stay in here.get(n, ()))
            pos = (column, -rows[column])
            kind = node.name.partition(":")[0] if ":" in node.name else node.kind
            graph.add_node(node.name, kind=kind, label=node.label, pos=pos, things=things)
    for a, b in moved.edges:
        ends = moved.nodes[a].name, moved.nodes[b].name
        if ends[0] in graph and ends[1] in graph and ends not in graph.edges:
            onwards = flow.KINDS.index(moved.nodes[a].kind) < flow.KINDS.index(moved.nodes[b].kind)
            under_way = [s.thing for s in here.get(a, ()) if s.state.startswith(UNDER_WAY)]
            graph.add_edge(*ends, requests=tuple(under_way) if onwards else ())


def _is_shown(node: flow.Node) -> bool:
    """Say whether a node is one that the callers and functions of the graph stand for."""
    return node.name == flow.internal(node.group) or node.label in ("callers", "senders")


def causes(log: Log) -> networkx.DiGraph:
    """Draw what set off what: an edge from each entry to those that it caused."""
    import networkx

    graph = networkx.DiGraph()
    for seq, (at, fact, cause, given, rule) in enumerate(log.rows):
        kind = type(fact).__name__
        graph.add_node(seq, at=at, fact=kind, text=sentence(fact), rule=rule.id)
        if cause is not None:
            graph.add_edge(cause, seq, kind="cause")
        for other in given:
            if other != cause:
                graph.add_edge(other, seq, kind="given")
    return graph


def phases() -> networkx.DiGraph:
    """Draw the phases of an execution environment and the steps between them."""
    import networkx

    graph = networkx.DiGraph()
    for name, pos in PHASE_PLACES.items():
        graph.add_node(name, pos=pos)
    graph.add_edges_from((before, after) for before, after in PHASES if before)
    return graph


BEGINNINGS = (InitStarted, RestoreStarted)


def _owners(log: Log) -> dict[str, str]:
    """Say which function each environment that ever existed belongs to."""
    facts = (row[1] for row in log.rows)
    return {f.environment: f.function for f in facts if isinstance(f, BEGINNINGS)}


def _rows(log: Log) -> dict[str, float]:
    """Give each environment a row of its own, those of one function together."""
    owners = _owners(log)
    order = sorted(owners, key=lambda e: (list(owners.values()).index(owners[e]), _number(e)))
    return {environment: -float(row) for row, environment in enumerate(order)}


def _number(environment: str) -> int:
    return int(environment.rpartition("-")[2])


def _middle(rows: list[float]) -> float:
    return (rows[0] + rows[-1]) / 2 if rows else 0.0
