"""Functions as values: what they are made from, and how they are changed."""

import zipfile
from pathlib import Path

import pytest

import lambdalab as lab

SOURCE = "import helper\ndef {name}(event, context): return helper.VALUE\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "helper.py").write_text("VALUE = 42\n")
    (tmp_path / "lambda_function.py").write_text(SOURCE.format(name="lambda_handler"))
    (tmp_path / "greet.py").write_text("def handler(event, context): return 'hello'\n")
    return tmp_path


def test_a_file_is_run_as_aws_would_run_it(folder: Path) -> None:
    for path in (folder / "greet.py", str(folder / "greet.py")):
        assert lab.run(lab.function(path), at=[0]).returned == ["hello"]


def test_a_folder_and_a_zip_hold_lambda_function(folder: Path, tmp_path: Path) -> None:
    assert lab.run(lab.function(folder), at=[0]).returned == [42]
    archive = tmp_path / "function.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("helper.py", "lambda_function.py"):
            packed.write(folder / name, name)
    assert lab.run(lab.function(str(archive)), at=[0]).returned == [42]


def test_code_from_a_file_fails_in_the_model(folder: Path) -> None:
    (folder / "broken.py").write_text("def handler(event, context: return 1\n")
    run = lab.run(lab.function(folder / "broken.py"), at=[0])
    assert run.returned[0].type == "Runtime.UserCodeSyntaxError"


@pytest.mark.parametrize("code", ["nowhere/greet.py", "nowhere.zip", Path("nowhere"), 7])
def test_a_path_that_leads_nowhere_is_named(code: object) -> None:
    with pytest.raises(lab.LabError, match=r"there is no code at"):
        lab.function(code)


def test_a_copy_keeps_the_name_and_is_another_value() -> None:
    one = lab.function("def handler(event, context): return 1", name="one", memory=512)
    two = one.with_(timeout=9)
    assert (two.name, two.memory, two.timeout) == ("one", 512, 9)
    assert one != two
    assert len({one, two, one}) == 2
    assert lab.run(one.with_(code="def handler(event, context): return 2"), at=[0]).returned == [2]
    with pytest.raises(lab.LabError):
        one.with_(code="x = 1")


def test_a_stock_function_has_time_for_its_work() -> None:
    assert lab.handler(wait=1).timeout == 3
    assert lab.handler(wait=10, cpu=5).timeout == 30
    assert lab.handler(cpu=1, memory=128).timeout == 28
    assert lab.handler(wait=600).timeout == 900
    assert lab.handler(wait=lab.exponential(1)).timeout == 900
    assert (lab.handler().memory, repr(lab.handler(wait=1))) == (1769, "function('unnamed')")
