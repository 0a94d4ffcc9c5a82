"""What repairs an incident, what only half repairs it, and what a team is told then.

Repairs are source code over `night`, so that the tests can try them; code of handlers that they use
is made here from what the team inherits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .handlers import ORDER, QUOTE, SCAN
from .judge import LATE, LOST

if TYPE_CHECKING:
    from . import GameDay

Sees = Callable[["GameDay"], bool]


@dataclass(frozen=True, slots=True)
class Half:
    """A repair that does not do: how it is recognised, the belief behind it, what to look at."""

    sees: Sees
    belief: str  # or "" for a slip
    words: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What there is to know about repairing one incident."""

    hints: tuple[str, str, str]  # a question, where to look, almost the step
    right: tuple[str, ...]  # repairs of different kinds
    half: tuple[Half, ...]
    otherwise: str


# Code of handlers -------------------------------------------------------------------------------


def _with(source: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


_LAZY = (
    ("PRICES = load_prices(range(COUNTRIES))\n", "PRICES = {}\n"),
    (
        '    return answer(200, {"price"',
        '    if asked["country"] not in PRICES:\n'
        '        PRICES.update(load_prices([asked["country"]]))\n'
        '    return answer(200, {"price"',
    ),
)
_HAND_OFF = (
    (
        '        charge(asked["parcel"], asked["bank"])\n        return answer(200',
        '        lab.call(lab.event("order"), asked)\n        return answer(202',
    ),
)
LAZY = _with(QUOTE, *_LAZY)
HAND_OFF = _with(QUOTE, *_HAND_OFF)
LAZY_HAND_OFF = _with(QUOTE, *_LAZY, *_HAND_OFF)
CLAIM = _with(
    QUOTE,
    ("import lambdalab as lab\n\n# The", "import boto3\nimport lambdalab as lab\n\n# The"),
    (
        "PRICES = load_prices",
        'claims = boto3.resource("dynamodb").Table("claims")\n'
        "Claimed = claims.meta.client.exceptions.ConditionalCheckFailedException\n"
        "PRICES = load_prices",
    ),
    (
        '        charge(asked["parcel"], asked["bank"])\n',
        '        claim = {"id": asked["parcel"]}\n'
        "        try:\n"
        '            claims.put_item(Item=claim, ConditionExpression="attribute_not_exists(id)")\n'
        "        except Claimed:\n"
        '            return answer(202, {"being paid": asked["parcel"]})\n'
        '        charge(asked["parcel"], asked["bank"])\n',
    ),
)
SET_ASIDE = _with(
    SCAN,
    (
        '        track(json.loads(data)["parcel"])\n',
        "        try:\n"
        '            parcel = json.loads(data)["parcel"]\n'
        "        except ValueError:\n"
        "            set_aside(data)\n"
        "            continue\n"
        "        track(parcel)\n",
    ),
)
SWALLOW = SET_ASIDE.replace("            set_aside(data)\n", "")
_POOL = "POOL = [DATABASE.connect() for _ in range(2)]  # one to read, one to write\n"
_BOOK = '            book(POOL[0], order["parcel"], order["seconds"])'
EACH_TIME = _with(
    ORDER,
    (_POOL, ""),
    (
        _BOOK,
        "            with DATABASE.connect() as connection:\n"
        '                book(connection, order["parcel"], order["seconds"])',
    ),
)
PATIENT = _with(
    ORDER,
    (
        _POOL,
        "\n\ndef connected():\n"
        "    while True:\n"
        "        try:\n"
        "            return DATABASE.connect()\n"
        "        except lab.ConnectionRefused:\n"
        "            time.sleep(1)\n",
    ),
    (
        _BOOK,
        "            with connected() as connection:\n"
        '                book(connection, order["parcel"], order["seconds"])',
    ),
)
CODES = {
    "LAZY": LAZY,
    "HAND_OFF": HAND_OFF,
    "LAZY_HAND_OFF": LAZY_HAND_OFF,
    "CLAIM": CLAIM,
    "SET_ASIDE": SET_ASIDE,
    "SWALLOW": SWALLOW,
    "EACH_TIME": EACH_TIME,
    "PATIENT": PATIENT,
}


# What can be seen in an hour --------------------------------------------------------------------


def missing(night: GameDay, *kinds: str) -> int:
    """Count what was lost of some kinds."""
    return sum(one.state == LOST and one.asked.kind in kinds for one in night.outcomes)


def again(night: GameDay, kind: str) -> int:
    """Count how often something of a kind was done too often."""
    return sum(one.again for one in night.outcomes if one.asked.kind == kind)


def late(night: GameDay) -> int:
    """Count what was late."""
    return sum(one.state == LATE for one in night.outcomes)


def _set(night: GameDay, part: str, *settings: str) -> bool:
    """Say whether a team has set one of these."""
    return any(night.config[part].get(name) for name in settings)


def _value(night: GameDay, part: str, setting: str) -> Any:
    return night.config[part].get(setting)


# The six ----------------------------------------------------------------------------------------

REPAIRS = {
    "slow mornings": Repair(
        hints=(
            "How many requests can one environment of quote serve at the same moment?",
            "Count the largest wave, and look at what Init does for two and a half seconds.",
            "Keep about as many environments ready as a wave has requests, from 07:55 to 08:12; "
            "or load a price when somebody asks for it.",
        ),
        right=(
            'night.with_(quote={"provisioned_schedule": [("07:55", 28), ("08:12", 0)]})',
            'night.with_(quote={"provisioned_concurrency": 28})',
            "night.with_(quote=LAZY)",
        ),
        half=(
            Half(
                lambda night: _set(
                    night, "quote", "provisioned_concurrency", "provisioned_schedule"
                ),
                "M04",
                "A few warm environments serve a few requests. The rest of a wave is still cold.",
                (
                    'night.with_(quote={"provisioned_concurrency": 1})',
                    'night.with_(quote={"provisioned_concurrency": 5})',
                ),
            ),
            Half(
                lambda night: _value(night, "quote", "memory") != 256,
                "M03",
                "Memory buys CPU, and this Init waits for files. A wave still starts many of them.",
                ('night.with_(quote={"memory": 1769})',),
            ),
        ),
        otherwise="The p95 is still above the target. How long is Init, and for how many?",
    ),
    "vanished parcels": Repair(
        hints=(
            "Who takes a message out of the queue, and does it know how much room label has?",
            "Compare `Throttles` of label with its `Errors`. What does a throttled try cost?",
            "Let the mapping run no more than two batches at once.",
        ),
        right=(
            'night.with_(labels={"maximum_concurrency": 2})',
            'night.with_(labels={"visibility_timeout": 900})',
            'night.with_(labels={"visibility_timeout": 600, "max_receive_count": 5})',
        ),
        half=(
            Half(
                lambda night: _value(night, "label", "reserved_concurrency") != 2,
                "M22",
                "More may run now, and the printers refuse the third. Who should wait, and where?",
                (
                    'night.with_(label={"reserved_concurrency": None})',
                    'night.with_(label={"reserved_concurrency": 10})',
                ),
            ),
            Half(
                lambda night: (
                    _value(night, "labels", "max_receive_count") != 2
                    and missing(night, "label") > again(night, "label")
                ),
                "M22",
                "More receives, and each is spent on waiting. What takes the messages so early?",
                ('night.with_(labels={"max_receive_count": 3})',),
            ),
            Half(
                lambda night: again(night, "label") > 0,
                "M23",
                "Some labels came twice. The loan ended while a label was still being printed.",
                (
                    'night.with_(labels={"max_receive_count": 100})',
                    'night.with_(labels={"visibility_timeout": 60, "max_receive_count": 5})',
                ),
            ),
        ),
        otherwise="Labels still end in the dead-letter queue. Ask why of one of them.",
    ),
    "charged twice": Repair(
        hints=(
            "What does quote do after the gateway has answered 504?",
            "Compare the 29 s of the gateway with how long the bank takes at the peak.",
            "Answer before the bank does, with an event for order; or claim the parcel before the "
            "charge; or have the gateway's limit raised.",
        ),
        right=(
            'night.with_(api={"timeout": 60, "timeout_quota": 60})',
            'night.with_(quote=HAND_OFF, order={"timeout": 60})',
            "night.with_(quote=CLAIM)",
        ),
        half=(
            Half(
                lambda night: missing(night, "buy") > 0 and 'lab.event("order")' in _code(night),
                "M18",
                "Customers got their 202, and were never charged. How long may order take?",
                ("night.with_(quote=HAND_OFF)",),
            ),
            Half(
                lambda night: missing(night, "buy") > 0,
                "M28",
                "Nobody pays twice, and some pay not at all. The work is stopped, not shortened.",
                ('night.with_(quote={"timeout": 25})',),
            ),
        ),
        otherwise="Some customers still pay twice. Who tries again, and what still runs then?",
    ),
    "scanner silence": Repair(
        hints=(
            "Which record does the shard wait for?",
            "How often is a batch of a stream tried again, if nobody says otherwise?",
            "Split a failing batch, limit the attempts, and name an on-failure destination; or "
            "catch the error and set the record aside.",
        ),
        right=(
            'night.with_(scans={"bisect_batch_on_function_error": True, '
            '"maximum_retry_attempts": 2, "on_failure": "bad-scans"})',
            "night.with_(scan=SET_ASIDE)",
            'night.with_(scan=SET_ASIDE, scans={"key": "parcel"})',
        ),
        half=(
            Half(
                lambda night: (
                    missing(night, "scan") > 0
                    and (
                        _value(night, "scans", "shards") != 2
                        or _value(night, "scans", "key") != "depot"
                        or _set(night, "scans", "parallelization_factor")
                    )
                ),
                "M27",
                "More lanes, and the lane with the bad record still stands. It is tried for ever.",
                (
                    'night.with_(scans={"shards": 8})',
                    'night.with_(scans={"key": "parcel"})',
                    'night.with_(scans={"parallelization_factor": 10})',
                ),
            ),
            Half(
                lambda night: missing(night, "scan") > 0,
                "M26",
                "Good scans are still held back, or given up with their batch.",
                (
                    'night.with_(scans={"bisect_batch_on_function_error": True})',
                    'night.with_(scans={"maximum_retry_attempts": 2})',
                ),
            ),
            Half(
                lambda night: missing(night, "garbled") > 0,
                "",
                "The shard goes on, and the bad scans are gone. Who will ever look at them?",
                ("night.with_(scan=SWALLOW)",),
            ),
        ),
        otherwise="Scans are still missing. Look at the highest IteratorAge.",
    ),
    "everything throttled": Repair(
        hints=(
            "What do all functions of an account share?",
            "How many reports are at work at once, and for how long each?",
            "Start the reports over ten minutes; or put a queue with a maximum concurrency before "
            "them; or reserve room for what must not wait.",
        ),
        right=(
            'night.with_(reports={"over": 600})',
            'night.with_(reports={"through": "queue", "visibility_timeout": 1080, '
            '"maximum_concurrency": 40, "batch_size": 1})',
            'night.with_(quote={"reserved_concurrency": 28})',
        ),
        half=(
            Half(
                lambda night: missing(night, "report") > 0,
                "M20",
                "The others have room, and reports are not done in the hour. Events back off.",
                ('night.with_(report={"reserved_concurrency": 28})',),
            ),
            Half(
                lambda night: _value(night, "reports", "through") == "queue",
                "M13",
                "A queue alone does not slow anybody down: its pollers take what there is.",
                (
                    'night.with_(reports={"through": "queue", "visibility_timeout": 1080, '
                    '"batch_size": 1})',
                ),
            ),
            Half(
                lambda night: bool(_value(night, "reports", "over")),
                "M12",
                "Concurrency is the rate times two minutes. Slower, and still too fast.",
                ('night.with_(reports={"over": 60})',),
            ),
        ),
        otherwise="Somebody is still throttled who must not wait. Who holds the pool?",
    ),
    "database says no": Repair(
        hints=(
            "How many connections does each environment of order open, and when?",
            "There are two troubles here. After 07:57 look at the timeouts, and what Init takes.",
            "Let fewer environments connect, and give order a timeout that holds Init and the "
            "longest query.",
        ),
        right=(
            'night.with_(order={"reserved_concurrency": 4, "timeout": 10})',
            'night.with_(orders={"through": "queue", "visibility_timeout": 60, '
            '"max_receive_count": 10, "maximum_concurrency": 4, "batch_size": 1}, '
            'order={"timeout": 10})',
            'night.with_(order=PATIENT).with_(order={"timeout": 60})',
            'night.with_(database={"max_connections": 120}, order={"timeout": 10})',
        ),
        half=(
            Half(
                lambda night: night.run.of("order").count("timeouts") > 0,
                "M09",
                "Timeouts, one after the other. After each one Init runs again, inside the next.",
                (
                    'night.with_(order={"reserved_concurrency": 4})',
                    'night.with_(order={"reserved_concurrency": 4, "timeout": 4})',
                    "night.with_(order=PATIENT)",
                ),
            ),
            Half(
                lambda night: night.run.count("refused_connections") > 0,
                "M07",
                "Connections are still refused. Count them: environments times connections each.",
                (
                    'night.with_(order={"timeout": 10})',
                    'night.with_(database={"max_connections": 30}, order={"timeout": 10})',
                ),
            ),
        ),
        otherwise="Orders are still lost. Ask why of one of them.",
    ),
}


def _code(night: GameDay) -> str:
    code: str = night.config["quote"]["code"]
    return code
