# The same targets for people who prefer just.
default:
    @make help

[private]
run target:
    @make {{ target }}

setup: (run "setup")
demo: (run "demo")
test: (run "test")
test-all: (run "test-all")
lint: (run "lint")
format: (run "format")
bench: (run "bench")
calibration: (run "calibration")
wheel: (run "wheel")
lock: (run "lock")
