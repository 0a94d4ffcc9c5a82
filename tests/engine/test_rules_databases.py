"""One example for each rule of proxies in front of databases, named after its id."""

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of


def asking(seconds: float, **settings: object) -> lab.Function:
    source = f"""
import lambdalab as lab
connection = lab.database("orders", max_connections=2, proxy=True, **{settings!r}).connect()
def handler(event, context):
    connection.query(seconds={seconds})
    return "ok"
"""
    return lab.function(source, name="asking", timeout=900)


def test_rds_proxy_pooling() -> None:
    """Five ask at once for 1 s each, and the database has two connections."""
    run = lab.run(asking(1), at=[0] * 5)
    assert run.returned == ["ok"] * 5
    assert [x.end for x in run.invocations] == [1_000_000] * 2 + [2_000_000] * 2 + [3_000_000]
    assert len(run.table("connections")) == 5  # to the proxy
    assert set(run.table("connections").database) == {"orders-proxy"}
    waited = [e.fact.begins for e in of(run, facts.ConnectionUsed)]
    assert waited == [0, 0, 1_000_000, 1_000_000, 2_000_000]
    in_line = [e.seq for e in decided(run, "rds.proxy.pooling") if hasattr(e.fact, "until")]
    assert len(in_line) == 3
    assert "in line until 2.000 s" in repr(run.why(in_line[-1]))


def test_a_proxy_has_room_again_when_a_query_is_over() -> None:
    run = lab.run(asking(1), at=[0, 0, 1, 1.5])
    assert [e.fact.begins for e in of(run, facts.ConnectionUsed)] == [0, 0, 0, 0]
    assert run.world(run.end).outside.lent == {"orders": [2_000_000, 2_500_000]}


def test_rds_proxy_borrow_timeout() -> None:
    """Two ask for 150 s, and the third gives up after 120 s."""
    run = lab.run(asking(150), at=[0, 0, 10])
    assert run.returned[:2] == ["ok", "ok"]
    assert run.returned[2].type == "ConnectionRefused"
    (refused,) = decided(run, "rds.proxy.borrow-timeout")
    assert refused.at == 130_000_000
    assert run.count("refused_connections") == 1


def test_rds_proxy_idle_client() -> None:
    """A frozen environment does not notice that the proxy has closed its connection."""
    idle = {"lifecycle.idle": 5000}
    assert lab.run(asking(0), at=[0, 1799], assume=idle).returned == ["ok", "ok"]
    run = lab.run(asking(0), at=[0, 1801], assume=idle)
    assert run.returned[1].type == "ConnectionLost"
    closed, lost = decided(run, "rds.proxy.idle-client")
    assert (closed.at, lost.at) == (1_800_000_000, 1_801_000_000)
    longer = lab.run(asking(0, idle_cutoff=3000), at=[0, 1801], assume=idle)
    assert longer.returned == ["ok", "ok"]
