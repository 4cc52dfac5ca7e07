#!/bin/sh
# Starts a workshop by a double click (macOS), or from a terminal. The first time it installs what is needed, into this folder
# only: uv finds a Python, or fetches one. Windows: start-workshop.cmd.
cd "$(dirname "$0")" || exit 1
export PYTHONPATH="$PWD" UV_INSTALL_DIR="$PWD/.uv" UV_NO_MODIFY_PATH=1

stay() {  # so that the window doesn't close before anyone has read it
    printf '%s\n' "" "$1"
    if [ -t 0 ]; then printf 'Press Return to close this window. '; read -r _; fi
    exit "$2"
}

find_uv() {
    for place in "$(command -v uv)" "$PWD/.uv/uv" "$HOME/.local/bin/uv" /opt/homebrew/bin/uv /usr/local/bin/uv; do
        if [ -n "$place" ] && [ -x "$place" ]; then printf '%s\n' "$place"; return; fi
    done
    return 1
}

fetch_uv() {
    echo "Fetching uv, which finds or fetches a Python …" >&2
    curl -LsSf https://astral.sh/uv/install.sh | sh >&2 && find_uv
}

install() {
    uv=$(find_uv || fetch_uv) || return 1
    [ -x .venv/bin/python ] || "$uv" venv --python '>=3.11' .venv || return 1
    "$uv" pip install --python .venv/bin/python --constraint requirements.txt --editable . || return 1
    cat pyproject.toml requirements.txt > .venv/installed-from
}

if ! cat pyproject.toml requirements.txt | cmp -s - .venv/installed-from || [ ! -x .venv/bin/python ]; then
    echo "Installing what the workshop needs; the first time this takes a minute or two …"
    if ! install; then
        [ -e .venv/installed-from ] || stay "It couldn't be installed; the reason is above. The first time, this needs the internet." 1
        echo "Newer packages couldn't be looked for, so we go on with those that are here."
    fi
fi
.venv/bin/python -m workshop.cli start "$@"
status=$?
[ $status = 0 ] || stay "The workshop couldn't go on; the reason is above." $status
