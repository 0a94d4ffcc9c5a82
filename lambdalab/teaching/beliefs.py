"""What people believe about Lambda, by the number that the whole course uses."""

from __future__ import annotations

BELIEFS = {
    "M01": "each invocation starts clean, in a new environment",
    "M02": "/tmp is empty when an invocation starts",
    "M03": "after the first cold start, one warm environment serves everybody",
    "M04": "a ping every five minutes keeps the function warm",
    "M05": "an idle environment lives for a known number of minutes",
    "M06": "what I start in the background finishes after I return",
    "M07": "a connection pool in a global works by itself",
    "M08": "Init is free, and it counts against my timeout",
    "M09": "after an error the next call is a normal warm call",
    "M10": "reserved concurrency keeps environments warm, and provisioned concurrency is a cap",
    "M11": "provisioned concurrency ends cold starts",
    "M12": "Lambda scales without limit, and at once",
    "M13": "the traffic of my function is my own business",
    "M14": "if I were throttled, I would see errors in my logs",
    "M15": "more memory costs more",
    "M17": "Lambda retries what fails, or never does, whoever called",
    "M18": "202, or 200, means that it worked",
    "M19": "returning status code 500 makes Lambda retry",
    "M20": "an event is done or given up within minutes",
    "M21": "a dead-letter queue on my function catches everything",
    "M22": "a queue waits patiently while my function has no room",
    "M23": "a loan as long as the function's timeout is long enough",
    "M24": "if one message of a batch fails, only that one comes back",
    "M25": "FIFO means one at a time, and exactly once",
    "M26": "a bad record hurts only itself",
    "M27": "more shards, memory or concurrency clear any lag",
    "M28": "when a caller stops waiting, my function stops too",
    "M30": "if I note the id first, everything happens exactly once",
}
