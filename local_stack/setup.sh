#!/usr/bin/env bash
# Make .venv what requirements/ and pyproject.toml say, and nothing when it is already. $1: the Python to use.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}

if ! command -v "$python" >/dev/null; then
    echo "There is no program '$python'. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12 …" >&2
    exit 1
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
requirements=requirements/dev-py${version/./}.txt
if [ ! -f "$requirements" ]; then
    echo "'$python' is Python $version; this needs 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12 …" >&2
    exit 1
fi

# by content, not by time: a fresh checkout or another branch has other times
wanted="$version $(cat "$requirements" requirements/uv.txt pyproject.toml | cksum)"
stamp=.venv/.made-of
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

begun=$SECONDS
echo "Setting up .venv for Python $version: downloads of about 500 MB the first time."
found=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
if [ "$found" != "$version" ] || [ ! -x .venv/bin/pip ]; then
    "$python" -m venv --clear .venv || {
        echo "'$python -m venv' failed; on Debian and Ubuntu install python$version-venv." >&2
        exit 1
    }
fi
rm -f "$stamp"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
export VIRTUAL_ENV=$PWD/.venv
.venv/bin/uv pip sync --quiet --require-hashes "$requirements"
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
printf '%s' "$wanted" >"$stamp"
echo "Set up in $((SECONDS - begun)) s."
