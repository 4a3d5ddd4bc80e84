#!/usr/bin/env bash
# Make an environment what requirements/ and pyproject.toml say, and nothing when it is already.
# $1: its folder. $2: the Python to use; without one it is python3 where that is supported, else the newest that is.
set -euo pipefail
cd "$(dirname "$0")/.."
. local_stack/pythons.sh
folder=$1
python=${2:-$(default_python)}
needed="this needs one of Python $(supported_pythons | sort -t . -k 2 -n | paste -s -d , | sed 's/,/, /g'). Name one: make PYTHON=python3.12 …"

if [ -z "$python" ]; then
    echo "No supported Python was found; $needed" >&2
    exit 1
fi
if ! command -v "$python" >/dev/null; then
    echo "There is no program '$python'; $needed" >&2
    exit 1
fi
version=$(version_of "$python")
requirements=$(requirements_of "$version")
if [ ! -f "$requirements" ]; then
    echo "'$python' is ${version:+Python }${version:-no Python that starts}; $needed" >&2
    exit 1
fi

# by content, not by time: a fresh checkout or another branch has other times
wanted="$version $(cat "$requirements" requirements/uv.txt pyproject.toml | cksum)"
stamp=$folder/.made-of
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

begun=$SECONDS
echo "Setting up $folder for Python $version ($python): downloads of about 500 MB the first time."
found=$(version_of "$folder/bin/python")
if [ "$found" != "$version" ] || [ ! -x "$folder/bin/pip" ]; then
    "$python" -m venv --clear "$folder" || {
        echo "'$python -m venv' failed; on Debian and Ubuntu install python$version-venv." >&2
        exit 1
    }
fi
rm -f "$stamp"
"$folder"/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
export VIRTUAL_ENV=$PWD/$folder
"$folder"/bin/uv pip sync --quiet --require-hashes "$requirements"
"$folder"/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
printf '%s' "$wanted" >"$stamp"
echo "Set up in $((SECONDS - begun)) s."
