"""One example for each rule of front doors, clients and calls from code, named after its id."""

import json
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of, starts

FINE = lab.handler("fine", wait=1, returns={"statusCode": 200, "body": "ok"})
BOOM = lab.handler("boom", fails=True)
FULL = lab.handler("full", reserved_concurrency=0)
LONG = lab.handler("long", wait=100, timeout=120)


def echo(**settings: Any) -> lab.Function:
    source = (
        "import json\n"
        "def handler(event, context): return {'statusCode': 200, 'body': json.dumps(event)}"
    )
    return lab.function(source, name="echo", **settings)


def returning(value: object) -> lab.Function:
    return lab.handler("returning", returns=value)


def only(door: Any, payload: Any = None) -> lab.Response:
    return lab.run(door, at=[(0, payload)]).responses[0]


def event(door: Any, request: Any = None) -> dict[str, Any]:
    return json.loads(only(door, request).payload)


# Calls from inside a function -------------------------------------------------------------------


OUTER = """
import lambdalab as lab
def handler(event, context):
    return lab.call("inner", event)
"""
INNER = lab.handler("inner", wait=5, timeout=10, returns="done")


def outer(timeout: int = 30, **settings: Any) -> lab.Function:
    return lab.function(OUTER, name="outer", timeout=timeout, **settings)


def test_sync_lambda_to_lambda_both_run_both_count_and_both_are_billed() -> None:
    run = lab.run(outer(), at=[0], also=[INNER])
    assert run.returned == ["done"]
    assert run.peak == 2
    assert run.bill.ms == 5_000 + 5_000
    assert decided(run, "sync.lambda-to-lambda")[0].fact.function == "inner"
    assert of(run, facts.RequestReceived)[1].fact.source == "call-1"


def test_sync_client_disconnect_the_function_goes_on_when_its_caller_is_gone() -> None:
    run = lab.run(outer(timeout=3), at=[0], also=[INNER])
    assert run.returned[0].type == "Sandbox.Timedout"
    (unheard,) = decided(run, "sync.client-disconnect")
    assert (unheard.at, unheard.fact.heard) == (5_000_000, False)
    assert run.count("processed") == 1
    assert "nobody listens" in run.story("req-2")


def test_recursion_limit_a_function_that_calls_itself_is_stopped_after_sixteen() -> None:
    source = "import lambdalab as lab\ndef handler(event, context): return lab.call('loop', event)"
    run = lab.run(lab.function(source, name="loop"), at=[0])
    assert run.count("started") == 16
    (stopped,) = decided(run, "recursion.limit")
    assert stopped.fact == facts.RequestRefused("req-17", "RecursiveInvocationException")
    assert of(run, facts.ResponseSent)[0].fact.status_code == 400
    assert "RecursiveInvocationException" in run.returned[0].message


def test_recursion_limit_an_event_goes_to_the_failure_targets() -> None:
    source = (
        "import lambdalab as lab\n"
        "def handler(event, context): return lab.call(lab.event('loop'), event)"
    )
    loop = lab.function(source, name="loop", dead_letter="dead", on_failure="failed")
    run = lab.run(lab.event(loop), at=[0])
    assert run.count("started") == 16
    (record,), (letter,) = run.delivered("failed"), run.delivered("dead")
    assert record["body"]["requestContext"]["condition"] == "RecursiveInvocation"
    assert letter["attributes"]["ErrorCode"] == "400"
    assert (run.count("dropped"), run.count("recursive")) == (1, 1)


def test_recursion_limit_is_counted_for_each_function_of_a_chain() -> None:
    ping = (
        "import lambdalab as lab\ndef handler(event, context): lab.call(lab.event('pong'), event)"
    )
    pong = ping.replace("pong", "ping")
    run = lab.run(
        lab.event(lab.function(ping, name="ping")), at=[0], also=[lab.function(pong, name="pong")]
    )
    assert run.count("started") == 32
    last = of(run, facts.RequestReceived)[-1].fact
    assert last.lineage == "ping:16|pong:16"


def test_recursion_limit_destinations_belong_to_the_chain() -> None:
    first = lab.handler("first")
    second = lab.handler("second", on_success=first)
    object.__setattr__(first, "on_success", second)
    run = lab.run(lab.event(first), at=[0])
    assert run.count("started") == 32
    assert run.count("recursive") == 1


def test_recursion_limit_a_topic_hands_the_chain_on_and_a_bus_does_not() -> None:
    def chains(sends: Any) -> list[str]:
        first = lab.handler("first", wait=1, on_success=sends)
        again = sends.to(first)
        run = lab.run(lab.event(first), at=[0], also=[again], until=2)
        return [e.fact.lineage for e in of(run, facts.RequestReceived)][:3]

    assert chains(lab.topic("news")) == ["", "first:1", "first:2"]
    assert chains(lab.bus("news")) == ["", "", ""]


def test_recursion_limit_can_be_assumed_otherwise_or_switched_off() -> None:
    source = (
        "import lambdalab as lab, time\n"
        "def handler(event, context):\n    time.sleep(1)\n    lab.call(lab.event('loop'), event)"
    )
    loop = lab.event(lab.function(source, name="loop"))
    assert lab.run(loop, at=[0], assume={"recursion.limit": 3}).count("started") == 3
    endless = lab.run(loop, at=[0], until=60, assume={"recursion.limit": None})
    assert endless.count("started") == 61


def test_recursion_limit_many_calls_of_one_handler_are_no_loop() -> None:
    source = (
        "import lambdalab as lab\n"
        "def handler(event, context): return [lab.call('leaf', n) for n in range(20)]"
    )
    leaf = lab.handler("leaf", returns=1)
    run = lab.run(lab.function(source, name="root"), at=[0], also=[leaf])
    assert run.returned == [[1] * 20]


# SDKs as callers --------------------------------------------------------------------------------


def test_sdk_boto3_timeouts_a_client_waits_60_seconds() -> None:
    run = lab.run(lab.caller(LONG), at=[0])
    (late,) = decided(run, "sdk.boto3.timeouts")
    assert (late.at, late.fact.error) == (60_000_000, "ReadTimeoutError")
    assert run.responses[0].status_code == 0
    assert run.returned[0].type == "ReadTimeoutError"
    just = lab.run(lab.caller(lab.handler(wait=60, timeout=90, returns=1)), at=[0])
    assert just.returned == [1]  # what ends at t is in time at t
    patient = lab.run(lab.caller(LONG, read_timeout=100), at=[0])
    assert patient.responses[0].status_code == 200


def test_sdk_legacy_five_tries_with_waits_that_double() -> None:
    run = lab.run(lab.caller(FULL, retries="legacy"), at=[0])
    assert run.table("tries").sent.tolist() == [0, 1, 3, 7, 15]
    assert run.responses[0].status_code == 429
    (gave_up,) = of(run, facts.ClientGaveUp)
    assert gave_up.rule == "sdk.legacy"
    assert "retries='legacy'" in repr(run.why(gave_up))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 509, 400, 404, 501])
def test_sdk_legacy_tries_again_for_these_statuses(status: int) -> None:
    door = lab.function_url(returning({"statusCode": status}))
    tries = lab.run(lab.caller(door, retries="legacy"), at=[0]).count("tries")
    assert tries == (1 if status in (400, 404, 501) else 5)


def test_sdk_standard_pre2026_three_tries() -> None:
    run = lab.run(lab.caller(FULL, retries="standard"), at=[0])
    assert run.table("tries").sent.tolist() == [0, 1, 3]


def test_sdk_standard_pre2026_a_budget_of_retries_is_shared() -> None:
    run = lab.run(lab.caller(FULL, retries="standard"), at=[0] * 60)
    assert run.count("tries") == 60 + 500 // 5
    assert run.count("gave_up") == 60
    late = lab.run(lab.caller(LONG, retries="standard", read_timeout=1), at=[0] * 60)
    assert late.count("tries") == 60 + 500 // 10


def test_sdk_standard_pre2026_a_success_gives_the_budget_back() -> None:
    busy = lab.handler("busy", wait=0.5, reserved_concurrency=1)
    run = lab.run(lab.caller(busy, retries="standard"), at=[0, 0])
    tokens = [world.outside.callers["caller-of-busy"].tokens for world in [run.world()]]
    assert run.count("tries") == 3
    assert tokens == [500]


def test_sdk_throttle_is_retryable() -> None:
    run = lab.run(lab.caller(FULL, retries="legacy"), at=[0])
    assert run.metrics["Throttles"] == 5
    failed = decided(run, "sdk.throttle-is-retryable")
    assert [e.fact.error for e in failed] == ["TooManyRequestsException"] * 5


def test_sdk_function_error_not_retried() -> None:
    run = lab.run(lab.caller(BOOM, retries="legacy"), at=[0])
    (answered,) = decided(run, "sdk.function-error-not-retried")
    assert answered.fact.function_error == "Unhandled"
    assert run.count("tries") == run.count("started") == 1
    assert run.responses[0].function_error == "Unhandled"


def test_sdk_read_timeout_duplicates_two_invocations_at_once() -> None:
    run = lab.run(lab.caller(LONG, retries="legacy"), at=[0])
    assert starts(run) == [0, 61, 123, 187, 255]
    assert len(decided(run, "sdk.read-timeout-duplicates")) == 4
    assert run.peak == 2


def test_a_client_that_tries_once_more_does_so_at_once() -> None:
    run = lab.run(lab.caller(FULL, retries="once"), at=[3])
    assert run.table("tries").sent.tolist() == [3, 3]
    assert lab.run(lab.caller(FULL), at=[0]).count("tries") == 1


def test_a_client_in_front_of_the_event_door_gets_202() -> None:
    run = lab.run(lab.caller(lab.event(BOOM), retries="legacy"), at=[0])
    assert (run.responses[0].status_code, run.count("tries")) == (202, 1)
    assert run.attempts() == 3


# Front doors ------------------------------------------------------------------------------------

REST, HTTP, ALB, URL = (
    lab.api,
    lambda fn: lab.api(fn, kind="http"),
    lab.load_balancer,
    lab.function_url,
)


def test_apigw_mode_synchronous_and_never_again() -> None:
    run = lab.run(REST(BOOM), at=[0])
    assert run.attempts() == 1
    (received,) = decided(run, "apigw.mode")
    assert (received.fact.invocation_type, received.fact.source) == (
        "RequestResponse",
        "exchange-1",
    )


def test_apigw_rest_timeout_29_seconds_or_less() -> None:
    for timeout in (0.04, 29.1):
        with pytest.raises(lab.LabError, match=r"apigw\.rest\.timeout"):
            lab.api(FINE, timeout=timeout)
    slow = lab.handler(wait=35, timeout=60, returns={"statusCode": 200})
    assert only(lab.api(slow, timeout=60, timeout_quota=60)).status_code == 200
    assert lab.run(lab.api(FINE, timeout=0.5), at=[0]).table("exchanges").answered.tolist() == [0.5]


def test_apigw_rest_timeout_status_504_while_the_function_runs_on() -> None:
    slow = lab.handler("slow", wait=35, timeout=60)
    run = lab.run(lab.api(slow), at=[0])
    (answered,) = decided(run, "apigw.rest.timeout-status")
    assert (answered.at, answered.fact.status_code) == (29_000_000, 504)
    assert json.loads(run.responses[0].payload) == {"message": "Endpoint request timed out"}
    assert "timeout=29 on api:api, which you left at its default" in repr(run.why(answered))
    assert (run.count("processed"), run.end) == (1, 35)


def test_apigw_rest_timeout_status_what_ends_at_29_seconds_is_in_time() -> None:
    just = lab.handler(wait=29, timeout=60, returns={"statusCode": 201})
    assert only(REST(just)).status_code == 201


@pytest.mark.parametrize(
    "value",
    [None, "text", [1], {"body": "x"}, {"statusCode": "no"}, {"statusCode": 200, "body": 1}],
)
def test_apigw_rest_function_error_502_for_failures_and_bad_responses(value: object) -> None:
    late = lab.handler(wait=9, timeout=3)
    for door in (REST(BOOM), REST(late), REST(returning(value))):
        answer = only(door)
        assert (answer.status_code, answer.payload) == (502, '{"message": "Internal server error"}')


def test_apigw_rest_invoke_rejected_500_and_not_429() -> None:
    run = lab.run(REST(FULL), at=[0])
    assert (run.responses[0].status_code, run.count("throttled")) == (500, 1)
    assert run.returned == [lab.Failure("500", "Internal server error")]


def test_apigw_payload_10_mb_at_the_gateway_and_6_mb_at_lambda() -> None:
    mb = 1024 * 1024
    run = lab.run(REST(FINE), at=[(0, lab.request("POST", "/", body="x" * (10 * mb + 1)))])
    assert (run.responses[0].status_code, run.attempts()) == (413, 0)
    run = lab.run(REST(FINE), at=[(0, lab.request("POST", "/", body="x" * (6 * mb)))])
    assert (run.responses[0].status_code, run.attempts()) == (500, 0)
    assert of(run, facts.RequestRefused)[0].fact.error == "RequestTooLargeException"


def test_apigw_http_timeout_30_seconds_then_503() -> None:
    slow = lab.handler(wait=35, timeout=60)
    run = lab.run(HTTP(slow), at=[0])
    assert run.table("exchanges").answered.tolist() == [30]
    assert run.returned == [lab.Failure("503", "Service Unavailable")]
    assert run.count("processed") == 1
    with pytest.raises(lab.LabError, match=r"apigw\.http\.timeout"):
        lab.api(FINE, kind="http", timeout=30.5)


def test_apigw_http_function_error_500() -> None:
    answer = only(HTTP(BOOM))
    assert (answer.status_code, answer.payload) == (500, '{"message": "Internal Server Error"}')
    assert only(HTTP(returning({"statusCode": 200, "body": {}}))).status_code == 500


def test_open_apigw_http_a_throttle_gives_500_or_what_a_run_assumes() -> None:
    assert only(HTTP(FULL)).status_code == 500
    run = lab.run(HTTP(FULL), at=[0], assume={"open.apigw.http": 503})
    assert run.responses[0].status_code == 503


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"kg": 42}, '{"kg": 42}'),
        ("hello", "hello"),
        (None, "null"),
        ([1, 2], "[1, 2]"),
        (7, "7"),
    ],
)
def test_apigw_http_response_inference_a_result_without_status_code(value: Any, body: str) -> None:
    answer = only(HTTP(returning(value)))
    assert (answer.status_code, answer.payload) == (200, body)
    assert answer.headers == {"content-type": "application/json"}


def test_a_proxy_response_has_headers_cookies_and_base64() -> None:
    value = {
        "statusCode": "201",
        "headers": {"X-Kg": 42},
        "cookies": ["a=1"],
        "body": "aGVsbG8=",
        "isBase64Encoded": True,
    }
    answer = only(HTTP(returning(value)))
    assert (answer.status_code, answer.payload) == (201, "hello")
    assert answer.headers == {"X-Kg": "42", "set-cookie": "a=1"}
    broken = {"statusCode": 200, "body": "no base64!", "isBase64Encoded": True}
    assert only(REST(returning(broken))).status_code == 502


def test_a_rest_response_has_several_values_of_a_header_and_a_type_by_default() -> None:
    value = {"statusCode": 200, "headers": {"a": "0"}, "multiValueHeaders": {"A": ["1", "2"]}}
    run = lab.run(REST(returning(value)), at=[0])
    (answered,) = of(run, facts.ExchangeAnswered)
    assert answered.fact.headers == (("A", "1"), ("A", "2"), ("content-type", "application/json"))


def test_alb_mode_it_waits_as_long_as_the_function_may_take() -> None:
    slow = lab.handler(wait=600, timeout=900, returns={"statusCode": 200})
    run = lab.run(ALB(slow), at=[0])
    assert run.table("exchanges").answered.tolist() == [600]
    assert len(decided(run, "alb.mode")) == 1


def test_alb_limits_1_mb_for_the_body_and_1_mb_for_the_response() -> None:
    fits = lab.request("POST", "/", body="x" * 1024 * 1024)
    assert only(ALB(FINE), fits).status_code == 200
    assert only(ALB(returning({"statusCode": 200, "body": "x" * 1_048_000}))).status_code == 200
    assert only(ALB(returning({"statusCode": 200, "body": "x" * 1_048_576}))).status_code == 502


def test_alb_status_413_a_body_over_the_limit_and_nothing_runs() -> None:
    run = lab.run(ALB(FINE), at=[(0, lab.request("POST", "/", body="x" * (1024 * 1024 + 1)))])
    assert decided(run, "alb.status.413")[0].fact.status_code == 413
    assert (run.responses[0].status_code, run.attempts()) == (413, 0)


def test_alb_status_502_for_everything_that_goes_wrong() -> None:
    late = lab.handler(wait=9, timeout=3)
    for fn in (BOOM, FULL, late, returning("text"), returning({"body": "no status"})):
        answer = only(ALB(fn))
        assert (answer.status_code, answer.headers) == (502, {"content-type": "text/html"})
    gone = lab.run(ALB(FINE), at=[1], changes=[(0, FINE, lab.deleted)])
    assert gone.responses[0].status_code == 502


def test_alb_status_other_503_without_a_target() -> None:
    run = lab.run(lab.load_balancer("front"), at=[0])
    assert run.responses[0].status_code == 503
    assert run.returned[0].type == "503"


@pytest.mark.parametrize("kind", ["rest", "http"])
def test_apigw_rest_own_throttle_5000_at_once_and_10000_a_second(kind: str) -> None:
    quick = FINE.with_(code=lab.work(returns={"statusCode": 200, "body": "ok"}))
    doors = {lab.api(quick, kind=kind): [0] * 4000, lab.api(quick, name="b", kind=kind): [0] * 2000}
    run = lab.run(doors, account_concurrency=10_000)
    assert [answer.status_code for answer in run.responses].count(429) == 1000
    assert len(decided(run, "apigw.rest.own-throttle")) == run.count("refused") + 1000
    assert run.responses[-1].payload == '{"message": "Too Many Requests"}'
    assert (run.metrics["Invocations"], run.metrics["Throttles"]) == (5000, 0)
    later = lab.run(
        lab.api(quick, kind=kind), at=[0] * 5000 + [0.1] * 1500, account_concurrency=9000
    )
    assert [answer.status_code for answer in later.responses].count(429) == 500


def test_apigw_rest_own_throttle_is_not_that_of_a_load_balancer() -> None:
    quick = FINE.with_(code=lab.work(returns={"statusCode": 200, "body": "ok"}))
    run = lab.run(ALB(quick), at=[0] * 5001, account_concurrency=10_000)
    assert {answer.status_code for answer in run.responses} == {200}


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [
        ({"content-type": "text/html; charset=utf-8"}, False),
        ({"content-type": "application/json"}, False),
        ({"content-type": "application/xml"}, False),
        ({"content-type": "image/png"}, True),
        ({"content-type": "text/plain", "content-encoding": "gzip"}, True),
    ],
)
def test_alb_base64_by_type_and_encoding(headers: dict[str, str], encoded: bool) -> None:
    got = event(ALB(echo()), lab.request("POST", "/", headers, body="kg"))
    assert got["isBase64Encoded"] is encoded
    assert got["body"] == ("a2c=" if encoded else "kg")


def test_alb_multivalue_the_last_value_or_all_of_them() -> None:
    asked = lab.request("GET", "/", {"a": ["1", "2"]}, {"unit": ["kg", "lb"]})
    got = event(ALB(echo()), asked)
    assert (got["headers"]["a"], got["queryStringParameters"]) == ("2", {"unit": "lb"})
    got = event(lab.load_balancer(echo(), multi_value_headers=True), asked)
    assert got["multiValueHeaders"]["a"] == ["1", "2"]
    assert got["multiValueQueryStringParameters"] == {"unit": ["kg", "lb"]}
    assert "headers" not in got


def test_furl_format_of_http_apis_with_the_default_route() -> None:
    got = event(URL(echo()))
    assert (got["version"], got["routeKey"], got["requestContext"]["stage"]) == (
        "2.0",
        "$default",
        "$default",
    )
    assert got["requestContext"]["domainName"].endswith(".lambda-url.us-east-1.on.aws")


def test_furl_throttle_429() -> None:
    run = lab.run(URL(FULL), at=[0])
    assert decided(run, "furl.throttle")[0].fact.status_code == 429
    assert run.responses[0].status_code == 429


def test_furl_function_error_a_bad_gateway_in_plain_text() -> None:
    answer = only(URL(BOOM))
    assert (answer.status_code, answer.payload) == (502, "Internal Server Error")


def test_furl_response_inference_and_the_range_of_status_codes() -> None:
    assert only(URL(returning({"kg": 1}))).payload == '{"kg": 1}'
    assert only(URL(returning({"statusCode": 599}))).status_code == 599
    assert only(URL(returning({"statusCode": 600}))).status_code == 502
    run = lab.run(URL(returning(1)), at=[0])
    assert len(decided(run, "furl.response-inference")) == 1


# What a function is given: the keys of AWS's own examples, with the values of the run -------------

ASKED = lab.request(
    "POST",
    "/trees/17",
    {"Accept": "application/json", "Cookie": "session=blue", "User-Agent": "orchard-client/1.4"},
    {"unit": ["kg", "lb"]},
    {"kg": 42},
)


def test_apigw_rest_v1_key_by_key() -> None:
    got = event(REST(echo()), ASKED)
    context = got.pop("requestContext")
    host = context["domainName"]
    assert got == {
        "resource": "/{proxy+}",
        "path": "/trees/17",
        "httpMethod": "POST",
        "headers": {
            "Accept": "application/json",
            "Cookie": "session=blue",
            "User-Agent": "orchard-client/1.4",
            "content-type": "application/json",
            "host": host,
        },
        "multiValueHeaders": {
            "Accept": ["application/json"],
            "Cookie": ["session=blue"],
            "User-Agent": ["orchard-client/1.4"],
            "content-type": ["application/json"],
            "host": [host],
        },
        "queryStringParameters": {"unit": "lb"},
        "multiValueQueryStringParameters": {"unit": ["kg", "lb"]},
        "pathParameters": {"proxy": "trees/17"},
        "stageVariables": None,
        "body": '{"kg": 42}',
        "isBase64Encoded": False,
    }
    nothing = (
        "accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType "
        "cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn"
    )
    assert context == {
        "accountId": "123456789012",
        "apiId": host[:10],
        "authorizer": {"claims": None, "scopes": None},
        "domainName": f"{host[:10]}.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": host[:10],
        "extendedRequestId": context["extendedRequestId"],
        "httpMethod": "POST",
        "identity": {
            **dict.fromkeys(nothing.split()),
            "sourceIp": "203.0.113.7",
            "userAgent": "orchard-client/1.4",
        },
        "path": "/prod/trees/17",
        "protocol": "HTTP/1.1",
        "requestId": "65786368-0000-4000-8000-000000000001",
        "requestTime": "01/Jan/2026:00:00:00 +0000",
        "requestTimeEpoch": 1767225600000,
        "resourceId": context["resourceId"],
        "resourcePath": "/{proxy+}",
        "stage": "prod",
    }


def test_apigw_rest_v1_what_is_absent_is_null() -> None:
    got = event(REST(echo()), lab.request("GET", "/"))
    absent = (
        "queryStringParameters multiValueQueryStringParameters pathParameters stageVariables body"
    )
    assert [got[name] for name in absent.split()] == [None] * 5


def test_apigw_http_v2_key_by_key() -> None:
    got = event(HTTP(echo()), ASKED)
    host = got["headers"]["host"]
    assert got == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/trees/17",
        "rawQueryString": "unit=kg&unit=lb",
        "cookies": ["session=blue"],
        "headers": {
            "accept": "application/json",
            "user-agent": "orchard-client/1.4",
            "content-type": "application/json",
            "host": host,
        },
        "queryStringParameters": {"unit": "kg,lb"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": host[:10],
            "authentication": None,
            "authorizer": None,
            "domainName": host,
            "domainPrefix": host[:10],
            "http": {
                "method": "POST",
                "path": "/trees/17",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "orchard-client/1.4",
            },
            "requestId": "65786368-0000-4000-8000-000000000001",
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "body": '{"kg": 42}',
        "isBase64Encoded": False,
    }


def test_apigw_http_v2_what_is_empty_is_left_out() -> None:
    got = event(HTTP(echo()), lab.request("GET", "/"))
    assert got.keys().isdisjoint({"cookies", "queryStringParameters", "pathParameters", "body"})


def test_function_url_has_the_keys_of_an_http_api() -> None:
    here, there = event(URL(echo()), ASKED), event(HTTP(echo()), ASKED)
    assert here.keys() == there.keys()
    assert here["requestContext"].keys() == there["requestContext"].keys()


def test_alb_key_by_key() -> None:
    got = event(lab.load_balancer(echo(), name="orchard"), ASKED)
    arn = got["requestContext"]["elb"]["targetGroupArn"]
    assert arn.startswith(
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/orchard/"
    )
    headers = got["headers"]
    assert got == {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": "POST",
        "path": "/trees/17",
        "queryStringParameters": {"unit": "lb"},
        "headers": {
            "accept": "application/json",
            "cookie": "session=blue",
            "user-agent": "orchard-client/1.4",
            "content-type": "application/json",
            "host": headers["host"],
            "x-amzn-trace-id": headers["x-amzn-trace-id"],
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "body": '{"kg": 42}',
        "isBase64Encoded": False,
    }
    assert headers["x-amzn-trace-id"].startswith("Root=1-6955b900-")


def test_the_usual_request_is_a_post_with_a_json_body() -> None:
    run = lab.run(REST(echo()), at=[0, 1, (2, "text"), (3, {"a": [1]})])
    got = [json.loads(response.payload) for response in run.responses]
    assert [(e["httpMethod"], e["path"], e["body"]) for e in got] == [
        ("POST", "/", '{"n": 0}'),
        ("POST", "/", '{"n": 1}'),
        ("POST", "/", '"text"'),
        ("POST", "/", '{"a": [1]}'),
    ]
    assert [e["requestContext"]["requestTime"][-14:-6] for e in got] == [
        "00:00:00",
        "00:00:01",
        "00:00:02",
        "00:00:03",
    ]


def test_bytes_are_sent_as_base64() -> None:
    got = event(HTTP(echo()), lab.request("PUT", "/", body=b"\x00\x01"))
    assert (got["body"], got["isBase64Encoded"]) == ("AAE=", True)
