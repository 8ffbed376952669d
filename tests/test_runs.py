"""Unattended runs on real builds: what they do, note, survive and tell."""

import email
import email.policy
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from cronsim import CronSim
from typer.testing import CliRunner

from reportkit.build.local import LocalPool
from reportkit.cli import app
from reportkit.desk.status import TIME_ZONE, Status
from reportkit.errors import ProjectError
from reportkit.inputs.project import Project
from reportkit.model import Bundle, Outcome, State
from reportkit.runs import records, schedule
from reportkit.runs.backup import backup, restore
from reportkit.runs.notices import Event, deliver, digest, events_of
from reportkit.runs.run import Watcher, run
from tests.building import copy_project, edit, write_shipped
from tests.conftest import allow_interrupts
from tests.test_archives import refused, repacked

AT = datetime(2026, 1, 5, 2, 30, tzinfo=TIME_ZONE)
SECRET = "hunter2-secret-token"


def one(root: Path, at: datetime = AT) -> dict[str, Any]:
    quiet = Watcher(lambda name: None, lambda name, outcome, seconds: None, None)
    return run(Project(root), at, LocalPool(1), quiet)


def outcomes(record: dict[str, Any]) -> dict[str, str]:
    return {each["report"]: each["outcome"] for each in record["reports"]}


@pytest.fixture(scope="module")
def ran(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped project after its first run."""
    root = write_shipped(repository, tmp_path_factory.mktemp("runs") / "project")
    record = one(root)
    assert record["outcome"] == "done"
    return root


@pytest.fixture
def root(ran: Path, tmp_path: Path) -> Path:
    copy_project(ran, tmp_path / "project")
    one(tmp_path / "project")  # the stamps of the copies are others
    return tmp_path / "project"


def contents(root: Path) -> dict[str, bytes]:
    """Of what stands in outputs/, but for the cache, the records and executed notebooks."""
    outputs = root / "outputs"
    aside = {".runs", ".cache", ".lock", "notebooks"}
    found = (path for path in outputs.rglob("*") if path.is_file() and not aside & set(path.parts))
    return {path.relative_to(outputs).as_posix(): path.read_bytes() for path in found}


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    found = (path for path in (root / "outputs").rglob("*") if not {".runs", ".cache"} & set(path.parts))
    return {path.relative_to(root).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}


def test_the_first_run_does_everything_and_notes_it(ran: Path) -> None:
    (record,) = records.records(Project(ran))
    assert outcomes(record) == {
        "2019/shanghai-fgt": "draft",
        "2023/nangang-ysj": "draft",
        "2023/suqian": "published",
        "2024/suqian": "published",
    }
    suqian = next(each for each in record["reports"] if each["report"] == "2024/suqian")
    assert [job["notebook"][:2] for job in suqian["jobs"]] == [f"0{number}" for number in range(7)]
    for job in suqian["jobs"]:
        assert job["began"] < job["ended"]
        assert (job["tries"], job["outcome"], job["never_ran"]) == (1, "done", True)
        assert 20 < job["peak_mb"] < 2000
    assert (ran / "outputs/board.html").is_file()
    assert (ran / "outputs/site/2024/suqian/index.html").is_file()
    events = [each["event"] for each in records.log_of(Project(ran), record["id"])]
    assert events[0] == "began"
    assert events[-5:] == ["board", "site", "notices", "tidy", "ended"]
    assert events.count("decided") == events.count("started") == events.count("report") == 4


def test_a_run_over_the_same_inputs_touches_nothing(root: Path) -> None:
    before = stamps(root)
    record = one(root)
    assert set(outcomes(record).values()) == {"up-to-date"}
    assert record["site"]["made"] == 0
    assert stamps(root) == before


def test_one_digit_changes_that_report_and_the_next_years_that_reads_it(root: Path) -> None:
    before = contents(root)
    edit(root, "params/2023/suqian.yaml", "fees: [", "fees: [1")
    record = one(root)
    changed = {report for report, outcome in outcomes(record).items() if outcome != "up-to-date"}
    assert changed == {"2023/suqian", "2024/suqian"}
    suqian = next(each for each in record["reports"] if each["report"] == "2023/suqian")
    assert any("fees" in change["what"] for change in suqian["why"])
    shown = ("2023/suqian/", "review/2023/suqian.html", "site/2023/suqian/", "site/data/2023.")
    reads = {"2024/suqian/manifest.json", "review/2024/suqian.html"}  # its page shows none of last year's figures
    now = contents(root)
    differing = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    assert {name for name in differing if not name.startswith(shown)} == reads


def test_one_bad_department_stops_no_other(root: Path) -> None:
    (root / "params/2024/suqian.yaml").write_text("figures: [", encoding="utf-8")
    edit(root, "params/2023/suqian.yaml", "prose:\n  overview: |\n", "prose:\n  overview: |\n    另一段。\n\n")
    published = (root / "outputs/2024/suqian/report.pdf").read_bytes()
    record = one(root)
    assert record["outcome"] == "failed"
    assert outcomes(record)["2024/suqian"] == "failed"
    assert outcomes(record)["2023/suqian"] == "published"
    assert (root / "outputs/2024/suqian/report.pdf").read_bytes() == published


def test_a_submission_that_vanishes_while_its_report_is_built_leaves_the_publication(root: Path) -> None:
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    published = (root / "outputs/2024/suqian/report.pdf").read_bytes()
    path = root / "params/2024/suqian.yaml"
    watcher = Watcher(lambda name: path.unlink(), lambda name, outcome, seconds: None, None)
    record = run(Project(root), AT, LocalPool(1), watcher)
    (suqian,) = (each for each in record["reports"] if each["report"] == "2024/suqian")
    assert suqian["outcome"] == "failed"
    assert "changed while the report was built" in suqian["error"]
    assert (root / "outputs/2024/suqian/report.pdf").read_bytes() == published
    again = one(root)
    assert again["outcome"] == "done"
    assert (root / "outputs/2024/suqian/report.pdf").read_bytes() == published


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps_loses_nothing(root: Path, years: int) -> None:
    before = contents(root)
    for at in (AT.replace(year=AT.year + years), AT):
        record = one(root, at)
        assert record["outcome"] == "done"
        assert [job for each in record["reports"] for job in each["jobs"]] == []
        assert {name for name, content in contents(root).items() if before.get(name) != content} <= {"board.html"}
    assert (root / "outputs/board.html").read_bytes() == before["board.html"]


@pytest.mark.parametrize("damage", [b"", b"{", bytes(range(256)) * 40])
def test_a_damaged_cache_costs_time_and_nothing_else(root: Path, damage: bytes) -> None:
    """Every file of the cache at once: the notebooks run again, and the same bytes are published."""
    before = contents(root)
    for path in (root / "outputs/.cache").rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    assert outcomes(one(root))["2024/suqian"] == "published"
    edit(root, "params/2024/suqian.yaml", "一并考虑。", "同步考虑。")
    assert one(root)["outcome"] == "done"
    assert contents(root) == before


def test_a_second_run_refuses_or_waits(root: Path) -> None:
    command = [sys.executable, "-m", "reportkit", "run", "--wait", "--json", "-C", str(root)]
    with records.one_run(Project(root), None):
        with pytest.raises(ProjectError, match="Another run goes on"):
            one(root)
        second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()
        assert second.poll() is None
    told, _ = second.communicate(timeout=60)
    assert json.loads(told)["outcome"] == "done"


def test_sigterm_leaves_what_was_published_and_the_next_run_goes_on(root: Path) -> None:
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    edit(root, "params/2023/suqian.yaml", "prose:\n  overview: |\n", "prose:\n  overview: |\n    另一段。\n\n")
    before = {name: (root / f"outputs/{name}/report.pdf").read_bytes() for name in ("2023/suqian", "2024/suqian")}
    command = [sys.executable, "-m", "reportkit", "run", "--jobs", "1", "-C", str(root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=allow_interrupts) as process:
        assert process.stderr is not None
        assert "building" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
    newest = records.records(Project(root))[0]
    assert newest["outcome"] == "interrupted"
    for name, content in before.items():
        assert (root / f"outputs/{name}/report.pdf").read_bytes() == content
    assert not list((root / "outputs").rglob(".*.new"))
    record = one(root)
    assert record["outcome"] == "done"
    assert "一并考虑" in (root / "outputs/2024/suqian/report.html").read_text(encoding="utf-8")


def test_a_killed_run_is_noted_by_the_next(root: Path) -> None:
    edit(root, "params/2024/suqian.yaml", "同步考虑。", "一并考虑。")
    command = [sys.executable, "-m", "reportkit", "run", "--jobs", "1", "-C", str(root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.kill()
        process.wait()
    record = one(root)
    assert len(record["killed"]) == 1
    assert records.record_of(Project(root), record["killed"][0])["outcome"] == "killed"
    assert outcomes(record)["2024/suqian"] == "published"


def test_a_kernel_that_dies_is_tried_once_more(root: Path, tmp_path: Path) -> None:
    """The cell kills its own kernel the first time; a file beside the project says that it has."""
    flag = tmp_path / "died"
    path = root / "notebooks/06-other-matters.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    lines = ["import os, pathlib", f"flag = pathlib.Path({str(flag)!r})", "if not flag.exists():"]
    source = "\n".join([*lines, "    flag.touch()", "    os.kill(os.getpid(), 9)"])
    notebook["cells"].append(
        {"cell_type": "code", "id": "dies", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    record = one(root)
    tries = {
        each["report"]: [job["tries"] for job in each["jobs"] if job["notebook"] == "06-other-matters.ipynb"]
        for each in record["reports"]
    }
    assert sorted(tries.values()) == [[1], [1], [1], [2]]
    assert "failed" not in outcomes(record).values()


def test_a_notebooks_own_error_is_told_at_once(root: Path) -> None:
    path = root / "notebooks/06-other-matters.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].append(
        {"cell_type": "code", "id": "fails", "metadata": {}, "source": "1 / 0", "outputs": [], "execution_count": None}
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")
    record = one(root)
    assert set(outcomes(record).values()) == {"failed"}
    for each in record["reports"]:
        assert [job["tries"] for job in each["jobs"] if job["outcome"] == "failed"] == [1]
        assert "ZeroDivisionError" in each["error"]


def test_runs_are_listed_shown_and_forgotten(root: Path) -> None:
    listed = json.loads(CliRunner().invoke(app, ["runs", "--json", "-C", str(root)]).stdout)["runs"]
    assert [each["outcome"] for each in listed] == ["done", "done"]
    shown = CliRunner().invoke(app, ["runs", "show", listed[1]["id"], "-C", str(root)])
    assert "2024/suqian  published" in shown.stdout
    assert isinstance(CliRunner().invoke(app, ["runs", "show", "nothing", "-C", str(root)]).exception, ProjectError)
    far = datetime.now(TIME_ZONE) + timedelta(days=91)
    one(root, far)
    assert len(records.records(Project(root))) == 0


def test_a_missed_slot_is_made_up_for(root: Path) -> None:
    project = Project(root)
    last = records.last_began(project)
    assert last is not None
    slot = (last + timedelta(days=1)).replace(hour=2, minute=30, second=0, microsecond=0)
    if slot - last > timedelta(days=1):
        slot -= timedelta(days=1)
    assert not records.missed(project, slot - timedelta(minutes=1))
    assert records.missed(project, slot + timedelta(minutes=1))


# What starts a run


def test_systemd_takes_the_units(root: Path, tmp_path: Path) -> None:
    """systemd's own check, where it is; the words themselves everywhere."""
    odd = tmp_path / 'odd "folder" 100% $x'
    root.rename(odd)
    texts = schedule.systemd(Project(odd))
    assert [each.name.rpartition(".")[2] for each in texts] == ["service", "timer"]
    for each in texts:
        (tmp_path / Path(each.name).name).write_text(each.content, encoding="utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:
        units = [str(tmp_path / Path(each.name).name) for each in texts]
        env = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
        command = [analyze, "verify", "--user", *units]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        assert done.returncode == 0, done.stderr
        calendar = next(line for line in texts[1].content.splitlines() if line.startswith("OnCalendar="))
        told = subprocess.run(
            [analyze, "calendar", calendar.partition("=")[2]], capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stderr
    assert "Persistent=true" in texts[1].content


def test_cron_takes_the_lines(root: Path) -> None:
    edit(root, "params/report.yaml", "timeout_s: 300", 'timeout_s: 300\nruns: {at: "23:05"}')
    (text,) = schedule.cron(Project(root))
    nightly, restarted = text.content.splitlines()
    fields = nightly.split(maxsplit=5)
    began = datetime(2026, 1, 5, 12)
    assert next(CronSim(" ".join(fields[:5]), began)) == datetime(2026, 1, 5, 23, 5)
    assert fields[5].endswith(f"-m reportkit run -C {root}")
    assert restarted == f"@reboot {fields[5]} --if-missed"


def test_github_takes_the_workflow(root: Path, tmp_path: Path) -> None:
    edit(
        root,
        "params/report.yaml",
        "timeout_s: 300",
        "timeout_s: 300\nnotices:\n  - {url_from: REPORTS_TO, of: [failed]}",
    )
    (text,) = schedule.github(Project(root))
    path = tmp_path / "reports.yml"
    path.write_text(text.content, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert 'cron: "30 18 * * *"' in text.content
    assert "REPORTS_TO: ${{ secrets.REPORTS_TO }}" in text.content


# Who hears of it


class _Receiver(http.server.BaseHTTPRequestHandler):
    received: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real HTTP server, and what it was sent."""
    _Receiver.received = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/{SECRET}", _Receiver.received
    server.shutdown()
    server.server_close()


def test_a_run_sends_a_digest_and_not_the_same_again(
    root: Path, receiver: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = receiver
    monkeypatch.setenv("REPORTS_TO", url)
    edit(
        root,
        "params/report.yaml",
        "timeout_s: 300",
        "timeout_s: 300\nnotices:\n  - {url_from: REPORTS_TO, of: [failed, published, deadline]}",
    )
    (root / "params/2024/suqian.yaml").write_text("figures: [", encoding="utf-8")
    record = one(root)
    assert record["notices"] == [{"url_from": "REPORTS_TO", "events": record["notices"][0]["events"], "error": None}]
    assert len(received) == 1
    assert "生成失败1件" in received[0]["title"]
    assert "宿迁市人民政府2024年" in received[0]["message"]
    assert one(root)["notices"] == []
    assert len(received) == 1
    told = (root / "outputs").rglob("*.json*")
    assert not [path for path in told if SECRET in path.read_text(encoding="utf-8", errors="replace")]


class _Mailbox(Message):
    """What a real SMTP server hands over."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.received.append(email.message_from_bytes(message.as_bytes(), policy=email.policy.default))


@pytest.fixture
def mailbox() -> Iterator[tuple[str, _Mailbox]]:
    handler = _Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"mailto://127.0.0.1:{port}?from=reports@example.org&to=clerk@example.org&mode=insecure", handler
    controller.stop()


def test_a_digest_comes_by_mail(root: Path, mailbox: tuple[str, _Mailbox], monkeypatch: pytest.MonkeyPatch) -> None:
    url, handler = mailbox
    monkeypatch.setenv("REPORTS_MAIL", url)
    edit(
        root,
        "params/report.yaml",
        "timeout_s: 300",
        "timeout_s: 300\nnotices:\n  - {url_from: REPORTS_MAIL, of: [failed]}",
    )
    (root / "params/2024/suqian.yaml").write_text("figures: [", encoding="utf-8")
    record = one(root)
    assert [each["error"] for each in record["notices"]] == [None]
    (message,) = handler.received
    assert message["X-RcptTo"] == "clerk@example.org"
    assert message["Subject"].strip() == "政府信息公开年报：生成失败1件"
    assert "宿迁市人民政府2024年" in message.get_body(("plain", "html")).get_content()
    assert one(root)["notices"] == []
    assert len(handler.received) == 1


def test_a_notice_that_cant_be_sent_fails_nothing_and_tells_no_secret(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REPORTS_TO", f"json://127.0.0.1:9/{SECRET}")
    edit(
        root,
        "params/report.yaml",
        "timeout_s: 300",
        "timeout_s: 300\nnotices:\n  - {url_from: REPORTS_TO, of: [deadline]}\n  - {url_from: NOT_SET, of: [deadline]}",
    )
    record = one(root, datetime(2025, 1, 30, 3, tzinfo=TIME_ZONE))
    assert record["outcome"] == "done"
    assert [each["error"] for each in record["notices"]] == [
        "REPORTS_TO could not be reached.",
        "The environment has no NOT_SET.",
    ]
    captured = capfd.readouterr()
    assert SECRET not in captured.out + captured.err + json.dumps(record)


def bundle(outcome: Outcome) -> Bundle:
    return Bundle(2024, "suqian", outcome, False, {}, ())


def status(due: date, state: State = State.NOT_SUBMITTED) -> Status:
    return Status(2024, "suqian", "宿迁市人民政府", state, due, late=False, current=None, missing=None)


def test_what_is_told_is_grouped_and_short() -> None:
    events = [Event("published", 2024, f"b{number}", f"机关{number}") for number in range(60)]
    subject, text = digest("政府信息公开年报", [*events, Event("failed", 2024, "x", "示例局", "出错")])
    assert subject == "政府信息公开年报：生成失败1件、已发布60件"
    assert text.splitlines()[:2] == ["生成失败（1件）", "示例局2024年：出错"]
    assert text.splitlines()[-1] == "……另有10件"


def test_a_deadline_is_told_once_when_it_comes_near_and_once_when_it_has_gone(
    root: Path, receiver: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTS_TO", receiver[0])
    edit(
        root,
        "params/report.yaml",
        "timeout_s: 300",
        "timeout_s: 300\nnotices:\n  - {url_from: REPORTS_TO, of: [deadline], deadline_days: 7}",
    )
    due = date(2025, 3, 31)
    sent = []
    for day in range(-10, 4):
        on = due + timedelta(days=day)
        sent += [day for _ in deliver(Project(root), list(events_of([], [status(due)])), on)]
    assert sent == [-7, 1]


# What is kept elsewhere


def test_a_backup_is_a_whole_project_again(root: Path, tmp_path: Path) -> None:
    (root / "params/2024/suqian.approvals.jsonl").write_text("", encoding="utf-8")
    archive = tmp_path / "reports.tar.xz"
    written = backup(Project(root), archive)
    assert written.reports == 2
    again = tmp_path / "again.tar.xz"
    backup(Project(root), again)
    assert again.read_bytes() == archive.read_bytes()
    restored = tmp_path / "restored"
    restore(archive, restored)
    for name in ("params", "notebooks", "outputs/2023", "outputs/2024"):
        ours = {path.relative_to(root): path.read_bytes() for path in (root / name).rglob("*") if path.is_file()}
        theirs = {
            path.relative_to(restored): path.read_bytes() for path in (restored / name).rglob("*") if path.is_file()
        }
        assert ours == theirs
    assert not (restored / "outputs/drafts").exists()
    with pytest.raises(ProjectError, match="not empty"):
        restore(archive, restored)


def test_a_backup_of_what_is_not_what_was_built_is_refused(root: Path, tmp_path: Path) -> None:
    folder = root / "outputs/2024/suqian"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["title"] = "另一标题"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    archive = tmp_path / "reports.tar.xz"
    with pytest.raises(ProjectError, match=r"manifest\.json is not what was built") as refusal:
        backup(Project(root), archive)
    assert refusal.value.where == "outputs/2024/suqian"
    (folder / "report.html").unlink()
    with pytest.raises(ProjectError, match=r"report\.html is gone"):
        backup(Project(root), archive)
    assert not list(tmp_path.glob("*.tar.xz*"))


@pytest.mark.parametrize("harm", ["cut", "flipped", "foreign", "swapped"])
def test_an_archive_that_isnt_what_it_was_is_refused(root: Path, tmp_path: Path, harm: str) -> None:
    archive = tmp_path / "reports.tar.xz"
    backup(Project(root), archive)
    content = archive.read_bytes()
    if harm == "cut":
        archive.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        archive.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    elif harm == "foreign":
        archive.write_bytes(b"no archive")
    else:
        repacked(archive, lambda listed, files: files.update({"params/2024/suqian.yaml": b""}))
    refused(archive, tmp_path)
