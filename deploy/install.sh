#!/bin/sh
# Makes a virtual environment hold what a committed lock, deploy/lock/NAME.txt, says:
#
#   sh deploy/install.sh production|development   .venv, and this clone's own packages in it
#   sh deploy/install.sh strangers|audit           .venv-NAME, with nothing of ours in it
#
# Promises: nothing unlocked is downloaded (--require-hashes, no build isolation); an installation
# that was interrupted is done again; a changed lock is installed again; an environment that came
# here with a copied or moved clone is made anew, because its programs still point to the old place.
# uv does the work where there is one, else venv and pip. CANALIZA_PYTHON names the Python to make a
# new environment with; without it the first that fits is taken.
set -eu
cd -- "$(dirname -- "$0")/.."

wanted=${1:?production | development | strangers | audit}
case $wanted in
    production | development) venv=.venv ;;
    *) venv=.venv-$wanted ;;
esac
python=$venv/bin/python

stamp() { echo "$venv/.canaliza-$1"; }
content() { cat "deploy/lock/$1.txt" pyproject.toml | cksum; }
installed() { [ -f "$(stamp "$1")" ] && [ "$(cat "$(stamp "$1")")" = "$(content "$1")" ]; }
can() { "$@" >/dev/null 2>&1; }
say() { printf '%s\n' "$*" >&2; }

uv_program() {
    if can command -v uv; then echo uv; elif can .venv/bin/uv --version; then echo .venv/bin/uv; fi
}

# A Python that we know how to install for: 3.11 to 3.14 (the PostgreSQL wheel's range).
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
choose_python() {
    if [ -n "${CANALIZA_PYTHON:-}" ]; then set -- "$CANALIZA_PYTHON"
    else set -- python3 python3.13 python3.12 python3.11 python3.14; fi
    for name in "$@"; do
        if can "$name" -c "$fits"; then
            if can command -v uv || can "$name" -c 'import ensurepip, venv'; then
                echo "$name"
                return
            fi
        fi
    done
}

# One line of text: where this environment was made, so that a moved one is noticed.
usable() {
    can "$python" -c "$fits" || return 1
    [ ! -f "$venv/.canaliza-home" ] || [ "$(cat "$venv/.canaliza-home")" = "$(pwd -P)" ]
}

make_venv() {
    say "canaliza: preparando $venv / making $venv"
    chosen=$(choose_python)
    if [ -n "$chosen" ]; then
        rm -rf "$venv"
        if can command -v uv; then uv venv --quiet --python "$chosen" "$venv"
        else "$chosen" -m venv "$venv"; fi
    elif [ -z "${CANALIZA_PYTHON:-}" ] && can command -v uv; then
        rm -rf "$venv"
        uv venv --quiet --python 3.13 "$venv"
    else
        say "canaliza: hace falta Python 3.11 a 3.14 con venv (en Debian/Ubuntu: python3-venv), o uv."
        say "canaliza: Python 3.11 to 3.14 with venv is needed (Debian/Ubuntu: python3-venv), or uv."
        [ -z "${CANALIZA_PYTHON:-}" ] || say "canaliza: CANALIZA_PYTHON=$CANALIZA_PYTHON"
        exit 1
    fi
    pwd -P >"$venv/.canaliza-home"
}

install() {
    uv=$(uv_program)
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python "$python" "$@"
    else
        can "$python" -m pip --version || "$python" -m ensurepip >/dev/null
        "$python" -m pip install --quiet --disable-pip-version-check "$@"
    fi
}

usable || make_venv
if [ "$wanted" = production ] && installed development; then exit 0; fi
if installed "$wanted"; then exit 0; fi

say "canaliza: instalando / installing deploy/lock/$wanted.txt"
rm -f "$(stamp production)" "$(stamp development)" "$(stamp "$wanted")"
install --require-hashes -r "deploy/lock/$wanted.txt"
if [ "$venv" = .venv ]; then install --no-build-isolation --no-deps --editable .; fi
content "$wanted" >"$venv/.canaliza-stamp"
mv "$venv/.canaliza-stamp" "$(stamp "$wanted")"
