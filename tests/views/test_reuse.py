"""The picture of what each environment keeps: it tells the beliefs of lesson 02 apart."""

from xml.etree import ElementTree

import lambdalab as lab
from lambdalab.views.reuse import lives

COUNTER = """
import time
n = 0
def handler(event, context):
    global n
    n += 1
    time.sleep(0.5)
    return n
"""
LATER = """
import threading
def handler(event, context):
    threading.Timer(5, print).start()
"""
WRITER = """
def handler(event, context):
    with open(f"/tmp/{context.aws_request_id}", "wb") as file:
        file.truncate(100 * 1024 * 1024)
"""


def counted() -> lab.Run:
    return lab.run(lab.function(COUNTER, name="counter"), at=[0, 1, 2, 2])


def test_the_fourth_call_counts_to_one_in_an_environment_of_its_own() -> None:
    pictures = [counted().chart("reuse") for _ in range(2)]
    assert pictures[0].svg == pictures[1].svg
    ElementTree.fromstring(pictures[0].svg)
    assert pictures[0].tell().splitlines() == [
        "counter: 4 requests, env-1 keeps n = 3; env-2 keeps n = 1",
        "environment     from       to          keeps",
        "env-1        0.000 s  0.500 s  req-1   nothing",
        "env-1        0.500 s  1.000 s  frozen  n = 1",
        "env-1        1.000 s  1.500 s  req-2   n = 1",
        "env-1        1.500 s  2.000 s  frozen  n = 2",
        "env-1        2.000 s  2.500 s  req-3   n = 2",
        "env-1        2.500 s           frozen  n = 3",
        "env-2        2.000 s  2.500 s  req-4   nothing",
        "env-2        2.500 s           frozen  n = 1",
    ]
    svg = pictures[0].svg
    assert ">req-3 returns 3<" in svg
    assert ">req-4 returns 1<" in svg
    assert svg.count(">as Init left it<") == 2
    assert svg.count("url(#frozen)") == 4 + 1  # and one in the legend


def test_files_add_up_and_are_counted_where_their_names_are_too_long() -> None:
    shown = lab.run(lab.function(WRITER, name="writer"), at=range(5)).chart("reuse")
    assert ">1 file of 100 MB<" in shown.svg
    assert ">4 files of 100 MB<" in shown.svg
    assert shown.alt == "writer: 5 requests, env-1 keeps 5 files in /tmp"


def test_a_timer_is_grey_until_the_next_invocation_and_ends_with_its_environment() -> None:
    (life,) = lives(lab.run(lab.function(LATER, name="later"), at=[0, 60], until=600).log)
    seconds = [
        (s.start // 10**6, s.phase, s.kept.get("threads", ("",))[0])
        for s in life.stretches
        if s.phase in ("frozen", "shut down")
    ]
    assert seconds == [
        (0, "frozen", "Thread-1 (timer, due at 5.000 s)"),
        (60, "frozen", "Thread-2 (timer, due at 65.000 s)"),
        (420, "shut down", ""),
    ]
    shown = lab.run(lab.function(LATER, name="later"), at=[0, 60], until=600).chart("reuse")
    assert ">shut down<" in shown.svg


def test_connections_are_kept_and_go_with_the_process() -> None:
    source = """
import time
import lambdalab as lab
orders = lab.database("orders", max_connections=5).connect()
def handler(event, context):
    orders.query(0.1)
    time.sleep(9 * event["n"])
"""
    run = lab.run(lab.function(source, name="f"), at=[0, 1])
    (life,) = lives(run.log)
    kept = [(s.phase, "connections" in s.kept) for s in life.stretches if s.start != s.end]
    assert ("frozen", True) in kept
    assert kept[-1] == ("frozen", False)
    assert "connections: connection-1" in run.chart("reuse").tell()


def test_more_environments_than_there_is_room_for_are_counted() -> None:
    many = lab.run(lab.function(COUNTER, name="counter"), at=[0] * 30).chart("reuse")
    assert "and 18 more environments, which are not drawn" in many.svg
    assert "27 more keep something" in many.alt


def test_where_nobody_keeps_anything_there_are_only_lanes() -> None:
    shown = lab.run(lab.handler("nap", wait=1), at=[0, 2]).chart("reuse")
    assert "no environment keeps anything of an invocation" in shown.alt
    assert "url(#frozen)" in shown.svg  # in the legend
    assert lab.run(lab.handler(), at=[]).chart("reuse").svg.endswith("</svg>")
