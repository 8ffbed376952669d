"""The preview's server: this machine's browsers only, one report, sent anew whenever a file was saved."""

import asyncio
import json
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from html import escape
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from watchfiles import Change, DefaultFilter, awatch

from reportkit.errors import ProjectError
from reportkit.execution.pool import stop
from reportkit.execution.running import kill_kernels
from reportkit.formats import FORMATS
from reportkit.preview.making import SHOWN, Made, Maker
from reportkit.publishing.styles import TEMPLATES

HOST = "127.0.0.1"
_PORTS = 20
_SETTLE_MS = 60
"""How long after a save nothing more must come: editors write several times."""
_TYPES = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf", ".js": "text/javascript; charset=utf-8"}
_SHELL_CSP = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; frame-src 'self'; connect-src 'self'"


class Preview:
    """One report's preview: its maker, and who is listening."""

    def __init__(self, maker: Maker, shown: Callable[[Made], None]) -> None:
        self.maker, self._shown = maker, shown
        self.changed = asyncio.Condition()
        self.working = False
        self.thread: Thread | None = None
        self._saved = asyncio.Event()
        self._saved.set()
        self._templates_changed = False

    async def make(self) -> None:
        """Makes the report, and once more after each save, until it is cancelled; notifies every listener."""
        while True:
            await self._saved.wait()
            self._saved.clear()
            before = self.maker.made.number
            await self._tell(working=True)
            templates_changed, self._templates_changed = self._templates_changed, False
            make = partial(self.maker.make, templates_changed=templates_changed, outdated=self._saved.is_set)
            made = await self._in_thread(make)
            await self._tell(working=self._saved.is_set())
            if made.number != before:
                self._shown(made)

    async def _in_thread(self, make: Callable[[], Made]) -> Made:
        """What `make` gives, in a thread that needn't be waited for: a notebook may have no end."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Made] = loop.create_future()

        def tell(made: Made) -> None:
            if not done.cancelled():
                done.set_result(made)

        def work() -> None:
            made = make()
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(tell, made)

        self.thread = Thread(target=work, name="preview", daemon=True)
        self.thread.start()
        return await done

    async def _tell(self, *, working: bool) -> None:
        async with self.changed:
            self.working = working
            self.changed.notify_all()

    def state(self) -> str:
        return json.dumps({**self.maker.made.to_json(), "working": self.working}, ensure_ascii=False)

    async def watch(self) -> None:
        """Notes each save in the project or the templates, until it is cancelled; what is being made is outdated."""
        while True:
            folders = [self.maker.root / "params", self.maker.root / "notebooks", TEMPLATES, *self.maker.font_folders]
            wanted = [folder.resolve() for folder in folders if folder.is_dir()]
            shared = [folder for folder in wanted if folder.name not in ("params", "notebooks")]
            saved = _Saved(wanted)
            async for changes in awatch(*wanted, watch_filter=saved, debounce=_SETTLE_MS, step=_SETTLE_MS // 3):
                within = any(Path(path).is_relative_to(folder) for folder in shared for _, path in changes)
                self._templates_changed |= within
                self._saved.set()
                if self.working:
                    kill_kernels()
                if not all(folder.is_dir() for folder in wanted):
                    break  # another branch, perhaps: a folder that comes back is another one
            while not all(folder.is_dir() for folder in folders[:2]):
                await asyncio.sleep(_SETTLE_MS / 1000)
            self._saved.set()


class _Saved(DefaultFilter):
    """Saves of files that a report is made from: no checkpoints, no editor's own files."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__()
        self._folders = folders

    def __call__(self, change: Change, path: str) -> bool:
        # Where the folder itself lies says nothing: installed templates are in a .venv.
        within = next((folder for folder in self._folders if Path(path).is_relative_to(folder)), None)
        parts = Path(path).relative_to(within).parts if within else (Path(path).name,)
        if any(part.startswith(".") for part in parts) or path.endswith("~"):
            return False
        return super().__call__(change, "/".join(parts))


class _Handler(RequestHandler):
    preview: Preview

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    def prepare(self) -> None:
        # Another site's name that points to this machine may not read the page.
        if self.request.host_name not in (HOST, "localhost"):
            raise HTTPError(403)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def send(self, content: bytes, ending: str) -> None:
        self.set_header("Content-Type", _TYPES[ending])
        self.finish(content)


class _Shell(_Handler):
    def get(self) -> None:
        self.set_header("Content-Security-Policy", _SHELL_CSP)
        page = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
        page = page.replace("{{ tabs }}", _tabs()).replace("{{ title }}", escape(self.preview.maker.title))
        self.send(page.encode(), ".html")


def _tabs() -> str:
    """A tab for each format that a browser shows, the first of them chosen."""
    shown = [each for each in FORMATS.values() if each.in_browser]
    tabs = []
    for place, each in enumerate(shown):
        chosen = 'aria-selected="false" tabindex="-1"' if place else 'aria-selected="true"'
        tabs.append(
            f'<button role="tab" id="tab-{each.name}" data-source="{each.file}" aria-controls="view" '
            f"{chosen}>{each.label}</button>"
        )
    return "\n".join(tabs)


class _Script(_Handler):
    def get(self) -> None:
        self.send(files(__package__).joinpath("preview.js").read_bytes(), ".js")


class _File(_Handler):
    def get(self, name: str) -> None:
        content = self.preview.maker.made.files.get(name) if name in SHOWN else None
        if content is None:
            raise HTTPError(404)
        self.send(content, Path(name).suffix)


class _Findings(_Handler):
    def get(self) -> None:
        self.send(self.preview.maker.findings_page(), ".html")


class _Events(_Handler):
    """Server-sent events: the state now, and at each change."""

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        sent = ""
        try:
            while True:
                state = self.preview.state()
                if state != sent:
                    sent = state
                    self.write(f"data: {state}\n\n")
                    await self.flush()
                async with self.preview.changed:
                    await self.preview.changed.wait()
        except (StreamClosedError, asyncio.CancelledError):
            return


def application(preview: Preview) -> Application:
    """The preview's pages."""
    given: dict[str, Any] = {"preview": preview}
    return Application(
        [
            ("/", _Shell, given),
            ("/preview.js", _Script, given),
            ("/events", _Events, given),
            ("/findings.html", _Findings, given),
            ("/(report.(?:html|pdf))", _File, given),
        ],
        log_function=lambda _: None,
    )


def serve(maker: Maker, port: int, *, ready: Callable[[str], None], shown: Callable[[Made], None], open_: bool) -> None:
    """Serves the preview on 127.0.0.1 until it is interrupted.

    `ready` is given its address, `shown` every state. A port that is taken: the next free one; 0 is any.
    Raises ProjectError where none is free.
    """
    sockets = _bound(port)
    server = HTTPServer(application(preview := Preview(maker, shown)))
    address = f"http://{HOST}:{sockets[0].getsockname()[1]}/"

    async def main() -> None:
        server.add_sockets(sockets)
        ready(address)
        if open_:
            webbrowser.open(address)
        await asyncio.gather(preview.watch(), preview.make())

    try:
        asyncio.run(main())
    finally:
        server.stop()
        if preview.thread is not None:
            stop(preview.thread)


def _bound(port: int) -> list[Any]:
    for each in range(port, port + _PORTS) if port else (0,):
        try:
            return bind_sockets(each, HOST)
        except OSError:
            continue
    raise ProjectError("no_free_port", where="--port", port=port, last=port + _PORTS - 1)
