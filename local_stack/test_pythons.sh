#!/usr/bin/env bash
# make check, test-unit and test-integration on each supported Python that is found, each in an environment of its own.
# $1: the make to use. Ends with 1 when one of them fails or none is found; else one that is not found is only named.
set -euo pipefail
cd "$(dirname "$0")/.."
. local_stack/pythons.sh

verdicts=()
tried=0
failed=0
for version in $(supported_pythons); do
    python=$(python_of "$version")
    if [ -z "$python" ]; then
        verdicts+=("$version  not found")
        continue
    fi
    echo "== Python $version: $python"
    begun=$SECONDS
    tried=$((tried + 1))
    if "$1" PYTHON="$python" VENV=".local/pythons/$version" check test-unit test-integration; then
        verdict=passed
    else
        verdict=FAILED
        failed=1
    fi
    verdicts+=("$version  $verdict in $((SECONDS - begun)) s, $("$python" --version), $python")
done

printf '%s\n' "${verdicts[@]}"
[ "$tried" -gt 0 ] && [ "$failed" = 0 ]
