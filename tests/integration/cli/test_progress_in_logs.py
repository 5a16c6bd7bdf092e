"""Where there is no terminal, long work still says where it stands."""

from opencommissioning.cli import screen


def test_a_log_gets_a_line_now_and_then(monkeypatch, capsys):
    clock = iter([0.0, 10.0, 31.0, 40.0, 62.0, 70.0])
    monkeypatch.setattr(screen.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(screen, "errors", screen.Terminal(stderr=True, force_terminal=False, width=120))
    with screen.progress("Building") as step:
        for done, what in enumerate(("facts", "arrays", "verdicts, practice", "money")):
            step(what, done, 4)
    assert capsys.readouterr().err.splitlines() == [
        "Building: arrays, 1 of 4 done, 31 s so far",
        "Building: money, 3 of 4 done, 62 s so far",
        "Building: 70.0 s",
    ]
