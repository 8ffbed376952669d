"""What starts a run every night: texts for systemd, cron and GitHub Actions, made for one project."""

import shlex
import sys
from dataclasses import dataclass

from reportkit.inputs.project import Project

_UTC_BEHIND_HOURS = 8
"""How far UTC, in which GitHub's schedules are written, lags behind the project's time zone."""
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class ScheduleFile:
    """A file to be put somewhere: its name, its content, and how it is put to use."""

    name: str
    content: str
    use: str


def systemd(project: Project) -> list[ScheduleFile]:
    """A service and a timer. What was missed while the machine was off is made up for (`Persistent`)."""
    name = unit_name(project)
    root = str(project.root)
    service = f"""[Unit]
Description={"".join(project.editions.publication_for().keywords)} {_unit(project.root.name)}

[Service]
Type=oneshot
WorkingDirectory={_unit(root)}
ExecStart={_quoted(sys.executable)} -m reportkit run -C {_quoted(root)}
EnvironmentFile=-%h/.config/reportkit.env
TimeoutStartSec=12h
TimeoutStopSec=15s
KillMode=mixed
Nice=10
NoNewPrivileges=yes
"""
    timer = f"""[Unit]
Description=每天{project.definition.runs.at}生成{project.editions.publication_for().short} {_unit(project.root.name)}

[Timer]
OnCalendar=*-*-* {project.definition.runs.at}:00 Asia/Shanghai
Persistent=true

[Install]
WantedBy=timers.target
"""
    use = f"systemctl --user daemon-reload && systemctl --user enable --now {name}.timer && loginctl enable-linger"
    folder = "~/.config/systemd/user"
    secrets = "秘密写在 ~/.config/reportkit.env，一行一个 名称=值，chmod 600"
    return [
        ScheduleFile(f"{folder}/{name}.service", service, secrets),
        ScheduleFile(f"{folder}/{name}.timer", timer, use),
    ]


def cron(project: Project) -> list[ScheduleFile]:
    """Lines for `crontab -e`; cron starts nothing that it missed, so the second makes up for it after a restart."""
    hour, minute = project.definition.runs.at.split(":")
    command = f"{shlex.quote(sys.executable)} -m reportkit run -C {shlex.quote(str(project.root))}"
    command = command.replace("%", "\\%")  # cron takes a bare one for the end of the line
    lines = f"{int(minute)} {int(hour)} * * * {command}\n@reboot {command} --if-missed\n"
    return [ScheduleFile("crontab", lines, "crontab -e，把这两行加在末尾；时刻是这台机器的时区")]


def github(project: Project) -> list[ScheduleFile]:
    """A workflow. GitHub may be late or leave a night out; what was missed is made up for by the next run."""
    hour, minute = (int(part) for part in project.definition.runs.at.split(":"))
    names = [each.url_from for each in project.definition.notices]
    secrets = "".join(f"          {name}: ${{{{ secrets.{name} }}}}\n" for name in names)
    workflow = f"""name: annual reports
on:
  schedule:
    - cron: "{minute} {(hour - _UTC_BEHIND_HOURS) % 24} * * *" # {project.definition.runs.at} in Asia/Shanghai
  workflow_dispatch: {{}}
permissions:
  contents: read
concurrency:
  group: reportkit
  cancel-in-progress: false
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "{_PYTHON}"
      - uses: actions/cache@v4
        with:
          path: outputs
          key: outputs-${{{{ github.run_id }}}}
          restore-keys: outputs-
      - run: python -m pip install --require-hashes -r requirements.lock && python -m pip install --no-deps -e .
      - run: python -m reportkit run
{f"        env:{chr(10)}{secrets}" if names else ""}      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: site
          path: outputs/site
"""
    return [ScheduleFile(".github/workflows/reports.yml", workflow, "提交到仓库；秘密写在仓库的 Settings → Secrets")]


def unit_name(project: Project) -> str:
    """The name of the project's units: letters and figures of its folder's name."""
    kept = "".join(each if each.isascii() and each.isalnum() else "-" for each in project.root.name).strip("-")
    return f"reportkit-{kept}" if kept else "reportkit"


def _unit(text: str) -> str:
    """Text in a unit file, where % begins a specifier."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """One argument of a unit's command line."""
    escaped = _unit(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'
