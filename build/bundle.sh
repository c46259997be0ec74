#!/usr/bin/env bash
# Packs window and engine into one folder that needs no Python: dist/topicdesk/topicdesk. Afterwards it is tried without a display.
#   build/bundle.sh            packs, then tries
#   build/bundle.sh try        only tries what is packed
# PyInstaller packs for the system it runs on. Tested on Linux only.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly PYINSTALLER="pyinstaller==6.22.3" PYTHON=.venv/bin/python PROGRAM=dist/topicdesk/topicdesk WORK=out/bundle

pack() {
    "$PYTHON" -m PyInstaller --version >/dev/null 2>&1 || "$PYTHON" -m pip install --quiet "$PYINSTALLER"
    "$PYTHON" -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath "$WORK/work" build/topicdesk.spec
    cp build/topicdesk.desktop topicdesk/gui/topicdesk.svg dist/topicdesk/
}

say() {
    printf 'bundle: %s\n' "$@"
}

# The program in another folder, without this repository: what it needs has to be in it. The starter models lie beside it as a user's would.
try_it() {
    local home models began
    home=$(mktemp -d)
    models=$(pwd)/models
    trap 'rm -rf "$home"' EXIT
    export TOPICDESK_HOME="$home/home" TOPICDESK_MODELS="$models" QT_QPA_PLATFORM=offscreen
    say "version: $("$PROGRAM" --version)"
    "$PROGRAM" sample "$home/sample" >/dev/null
    say "the sample corpus is written: $(wc -l <"$home/sample/sample.csv") lines"
    "$PROGRAM" run "$home/sample/sample.csv" --sample 300 --out "$home/out"
    [ -s "$home/out/map.png" ] && [ -s "$home/out/topics.csv" ]
    say "a map of 300 documents is drawn, with $(($(wc -l <"$home/out/topics.csv") - 1)) topics"
    "$PROGRAM" doctor | sed 's/^/bundle:   /'
    began=$SECONDS
    "$PROGRAM" "$home/out/project.topicdesk" 2>"$home/window.log" &
    sleep 12
    kill -TERM $!
    wait $! || { cat "$home/window.log"; say "the window ended badly"; exit 1; }
    say "the window opened the project and closed when asked, after $((SECONDS - began)) s"
}

[ "${1:-}" = try ] || pack
try_it
