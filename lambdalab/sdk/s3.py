"""What S3 answers: moto keeps the objects, and the run is told what was made or removed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.s3.responses import S3Response

from ..engine import Sim
from ..engine.facts import DocumentSent, EventPublished
from ..engine.kernel import Document
from ..engine.places import ACCOUNT, REGION
from ..engine.push import publish
from .account import Asked
from .wire import Reply, encoded

KNOWN = {
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateBucket",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjects",
    "GetBucketLocation",
    "GetObject",
    "GetObjectAttributes",
    "GetObjectTagging",
    "HeadBucket",
    "HeadObject",
    "ListBuckets",
    "ListObjects",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "PutObjectTagging",
    "UploadPart",
}
MADE = {
    "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload",
    "CopyObject": "ObjectCreated:Copy",
    "PutObject": "ObjectCreated:Put",
}
LARGEST = 1 << 26  # bytes that are made up for an object of which only the size is known
CODE = re.compile(r"<Code>(.*?)</Code>")


class Buckets:
    """The buckets of one run, as moto keeps them."""

    def __init__(self, sim: Sim) -> None:
        self.sim, self.seen = sim, 0  # entries of the log
        backend = self.backend = S3Backend("aws", ACCOUNT)

        class Response(S3Response):
            backend = property(lambda self: backend_of_run)

        backend_of_run = backend
        self.response = Response

    def catch_up(self, names: list[str]) -> None:
        """Take over what the log says since the last call."""
        for name in names:
            if name not in self.backend.buckets:
                self.make(name)
        rows, texts = self.sim.rows, dict[str, str]()
        for seq in range(self.seen, len(rows)):
            fact = rows[seq][1]
            if isinstance(fact, DocumentSent) and fact.target.startswith("bucket:"):
                texts[fact.target] = fact.body
            elif isinstance(fact, EventPublished) and fact.source.startswith("bucket:"):
                self._take(fact, texts.pop(fact.source, None), rows[seq][0])
        self.seen = len(rows)

    def make(self, name: str) -> None:
        """Make a bucket; moto has one list of names for the whole program, which is left alone."""
        accounts = s3_backends.bucket_accounts
        before = accounts.get(name)
        bucket = self.backend.buckets[name] = FakeBucket(  # type: ignore[abstract]
            name, ACCOUNT, REGION
        )
        bucket.creation_date = _time(self.sim.wall)
        accounts.pop(name, None)
        if before is not None:
            accounts[name] = before

    def _take(self, fact: EventPublished, text: str | None, at: int) -> None:
        """Take over an object that code has not put there itself."""
        name, said = fact.source.partition(":")[2], json.loads(fact.body)
        if said["event"].startswith("ObjectRemoved"):
            self.backend.delete_object(name, said["key"])
        else:
            data = bytes(min(said["size"], LARGEST)) if text is None else text.encode()
            self.backend.put_object(name, said["key"], data, disable_notification=True)
            self.date(name, said["key"], at)

    def date(self, bucket: str, key: str, at: int) -> None:
        """Date an object by the clock of the run."""
        found = self.backend.head_object(bucket, key)
        if found is not None:
            found.last_modified = _time(self.sim.world.starts + at).replace(tzinfo=None)

    def size(self, bucket: str, key: str) -> int | None:
        """Say how large an object is, or None if it is not there."""
        found = self.backend.head_object(bucket, key)
        return None if found is None else int(found.contentsize)


def _time(at: int) -> datetime:
    """Give microseconds since 1970 as Python has them."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)


def _buckets(call: Asked) -> Buckets:
    """Give the buckets of a run as they are now."""
    parts = call.account.parts
    if "s3" not in parts:
        parts["s3"] = Buckets(call.sim)
    buckets: Buckets = parts["s3"]
    kinds = (resource.partition(":") for resource in sorted(call.account.configurer.resources()))
    buckets.catch_up([name for kind, _, name in kinds if kind == "bucket"])
    return buckets


def content(call: Asked, bucket: str, key: str) -> bytes | None:
    """Give the bytes of an object, or None if there is none."""
    buckets = _buckets(call)
    if bucket not in buckets.backend.buckets:
        return None
    found = buckets.backend.get_object(bucket, key)
    return None if found is None else bytes(found.value)


def reply(call: Asked) -> Reply:
    """Let moto answer a call, and tell the run what was made or removed."""
    buckets, sent = _buckets(call), call.sent
    params = sent.params
    removed = [key for key in _removed(sent.operation, params) if _is_there(buckets, params, key)]
    status, headers, body = _answer(buckets, call)
    text = tuple((name, str(value)) for name, value in headers.items() if name != "status")
    if status >= 300:
        content = encoded(body)
        code = CODE.search(content.decode(errors="replace"))
        return Reply(status, text, content, code[1] if code else str(status))
    if sent.operation == "CreateBucket":
        call.account.configurer.create("bucket", params["Bucket"])
    if event := MADE.get(sent.operation):
        bucket, key = params["Bucket"], params["Key"]
        buckets.date(bucket, key, call.sim.now)
        size = buckets.size(bucket, key) or 0
        _tell(call, bucket, {"event": event, "key": key, "size": size})
    for key in removed:
        _tell(call, params["Bucket"], {"event": "ObjectRemoved:Delete", "key": key})
    buckets.seen = len(call.sim.rows)  # all of it is moto's own doing
    return Reply(status, text, encoded(body))


def _answer(buckets: Buckets, call: Asked) -> Any:
    """Hand a request to moto, by the form of its path."""
    sent, response = call.sent, buckets.response()
    request = sent.request
    path = request.raw_path.strip("/")
    if not path:
        answer = response.bucket_response
    elif "/" in request.raw_path.lstrip("/"):
        answer = response.key_response
    else:
        answer = response.ambiguous_response
    return answer(request, sent.url, request.headers)


def _removed(operation: str, params: dict[str, Any]) -> list[str]:
    """List what a call would remove."""
    if operation == "DeleteObject":
        return [params["Key"]]
    if operation == "DeleteObjects":
        return [each["Key"] for each in params["Delete"]["Objects"]]
    return []


def _is_there(buckets: Buckets, params: dict[str, Any], key: str) -> bool:
    name = params["Bucket"]
    return name in buckets.backend.buckets and buckets.size(name, key) is not None


def _tell(call: Asked, bucket: str, said: dict[str, Any]) -> None:
    """Let a bucket notify whoever listens."""
    id = call.sim.new_id("object")
    document = Document(id, json.dumps(said), (), call.lineage)
    publish(call.sim, f"bucket:{bucket}", document, call.rule, call.because)
