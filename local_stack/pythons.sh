# To be sourced at the root of the checkout: which Pythons are supported, and where they are on this machine.

supported_pythons() { # the versions that requirements/ pins, the newest first: 3.14 3.13 …
    local file
    for file in requirements/dev-py3*.txt; do
        file=${file#requirements/dev-py3}
        echo "3.${file%.txt}"
    done | sort -t . -k 2 -n -r
}

version_of() { # a program's Python version, as 3.12; nothing when it is no Python that starts
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

requirements_of() { # the pinned packages for a version
    echo "requirements/dev-py${1/./}.txt"
}

python_of() { # a program of the version: on the PATH, else one of pyenv's; nothing when there is none
    local program
    while read -r program; do
        if [ "$(version_of "$program")" = "$1" ]; then
            echo "$program"
            break
        fi
    done < <(
        type -aP "python$1" python3
        printf '%s\n' "${PYENV_ROOT:-${HOME:-}/.pyenv}/versions/$1".*/bin/python
    )
}

default_python() { # python3 where it is supported, else the newest supported one; nothing when there is none
    local version program=python3
    if [ ! -f "$(requirements_of "$(version_of python3)")" ]; then
        for version in $(supported_pythons); do
            program=$(python_of "$version")
            [ -z "$program" ] || break
        done
    fi
    echo "$program"
}
