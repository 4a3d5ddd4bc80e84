#!/usr/bin/env bash
# Write requirements/*.txt from pyproject.toml: exact versions with hashes, one development set per Python.
# The sets for images (Python 3.11) are parts of the development set, never other versions.
# Versions that still fit stay as they are. $1: the uv to use; what follows goes to uv (--upgrade).
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${1:-.venv/bin/uv}
more=("${@:2}")

pin() { # what to pin, the file to write, further options
    local what=$1 file=$2
    shift 2
    echo "$file"
    "$uv" pip compile "$what" "$@" --quiet --generate-hashes --no-annotate --no-header \
        --no-strip-extras "${more[@]}" -o "$file" >/dev/null
}

mkdir -p requirements
for version in 3.11 3.12 3.13 3.14; do
    pin pyproject.toml "requirements/dev-py${version/./}.txt" --python-version "$version" --extra dev
done
for extra in platform service agent ui; do
    pin pyproject.toml "requirements/$extra.txt" --python-version 3.11 --extra "$extra" -c requirements/dev-py311.txt
done
pin pyproject.toml requirements/docs.txt --universal --python-version 3.11 --extra docs
cp requirements/service.txt bento_service/requirements.txt
echo uv | pin - requirements/uv.txt --python-version 3.11
