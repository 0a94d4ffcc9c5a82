"""The code of Parcelwing as the team inherits it: one module for each function.

What stands between the two marks is the outside world: how long a bank or a printer takes, and what
cannot be taken back. A team may call it when and where it likes, and may not change it.
"""

from __future__ import annotations

BEGIN = "# The outside world: leave these lines as they are."
END = "# Yours from here."

QUOTE = """\
import json
import time

import lambdalab as lab

# The outside world: leave these lines as they are.
COUNTRIES = 50


def load_prices(countries):  # a file for each country
    time.sleep(0.05 * len(countries))
    return {country: 3 + country % 7 for country in countries}


def calculate(prices, country, kg):
    time.sleep(0.2)
    return prices[country] + 2 * kg


def charge(parcel, bank):  # the bank takes its time, and then the money
    time.sleep(bank)
    lab.effect(f"charge {parcel}")


def answer(status, words):
    return {"statusCode": status, "body": json.dumps(words)}


# Yours from here.
PRICES = load_prices(range(COUNTRIES))


def handler(event, context):
    asked = json.loads(event["body"])
    if "bank" in asked:  # somebody buys
        charge(asked["parcel"], asked["bank"])
        return answer(200, {"paid": asked["parcel"]})
    return answer(200, {"price": calculate(PRICES, asked["country"], asked["kg"])})
"""

ORDER = """\
import json
import os
import time

import lambdalab as lab

# The outside world: leave these lines as they are.
DATABASE = lab.database("parcels", max_connections=int(os.environ["CONNECTIONS"]))


def load_tariff():
    time.sleep(2)


def book(connection, parcel, seconds):  # the database writes the order down
    connection.query(seconds=seconds)
    lab.effect(f"book {parcel}")


def charge(parcel, bank):  # the bank takes its time, and then the money
    time.sleep(bank)
    lab.effect(f"charge {parcel}")


def orders(event):  # one that came as an event, or those of a batch from a queue
    records = event.get("Records")
    return [event] if records is None else [json.loads(one["body"]) for one in records]


# Yours from here.
load_tariff()
POOL = [DATABASE.connect() for _ in range(2)]  # one to read, one to write


def handler(event, context):
    for order in orders(event):
        if "bank" in order:  # handed over by quote, one day
            charge(order["parcel"], order["bank"])
        else:
            book(POOL[0], order["parcel"], order["seconds"])
"""

LABEL = """\
import json
import time

import lambdalab as lab

# The outside world: leave these lines as they are.
PRINTERS = lab.database("printers", max_connections=2)  # they take two jobs at a time


def print_label(parcel):
    with PRINTERS.connect():
        time.sleep(6)
        lab.effect(f"label {parcel}")


# Yours from here.
def handler(event, context):
    for record in event["Records"]:
        print_label(json.loads(record["body"])["parcel"])
"""

SCAN = """\
import base64
import json
import time

import lambdalab as lab

# The outside world: leave these lines as they are.


def track(parcel):
    time.sleep(0.3)
    lab.effect(f"track {parcel}")


def set_aside(data):  # somebody looks at it in the morning
    lab.effect(f"set aside {data}")


# Yours from here.
def handler(event, context):
    for record in event["Records"]:
        data = base64.b64decode(record["kinesis"]["data"]).decode()
        track(json.loads(data)["parcel"])
"""

INVOICE = """\
import os

import lambdalab as lab

# The outside world: leave these lines as they are.
DATABASE = lab.database("parcels", max_connections=int(os.environ["CONNECTIONS"]))
CUSTOMERS = 10


def send_invoice(connection, time, customer):
    connection.query(seconds=1)
    lab.effect(f"invoice {time[11:16]}-{customer}")


# Yours from here.
connection = DATABASE.connect()


def handler(event, context):
    for customer in range(CUSTOMERS):  # those of the last twenty minutes
        send_invoice(connection, event["time"], customer)
"""

REPORT = """\
import json
import time

import lambdalab as lab

# The outside world: leave these lines as they are.


def analyse(report):
    time.sleep(120)
    lab.effect(f"report {report}")


def reports(event):  # one that came as an event, or those of a batch from a queue
    records = event.get("Records")
    return [event] if records is None else [json.loads(one["body"]) for one in records]


# Yours from here.
def handler(event, context):
    for one in reports(event):
        analyse(one["report"])
"""

FUNCTIONS: dict[str, tuple[str, dict[str, int]]] = {  # code and settings
    "quote": (QUOTE, {"memory": 256, "timeout": 60}),
    "order": (ORDER, {"memory": 256, "timeout": 3}),
    "label": (LABEL, {"memory": 256, "timeout": 10, "reserved_concurrency": 2}),
    "scan": (SCAN, {"memory": 256, "timeout": 60}),
    "invoice": (INVOICE, {"memory": 256, "timeout": 120}),
    "report": (REPORT, {"memory": 128, "timeout": 180}),
}


def world_of(source: str) -> str:
    """Cut out the outside world of a handler."""
    return source.partition(BEGIN)[2].partition(END)[0].strip()
