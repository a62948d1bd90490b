#!/bin/sh
# Makes .venv with what the extras given need: `sh infra/local/venv.sh run,dev`. Called by make.
set -eu

extras=$1
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

say() { printf 'owl: %s\n' "$1" >&2; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c "$new_enough" 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ]; then
    here=$(python3 --version 2>/dev/null || echo "no Python")
    say "Python 3.11 or newer is needed, and there is $here: install the package python3 (Debian 12 or newer: apt install python3 python3-venv; macOS: brew install python)."
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    say "$python has no venv: install the package python3-venv (Debian: apt install python3-venv; macOS: brew install python)."
    exit 1
fi
# A .venv whose Python was removed or upgraded cannot be used again.
if ! .venv/bin/python -c "$new_enough" 2>/dev/null || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv
fi
say "installing what is needed into .venv (once: it takes a minute)"
lock=infra/locks/$(printf '%s' "$extras" | tr , -).txt
if [ ! -f "$lock" ]; then
    say "there is no $lock: EXTRAS is run, run,dev or run,dev,browser."
    exit 1
fi
install='.venv/bin/python -m pip install --quiet --disable-pip-version-check'
# Every package by its hash; then this project itself, with the tools that are there by now.
if ! $install --require-hashes --requirement "$lock" || ! $install --no-deps --no-build-isolation --editable .; then
    say "the packages could not be installed: see above; this one step needs the network."
    exit 1
fi
