"""Answering requests: gunicorn where there is one, a threaded server of the standard library elsewhere (Windows)."""

import os
from pathlib import Path

from opencommissioning.web.configuration import configure


def serve(
    area_folder: Path | str, host: str = "127.0.0.1", port: int = 8000, workers: int = 2, debug: bool = False
) -> None:
    """Serve the area's site at http://host:port until interrupted; brings the site's database up to date first."""
    configure(area_folder, debug=debug)
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    if os.name == "posix":
        _with_gunicorn(application, host, port, workers)
    else:
        _with_threads(application, host, port)


def _with_gunicorn(application, host: str, port: int, workers: int) -> None:
    from gunicorn.app.base import BaseApplication

    chosen = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": 4,
        "accesslog": None,
        "loglevel": "warning",
        "timeout": 60,
    }
    chosen |= {"limit_request_line": 4094, "control_socket_disable": True}
    # after the fork: the threads of the libraries that read tables do not survive one
    chosen["post_worker_init"] = lambda worker: _open_area(application)

    class Server(BaseApplication):
        def load_config(self) -> None:
            for key, value in chosen.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self):
            return application

    Server().run()


def _open_area(application) -> None:
    """Answer a few pages to nobody, so that the first reader does not wait for the area to be opened."""
    from wsgiref.util import setup_testing_defaults

    from opencommissioning.web.questions.examples import addresses

    for path in addresses():
        asked = {"PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1"}
        setup_testing_defaults(asked)
        answer = application(asked, lambda status, headers, problem=None: None)
        for _ in answer:
            pass
        answer.close()


def _with_threads(application, host: str, port: int) -> None:
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args) -> None:
            """One line a request is noise on a laptop."""

    with make_server(host, port, application, Server, Quiet) as server:
        server.serve_forever()
