"""What DynamoDB answers: moto evaluates the expressions, and every write becomes a fact.

moto works on a copy of the tables that is kept up from the log, so that what a learner has put
into a table is there for code, and what code writes is there for streams.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from ..engine import Sim
from ..engine.facts import ItemWritten, StreamConfigured
from ..engine.places import ACCOUNT, REGION
from ..engine.streams import write
from .account import Asked
from .wire import Reply, encoded

Item = dict[str, Any]

KNOWN = {
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DescribeTable",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "ListTables",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
}
SETS = ("SS", "NS", "BS")
BY_STATEMENT = {"BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"}


class Tables:
    """The tables of one run, as moto keeps them."""

    def __init__(self, sim: Sim) -> None:
        self.sim, self.seen = sim, 0  # entries of the log
        backend = self.backend = DynamoDBBackend(REGION, ACCOUNT)

        class Handler(DynamoHandler):
            dynamodb_backend = property(lambda self: backend)

        self.handler = Handler

    def catch_up(self) -> None:
        """Take over what the log says since the last call."""
        rows = self.sim.rows
        for seq in range(self.seen, len(rows)):
            fact = rows[seq][1]
            if isinstance(fact, ItemWritten):
                self._write(fact)
            elif isinstance(fact, StreamConfigured) and fact.key:
                self._create(fact)
        self.seen = len(rows)

    def _create(self, fact: StreamConfigured) -> None:
        name = fact.stream.partition(":")[2]
        if name not in self.backend.tables:
            self.backend.tables[name] = Table(  # type: ignore[abstract]
                name,
                ACCOUNT,
                REGION,
                schema=[{"AttributeName": fact.key, "KeyType": "HASH"}],
                attr=[{"AttributeName": fact.key, "AttributeType": "S"}],
                billing_mode="PAY_PER_REQUEST",
            )

    def _write(self, fact: ItemWritten) -> None:
        table, key = self._table(fact.table), json.loads(fact.key)
        self.learn_type(table, key)
        if fact.item:
            table.put_item(json.loads(fact.item), overwrite=True)
        else:
            table.delete_item(*self._places(table, key))

    def _table(self, resource: str) -> Table:
        return self.backend.tables[resource.partition(":")[2]]

    def learn_type(self, table: Table, key: Item) -> None:
        """Let the first key of a table say of which type its keys are."""
        value = key.get(table.hash_key_attr)
        if not table.items and isinstance(value, dict) and not table.has_range_key:
            kind = next(iter(value))
            table.hash_key_type = kind
            table.attr = [{"AttributeName": table.hash_key_attr, "AttributeType": kind}]

    def item(self, name: str, key: Item) -> str:
        """Give an item as JSON, or "" if there is none."""
        table = self.backend.tables[name]
        found = table.get_item(*self._places(table, key))
        return _json(found.to_json()["Attributes"]) if found else ""

    def _places(self, table: Table, key: Item) -> tuple[DynamoType, DynamoType | None]:
        """Give the key of an item as moto wants it."""
        second = table.range_key_attr
        return DynamoType(key[table.hash_key_attr]), DynamoType(key[second]) if second else None

    def key_of(self, name: str, item: Item) -> Item:
        """Take the key out of an item."""
        table = self.backend.tables[name]
        names = (table.hash_key_attr, table.range_key_attr)
        return {key: item[key] for key in names if key and key in item}


def _json(value: Any) -> str:
    """Write an item so that the same content has the same text."""
    return json.dumps(_ordered(value), sort_keys=True)


def _ordered(value: Any) -> Any:
    """Put what is in sets in order."""
    if isinstance(value, dict):
        return {
            key: sorted(each) if key in SETS and isinstance(each, list) else _ordered(each)
            for key, each in value.items()
        }
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def reply(call: Asked) -> Reply:
    """Let moto evaluate a call, and write down what it has changed."""
    parts, sent = call.account.parts, call.sent
    if "dynamodb" not in parts:
        parts["dynamodb"] = Tables(call.sim)
    tables: Tables = parts["dynamodb"]
    tables.catch_up()
    asked = json.loads(sent.body)
    touched = list(_touched(tables, sent.operation, asked))
    for name, key in touched:
        tables.learn_type(tables.backend.tables[name], key)
    status, headers, body = tables.handler.dispatch(sent.request, sent.url, sent.headers)
    headers = {name: value for name, value in headers.items() if name not in ("status", "date")}
    text = tuple((name, str(value)) for name, value in headers.items())
    if status >= 300:
        said = json.loads(body)
        return Reply(status, text, encoded(body), said["__type"].rpartition("#")[2])
    if sent.operation == "CreateTable":
        _create(call, tables, asked)
    if sent.operation in BY_STATEMENT:
        touched = list(differences(tables))
    for name, key in touched:
        written = tables.item(name, key)
        write(call.sim, f"table:{name}", _json(key), written, call.rule, call.because)
    tables.seen = len(call.sim.rows)  # all of it is moto's own doing
    return Reply(status, text, encoded(body))


def _touched(tables: Tables, operation: str, asked: Item) -> Iterator[tuple[str, Item]]:
    """List the items that a call would write: table and key."""
    match operation:
        case "PutItem":
            yield from _one(tables, asked["TableName"], asked["Item"])
        case "UpdateItem" | "DeleteItem":
            yield from _one(tables, asked["TableName"], asked["Key"])
        case "BatchWriteItem":
            for name, requests in asked["RequestItems"].items():
                for request in requests:
                    ((_, said),) = request.items()
                    yield from _one(tables, name, said.get("Item") or said.get("Key"))
        case "TransactWriteItems":
            for item in asked["TransactItems"]:
                ((kind, said),) = item.items()
                if kind != "ConditionCheck":
                    yield from _one(tables, said["TableName"], said.get("Item") or said["Key"])


def _one(tables: Tables, name: str, item: Item) -> Iterator[tuple[str, Item]]:
    """Give one item, unless its table is not there or its key is not complete."""
    name = name.rpartition("/")[2]
    table = tables.backend.tables.get(name)
    if table is None:
        return
    key = tables.key_of(name, item)
    if len(key) == 1 + bool(table.range_key_attr):
        yield name, key


def differences(tables: Tables) -> Iterator[tuple[str, Item]]:
    """Find what a statement has written, by comparing everything."""
    for name, table in tables.backend.tables.items():
        known = tables.sim.world.streams[f"table:{name}"].items
        now = OrderedDict(
            (_json(tables.key_of(name, item)), _json(item))
            for item in (each.to_json()["Attributes"] for each in table.all_items())
        )
        for key in [*known, *(key for key in now if key not in known)]:
            if known.get(key, "") != now.get(key, ""):
                yield name, json.loads(key)


def _create(call: Asked, tables: Tables, asked: Item) -> None:
    """Let the run know of a table that was made."""
    name = asked["TableName"]
    view = asked.get("StreamSpecification", {}).get("StreamViewType", "NEW_AND_OLD_IMAGES")
    key = tables.backend.tables[name].hash_key_attr
    call.account.configurer.create("table", name, key=key, stream_view=view)
