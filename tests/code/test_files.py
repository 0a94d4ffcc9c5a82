"""The file system of an environment."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from lambdalab.code import PythonCode, simulated, storage
from lambdalab.engine.steps import Raise, Return
from tests.code.conftest import World

STORE = (
    "def handler(event, context):\n"
    "    with open(f'/tmp/{event}', 'wb') as file:\n"
    "        file.write(bytes(100_000_000))\n"
    "    return event\n"
)


def test_the_sixth_file_of_100_mb_does_not_fit_into_512_mb(world):
    env = world.start(STORE)
    assert [env.returned(n) for n in range(1, 6)] == [1, 2, 3, 4, 5]
    step = env.invoke(6)
    assert isinstance(step, Raise)
    assert step.error_type == "OSError"
    assert json.loads(step.payload)["errorMessage"] == "[Errno 28] No space left on device"


def test_room_is_counted_again_when_files_go_away(handler):
    env = handler(
        """
        import os
        ----
        for n in range(3):
            with open("/tmp/file", "wb") as file:
                file.write(bytes(400_000))
            if n == 1:
                os.remove("/tmp/file")
        with open("/tmp/file", "ab") as file:
            file.write(bytes(600_000))
        try:
            with open("/tmp/more", "wb", buffering=0) as file:
                file.write(bytes(100_000))
        except OSError as error:
            return [error.errno, os.listdir("/tmp"), os.path.getsize("/tmp/file")]
        """,
        ephemeral_storage=1,
    )
    assert env.returned() == [28, ["file", "more"], 1_000_000]


def test_tmp_belongs_to_the_environment_and_survives_its_process(world):
    source = "import os\ndef handler(e, c):\n  was = os.listdir('/tmp')\n  open(f'/tmp/{e}', 'w').close()\n  return was"
    one, two = world.start(source), world.start(source)
    assert one.returned("a") == []
    assert two.returned("b") == []
    one.reboot()
    assert one.returned("c") == ["a"]
    one.code.close(one.place)
    assert one.returned("d") == []


def test_nothing_is_left_on_this_machine(tmp_path, monkeypatch):
    before = {name for name in os.listdir("/tmp") if name.startswith("lambdalab-")}
    with simulated():
        env = World().start(
            "import pathlib\ndef handler(e, c):\n  p = pathlib.Path('/tmp/x')\n  p.write_text('x'); return p.read_text()"
        )
        assert env.returned() == "x"
        assert not Path("/tmp/x").exists()
    after = {name for name in os.listdir("/tmp") if name.startswith("lambdalab-")}
    assert {name for name in after - before if "task" not in name} == set()


def test_what_python_offers_for_files_works_in_tmp(handler):
    env = handler(
        """
        import glob, gzip, json, os, pathlib, shutil, sqlite3, tempfile, zipfile, csv
        from pathlib import Path
        ----
        Path("/tmp/a/b").mkdir(parents=True)
        Path("/tmp/a/b/c.txt").write_text("grün")
        assert Path("/tmp/a/b/c.txt").read_bytes() == "grün".encode()
        assert [str(p) for p in sorted(Path("/tmp").rglob("*"))] == ["/tmp/a", "/tmp/a/b", "/tmp/a/b/c.txt"]
        assert sorted(glob.glob("/tmp/**", recursive=True))[-1] == "/tmp/a/b/c.txt"
        assert list(os.walk("/tmp/a")) == [("/tmp/a", ["b"], []), ("/tmp/a/b", [], ["c.txt"])]
        with os.scandir("/tmp/a/b") as found:
            entry = next(iter(found))
        assert (entry.path, entry.is_file(), entry.stat().st_size) == ("/tmp/a/b/c.txt", True, 5)
        shutil.copytree("/tmp/a", "/tmp/copy"); shutil.move("/tmp/copy/b", "/tmp/moved")
        shutil.copy("/tmp/moved/c.txt", "/tmp/d.txt"); os.rename("/tmp/d.txt", "/tmp/e.txt")
        os.replace("/tmp/e.txt", "/tmp/f.txt"); shutil.rmtree("/tmp/copy")
        assert sorted(os.listdir("/tmp")) == ["a", "f.txt", "moved"]
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w+", dir=folder) as file:
            assert folder.startswith("/tmp/tmp") and file.name.startswith(folder)
            file.write("text"); file.seek(0)
            assert file.read() == "text"
            assert os.listdir(folder) == [os.path.basename(file.name)]
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
        assert tempfile.gettempdir() == "/tmp" and sorted(os.listdir("/tmp")) == ["a", "f.txt", "moved"]
        with zipfile.ZipFile("/tmp/z.zip", "w") as z:
            z.writestr("inside.txt", "inside")
        assert zipfile.ZipFile("/tmp/z.zip").read("inside.txt") == b"inside"
        with gzip.open("/tmp/g.gz", "wt") as g:
            g.write("zipped")
        assert gzip.open("/tmp/g.gz", "rt").read() == "zipped"
        base = sqlite3.connect("/tmp/base.db")
        base.execute("create table t (x)"); base.execute("insert into t values (1)"); base.commit()
        assert base.execute("select x from t").fetchall() == [(1,)]
        base.close()
        with open("/tmp/rows.csv", "w", newline="") as f:
            csv.writer(f).writerow([1, 2])
        with open("/tmp/rows.csv", "r+") as f:
            assert f.read() == "1,2\\r\\n".replace("\\r\\n", "\\n")
            f.write("3")
        descriptor = os.open("/tmp/low", os.O_CREAT | os.O_RDWR)
        os.write(descriptor, b"low"); os.close(descriptor)
        os.symlink("/tmp/low", "/tmp/link")
        assert os.readlink("/tmp/link") == "/tmp/low" == os.path.realpath("/tmp/link")
        assert open("/tmp/link").name == "/tmp/link" and open("/tmp/link").read() == "low"
        os.truncate("/tmp/low", 1)
        os.chdir("/tmp")
        assert Path.cwd() == Path("/tmp") and open("low").read() == "l" and os.path.exists("a/b")
        assert os.access("/tmp/low", os.W_OK) and not os.access("/var/task", os.W_OK)
        assert shutil.disk_usage("/tmp").total == 512 * 1024 * 1024
        return sorted(os.listdir())
        """
    )
    assert env.returned() == [
        "a", "base.db", "f.txt", "g.gz", "link", "low", "moved", "rows.csv", "z.zip"
    ]  # fmt: skip


def test_dates_of_files_are_simulated(world, handler):
    env = handler(
        """
        import os, time
        ----
        with open("/tmp/x", "w") as f:
            f.write("x")
        time.sleep(60)
        s = os.stat("/tmp/x")
        return [time.time() - os.path.getmtime("/tmp/x"), s.st_ctime == s.st_mtime == s.st_atime]
        """
    )
    assert env.returned() == [60.0, True]


def test_elsewhere_nothing_can_be_written_and_the_notebooks_files_are_not_there(handler):
    env = handler(
        """
        import os, pathlib, shutil
        def told(function, *args):
            try:
                return function(*args)
            except OSError as error:
                return [type(error).__name__, error.errno, str(error.filename)]
        ----
        return [
            told(open, "./x", "w"), told(open, "/var/task/x", "a"), told(os.mkdir, "/opt/x"),
            told(os.remove, event), told(open, event), told(os.listdir, "/home"),
            told(open, "/tmp/none"), told(os.rename, "/tmp/none", "/tmp/b"), os.path.exists(event),
            os.getcwd(), os.listdir(), told(pathlib.Path("/var/task/y").write_text, "y"),
        ]
        """
    )
    secret = str(Path(__file__))
    read_only, missing = ["OSError", 30], ["FileNotFoundError", 2]
    kept = missing if secret.startswith("/tmp/") else read_only  # an environment has its own /tmp
    assert env.returned(secret) == [
        [*read_only, "./x"], [*read_only, "/var/task/x"], [*read_only, "/opt/x"],
        [*kept, secret], [*missing, secret], [*missing, "/home"],
        [*missing, "/tmp/none"], [*missing, "/tmp/none"], False,
        "/var/task", ["greet.py"], [*read_only, "/var/task/y"],
    ]  # fmt: skip


def test_making_folders_elsewhere_is_refused_by_the_name_that_was_given(handler):
    env = handler(
        """
        import os
        from pathlib import Path
        ----
        def made(make, path, **how):
            try:
                make(path, **how)
            except OSError as error:
                return [error.errno, str(error.filename)]
        return [
            made(os.makedirs, "/etc/x"),
            made(os.makedirs, "/var/a/b/c"),
            made(os.makedirs, "x/y"),
            made(lambda path: Path(path).mkdir(parents=True), "/opt/z"),
            made(os.makedirs, "/etc"),
            made(os.mkdir, "/var/task"),
            made(os.makedirs, "/var/task", exist_ok=True),
            made(os.makedirs, "/tmp/a/b"),
            [os.path.isdir("/"), os.path.isdir("/etc"), os.path.exists("/etc/x")],
        ]
        """
    )
    assert env.returned() == [
        *([30, "/etc/x"], [30, "/var/a"], [30, "x"], [30, "/opt/z"]),
        *([17, "/etc"], [17, "/var/task"], None, None),
        [True, True, False],
    ]


def test_the_library_of_python_can_read_its_own_files(handler):
    env = handler(
        "import json, inspect, importlib.resources, zoneinfo, encodings\n----\n"
        "return [len(inspect.getsource(json)) > 100, open(json.__file__).readline()[:2]]"
    )
    assert env.returned() == [True, 'r"']


def test_a_library_that_is_installed_below_tmp_can_read_its_own_files(handler, monkeypatch):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        (Path(folder) / "endpoints.json").write_text("{}")
        monkeypatch.setattr(storage, "_known", [(f"{folder}/",)])
        env = handler(
            """
            import os
            ----
            with open(event) as file:
                text = file.read()
            try:
                open(event, "w")
            except OSError as error:
                return [text, os.path.exists(event), type(error).__name__, os.listdir("/tmp")]
            """
        )
        told = env.returned(f"{folder}/endpoints.json")
    assert told == ["{}", True, "FileNotFoundError", []]  # an environment has its own /tmp


def test_the_notebook_sees_its_own_files_during_a_run(world, tmp_path):
    world.start("def handler(e, c): return 1").returned()
    (tmp_path / "mine").write_text("mine")
    assert (tmp_path / "mine").read_text() == "mine"
    assert os.getcwd() != "/var/task"


def test_a_file_that_a_handler_keeps_open_lasts(handler):
    env = handler(
        "log = open('/tmp/log', 'w')\n----\nlog.write('x'); log.flush()\nreturn open('/tmp/log').read()"
    )
    assert [env.returned() for _ in range(3)] == ["x", "xx", "xxx"]


def test_code_of_the_text_can_be_read(world):
    source = "def handler(e, c):\n  return open(__file__).read()"
    assert world.start(source).invoke() == Return(json.dumps(source), 2)
    assert isinstance(PythonCode(source, "a.py").package.known, str)
