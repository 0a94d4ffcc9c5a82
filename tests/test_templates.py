"""Templates of SAM and CloudFormation become resources of the stack, or are refused by name."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import lambdalab as lab

pytest.importorskip("samtranslator")
from lambdalab.templates.supported import IGNORED, WITHOUT_EFFECT

HERE = Path(__file__).parent / "templates"
ORDERS, SHOP, PLAIN = (HERE / name / "template.yaml" for name in ("orders", "shop", "plain"))
PAGE = Path(__file__).parent.parent / "docs" / "templates.md"
CODE = "def handler(event, context):\n    return 1\n"
FUNCTION: dict[str, Any] = {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Handler": "index.handler", "Runtime": "python3.14", "Code": {"ZipFile": CODE}},
}
QUEUE = {"Type": "AWS::SQS::Queue"}


def loaded(folder: Path, document: dict[str, Any], **options: Any) -> Any:
    """Load a template that is written down as JSON."""
    file = folder / "template.json"
    file.write_text(json.dumps(document))
    return lab.load(file, **options)


def with_(properties: dict[str, Any]) -> dict[str, Any]:
    return {**FUNCTION, "Properties": FUNCTION["Properties"] | properties}


def mapping(**properties: Any) -> dict[str, Any]:
    usual = {"EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]}, "FunctionName": {"Ref": "F"}}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": usual | properties}


# SAM --------------------------------------------------------------------------------------------


def test_the_pipeline_of_orders_is_what_one_would_write_by_hand() -> None:
    work = {"Accept": lab.work(wait=0.1), "Fulfil": lab.work(wait=0.2)}
    stack = lab.load(ORDERS, code=work)
    dead = lab.queue("Dead")
    table = lab.table("Orders")
    settings: dict[str, Any] = {"memory": 512, "timeout": 10, "runtime": "python3.14"}
    environment = {
        "STAGE": "test",
        "ORDERS_TABLE": "Orders",
        "WORK_QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/Work",
    }
    accept = lab.function(work["Accept"], name="Accept", **settings, environment=environment)
    environment = {name: environment[name] for name in ("STAGE", "ORDERS_TABLE")}
    fulfil = lab.function(work["Fulfil"], name="Fulfil", **settings, environment=environment)
    queue = lab.queue("Work", visibility_timeout=60, dead_letter=dead, max_receive_count=3)
    queue = queue.to(fulfil, batch_size=5, report_batch_item_failures=True)
    shop = lab.api("Shop", kind="http").to(accept, routes=["POST /orders"])

    def facts(run: Any) -> list[str]:
        return [f"{entry.at} {entry.fact}" for entry in run.log]

    at = {"Shop": [0, 1], "Work": [2, 2, 2]}
    by_template = lab.run({stack[id]: times for id, times in at.items()}, also=stack)
    by_hand = lab.run({shop: at["Shop"], queue: at["Work"]}, also=[table, queue, dead])
    assert facts(by_template) == facts(by_hand)
    assert by_template.count("processed") == by_hand.count("processed") == 5  # 2 orders, 3 messages


def test_every_source_of_a_sam_function_feeds_its_alias() -> None:
    stack = lab.load(SHOP)
    live = stack["ShopAliaslive"]
    wired = {id: stack[id].wires for id in ("Queue", "Table", "Stream", "Bucket", "Bus", "News")}
    wired |= {id: stack[id].wires for id in ("ShopEvery", "ShopUrl", "ServerlessRestApi")}
    assert {id: [wire.function for wire in wires] for id, wires in wired.items()} == {
        id: [live] for id in wired
    }
    assert wired["Queue"][0].settings["batch_size"] == 5
    assert wired["Table"][0].settings["maximum_retry_attempts"] == 2
    assert wired["Stream"][0].settings["starting_position"] == "LATEST"
    assert wired["Bucket"][0].settings["prefix"] == "in/"
    assert json.loads(wired["Bus"][0].settings["pattern"]) == {"source": ["shop"]}
    assert stack["ShopEvery"].every == 300
    assert (stack["Stream"].shards, stack["Stream"].retention) == (2, 172_800)
    assert stack["ServerlessHttpApi"].timeout == 5
    assert (stack["Bus"].name, stack["Table"].key) == ("shop-events", "id")


def test_every_source_of_a_sam_function_reaches_it_in_a_run() -> None:
    stack = lab.load(SHOP)
    sources = {
        "Queue": [1],
        "Table": [(2, {"id": "a"})],
        "Stream": [3],
        "Bucket": [(4, "in/a.txt"), (4, "out/b.txt")],
        "Bus": [(5, lab.bus_event({"n": 1}, source="shop")), 5],
        "News": [6],
        "ServerlessRestApi": [(7, lab.request("POST", "/orders/7"))],
        "ShopUrl": [8],
    }
    run = lab.run({stack[id]: at for id, at in sources.items()}, also=stack, until=60)
    began = [round(invocation.start / 1e6) for invocation in run.invocations]
    assert began == [0, 1, 2, 3, 4, 5, 6, 7, 8]  # 0: the schedule
    assert run.returned[-2:] == [7, "no id"]  # JSON of the body "7"


def test_event_settings_belong_to_the_alias_that_they_name() -> None:
    stack = lab.load(SHOP, parameters={"Retries": 0})
    assert stack["Shop"].maximum_retry_attempts == 2
    assert stack["Shop"].on_failure is None
    version = stack["ShopAliaslive"].version.settings
    assert (version.maximum_retry_attempts, version.on_failure) == (0, stack["Dead"])


def test_a_condition_that_does_not_hold_leaves_a_resource_out() -> None:
    assert "Absent" not in lab.load(SHOP)


def test_a_stack_is_asked_by_logical_id() -> None:
    stack = lab.load(SHOP)
    assert stack.Shop is stack["Shop"]
    assert stack.Shop in list(stack)
    assert "Shop" in dir(stack)
    assert repr(stack).splitlines()[:2] == ["<stack of template.yaml>", "  Dead: queue('Dead')"]
    assert stack.left_out["ShopRole"] == "AWS::IAM::Role"
    with pytest.raises(lab.LabError, match="left out: AWS::IAM::Role"):
        stack["ShopRole"]
    with pytest.raises(AttributeError, match="is not in it"):
        stack.Nothing  # noqa: B018


# Plain CloudFormation ---------------------------------------------------------------------------


def test_a_plain_template_is_read_with_its_intrinsic_functions() -> None:
    stack = lab.load(PLAIN)
    worker = stack["Worker"]
    assert (worker.name, worker.memory, worker.timeout) == ("worker", 512, 7)
    assert (worker.architecture, worker.ephemeral_storage) == ("arm64", 1024)
    assert worker.environment == {
        "TABLE": "things",
        "QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo",
        "SELF": "stack-jobs.fifo-${literal}",
        "DEBUG": "true",
    }
    assert lab.load(PLAIN, parameters={"Memory": 1024})["Worker"].memory == 1024
    assert worker.on_success is stack["Inline"]
    assert stack["Inline"].dead_letter is stack["Failed"]
    live = stack["Live"]
    assert (live.version, live.weights) == (stack["Version"], {stack["Next"]: 0.1})
    assert live.provisioned_concurrency == 2
    queue = stack["Queue"]
    assert (queue.dead_letter.name, queue.max_receive_count) == ("Dead.fifo", 2)
    assert queue.wires[0].settings["maximum_concurrency"] == 3
    assert queue.wires[0].settings["filter"] == ('{"body": {"kind": ["job"]}}',)
    assert stack["Table"].stream_view == "NEW_IMAGE"
    assert len(stack["News"].wires) == 1  # nobody in the model reads mail
    assert stack["Targets"].multi_value_headers is True
    assert stack["Nightly"].wires[0].settings["maximum_retry_attempts"] == 4
    assert stack["default"].wires == ()


def test_a_plain_template_runs_its_code() -> None:
    stack = lab.load(PLAIN)
    run = lab.run(
        {
            stack["Rest"]: [(0, lab.request("GET", "/things"))],
            stack["Api"]: [(1, lab.request("GET", "/pages/a/b"))],
            stack["Targets"]: [(2, lab.request("GET", "/"))],
        },
        also=stack,
        until=10,
    )
    assert run.returned[:2] == ["work.on_event true", "/pages/a/b"]
    assert isinstance(run.returned[2], lab.Failure)  # its event has no rawPath


def test_routes_give_events_their_resource_and_parameters() -> None:
    source = "def handler(event, context):\n    return event\n"
    fn = lab.function(source)
    routes = ["GET /orders/{id}", "ANY /files/{path+}", "GET /orders/new"]
    rest = lab.api("rest").to(fn, routes=routes)
    run = lab.run(rest, at=[(0, lab.request("GET", "/orders/7"))])
    event = json.loads(next(e.fact.payload for e in run.log if hasattr(e.fact, "payload")))
    assert (event["resource"], event["pathParameters"]) == ("/orders/{id}", {"id": "7"})
    http = lab.api("http", kind="http").to(fn, routes=routes)
    for path, key, parameters in (
        ("/orders/7", "GET /orders/{id}", {"id": "7"}),
        ("/orders/new", "GET /orders/new", None),
        ("/files/a/b", "ANY /files/{path+}", {"path": "a/b"}),
    ):
        event = lab.run(http, at=[(0, lab.request("GET", path))]).returned[0]
        assert (event["routeKey"], event.get("pathParameters")) == (key, parameters)
    with pytest.raises(lab.LabError, match=r"no route of api.* takes DELETE /orders/7"):
        lab.run(http, at=[(0, lab.request("DELETE", "/orders/7"))])


def test_an_api_with_two_functions_has_a_door_for_each(tmp_path: Path) -> None:
    def behind(path: str) -> dict[str, Any]:
        event = {"Type": "HttpApi", "Properties": {"Path": path, "Method": "get"}}
        code = {"InlineCode": CODE, "Handler": "index.handler", "Runtime": "python3.14"}
        properties = {**code, "Events": {"E": event}}
        return {"Type": "AWS::Serverless::Function", "Properties": properties}

    stack = loaded(
        tmp_path,
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"A": behind("/a"), "B": behind("/b")},
        },
    )
    assert stack["ServerlessHttpApi.B"].wires[0].function is stack["B"]
    with pytest.raises(lab.LabError, match="a door for each function"):
        stack["ServerlessHttpApi"]
    assert lab.run(stack["ServerlessHttpApi.B"], at=[0], also=stack).returned == [1]


def test_a_layer_is_known_by_its_name_and_size(tmp_path: Path) -> None:
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "big.bin").write_bytes(b"0" * 1_572_864)
    powertools = "arn:aws:lambda:us-east-1:017000801446:layer:Powertools:7"
    stack = loaded(
        tmp_path,
        {
            "Resources": {
                "F": with_({"Layers": [{"Ref": "Own"}, powertools]}),
                "Own": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": "layer"}},
            }
        },
    )
    assert stack["F"].layers == (("Own", 1.5), "Powertools")


def test_what_sam_templates_usually_have_is_read(tmp_path: Path) -> None:
    code = {"InlineCode": CODE, "Handler": "index.handler", "Runtime": "python3.13"}
    events = {
        "Any": {
            "Type": "Api",
            "Properties": {"RestApiId": {"Ref": "Site"}, "Path": "/x/{proxy+}", "Method": "any"},
        },
        "Hourly": {
            "Type": "Schedule",
            "Properties": {"Schedule": "rate(1 hour)", "DeadLetterConfig": {"Type": "SQS"}},
        },
    }
    properties = {
        **code,
        "AutoPublishAlias": "live",
        "DeploymentPreference": {"Type": "AllAtOnce"},
        "Policies": ["AmazonS3ReadOnlyAccess", {"Version": "2012-10-17", "Statement": []}],
        "Tracing": "Active",
        "SnapStart": {"ApplyOn": "PublishedVersions"},
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
        "Events": events,
    }
    stack = loaded(
        tmp_path,
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Globals": {"Api": {"Cors": "'*'"}},
            "Resources": {
                "F": {"Type": "AWS::Serverless::Function", "Properties": properties},
                "Site": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "v1"}},
                "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7}},
            },
        },
    )
    assert (stack["F"].snap_start, stack["F"].log_format) == (True, "json")
    assert stack["F"].application_log_level == "DEBUG"
    assert stack["FHourly"].wires[0].settings["dead_letter"] is stack["FHourlyQueue"]
    get = lab.request("GET", "/x/a/b")
    run = lab.run(stack["Site"], at=[(0, get)], also=stack, until=0)
    assert len(stack["Site"].wires) == 1
    assert run.count("requests") == 2  # the door's and the schedule's


# What cannot be modelled ------------------------------------------------------------------------

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"X": {"Type": "AWS::StepFunctions::StateMachine"}}, ["X", "StateMachine", "not modelled"]),
    ({"X": {"Type": "AWS::Serverless::GraphQLApi"}}, ["X", "GraphQLApi", "not modelled"]),
    (
        {"F": with_({"FileSystemConfigs": []})},
        ["FileSystemConfigs of F (AWS::Lambda::Function)", "docs/templates.md"],
    ),
    ({"F": with_({"MemorySize": 96})}, ["F (AWS::Lambda::Function)", "memory=96", "limit.memory"]),
    ({"F": with_({"MemorySize": "lots"})}, ["MemorySize of F", "'lots'", "whole number"]),
    ({"F": with_({"Runtime": "nodejs22.x"})}, ["F (", "nodejs22.x", "lab.work("]),
    ({"F": with_({"Code": {"S3Bucket": "b", "S3Key": "k"}})}, ["F (", "its code is in b"]),
    (
        {"F": with_({"Code": {"ImageUri": "x"}, "PackageType": "Image"})},
        ["F (", "its code is in x", "lab.work("],
    ),
    ({"F": with_({"Code": "s3://b/k"})}, ["F (", "in S3"]),
    ({"F": with_({"Code": "nowhere/"})}, ["F (", "nowhere", "no code"]),
    ({"F": with_({"Timeout": {"Ref": "T"}})}, ["'T'", "does not have"]),
    ({"F": with_({"Timeout": {"Fn::ImportValue": "T"}})}, ["Fn::ImportValue", "parameters="]),
    (
        {
            "F": with_({"Environment": {"Variables": {"A": {"Fn::GetAtt": ["Q", "Size"]}}}}),
            "Q": QUEUE,
        },
        ["Q.Size (AWS::SQS::Queue)", "Arn"],
    ),
    ({"F": with_({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:x"}})}, ["F (", "not in this"]),
    ({"F": FUNCTION, "Q": QUEUE, "M": mapping(BatchSize=0)}, ["M (", "batch_size=0", "sqs."]),
    ({"F": FUNCTION, "Q": QUEUE, "M": mapping(Queues=["x"])}, ["Queues of M", "not modelled"]),
    (
        {"F": FUNCTION, "Q": QUEUE, "M": mapping(EventSourceArn="arn:aws:kafka:x")},
        ["M (", "arn:aws:kafka:x", "not in this template"],
    ),
    (
        {"T": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [{"Protocol": "sqs"}]}}},
        ["Protocol of T", "'sqs'", "lambda"],
    ),
    (
        {
            "R": {
                "Type": "AWS::Events::Rule",
                "Properties": {"ScheduleExpression": "cron(0 10 * * ? *)"},
            }
        },
        ["ScheduleExpression of R", "cron(0 10 * * ? *)", "rate("],
    ),
    (
        {"K": {"Type": "AWS::Kinesis::Stream", "Properties": {}}},
        ["StreamMode of K", "PROVISIONED"],
    ),
    ({"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {}}}, ["A (", "no function"]),
    ({"F": {"Properties": {}}}, ["F has no Type"]),
]


@pytest.mark.parametrize(("resources", "says"), CASES)
def test_what_cannot_be_modelled_is_refused_by_name(
    tmp_path: Path, resources: dict[str, Any], says: list[str]
) -> None:
    with pytest.raises(lab.LabError) as caught:
        loaded(tmp_path, {"Resources": resources})
    for words in ["allowed:", "try:", *says]:
        assert words in str(caught.value)


def test_what_is_no_template_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    for text, says in (
        ("Resources: {", "no YAML"),
        ("hello", "no Resources"),
        ("Resources: [1]", "Resources of"),
        ("Transform: AWS::Include\nResources: {Q: {Type: AWS::SQS::Queue}}", "AWS::Include"),
        (
            "Transform: AWS::Serverless-2016-10-31\n"
            "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: 1}}}",
            r"no valid SAM template. Resource with id \[F\]",
        ),
    ):
        file.write_text(text)
        with pytest.raises(lab.LabError, match=says):
            lab.load(file)
    with pytest.raises(lab.LabError, match="cannot be read"):
        lab.load(tmp_path / "nothing.yaml")


def test_parameters_have_values(tmp_path: Path) -> None:
    document = {
        "Parameters": {"P": {"Type": "String", "AllowedValues": ["a", "b"]}},
        "Resources": {"F": with_({"Environment": {"Variables": {"P": {"Ref": "P"}}}})},
    }
    for parameters, says in (({}, "P of .* has no value"), ({"P": "c"}, "'c'"), ({"X": 1}, "'X'")):
        with pytest.raises(lab.LabError, match=says):
            loaded(tmp_path, document, parameters=parameters)
    assert loaded(tmp_path, document, parameters={"P": "b"})["F"].environment == {"P": "b"}


def test_code_can_be_modelled_instead(tmp_path: Path) -> None:
    document = {"Resources": {"F": with_({"Runtime": "python3.13", "Code": {"ImageUri": "x"}})}}
    stack = loaded(tmp_path, document, code={"F": lab.work(wait=0.2)})
    assert lab.run(stack["F"], at=[0]).end == 0.2
    image = {"Type": FUNCTION["Type"], "Properties": {"PackageType": "Image", "Code": {}}}
    stack = loaded(tmp_path, {"Resources": {"F": image}}, code={"F": lab.work()})
    assert stack["F"].package_type == "image"
    with pytest.raises(lab.LabError, match="'G', which is no function"):
        loaded(tmp_path, document, code={"G": lab.work()})


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(lab.LabError, match=re.escape("lambdalab[sdk]")):
        lab.load(PLAIN)


def test_the_page_lists_what_has_no_effect() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [kind for kind in WITHOUT_EFFECT if f"`{kind}" not in page]
    missing += [
        f"{kind} {name}"
        for kind, names in IGNORED.items()
        for name in names
        if not re.search(rf"^\| `{kind}` \|.*`{re.escape(name)}`", page, re.MULTILINE)
    ]
    assert missing == []
