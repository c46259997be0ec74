#!/usr/bin/env bash
# Packs window, engine and starter models into one folder that needs no Python: FOLDER/topicdesk/topicdesk. Afterwards it is tried without a display.
#   build/bundle.sh [pack] [FOLDER]    packs, then tries; FOLDER is dist where it is not named
#   build/bundle.sh try [FOLDER]       only tries what is packed
# PyInstaller packs for the system it runs on. Tested on Linux only.
set -euo pipefail
cd "$(dirname "$0")/.."
export HF_HUB_OFFLINE=1
readonly WHAT=${1:-pack} FOLDER=${2:-dist} PYTHON=.venv/bin/python PYINSTALLER="pyinstaller==6.22.3"

pack() {
    "$PYTHON" -m PyInstaller --version >/dev/null 2>&1 || "$PYTHON" -m pip install --quiet --constraint build/constraints.txt "$PYINSTALLER"
    "$PYTHON" -m PyInstaller --noconfirm --log-level WARN --distpath "$FOLDER" --workpath "$FOLDER/.work" build/topicdesk.spec
    cp build/topicdesk.desktop topicdesk/gui/topicdesk.svg "$FOLDER/topicdesk/"
    printf 'bundle: %s MB in %s\n' "$(du -sm "$FOLDER/topicdesk" | cut -f1)" "$FOLDER/topicdesk"
}

case $WHAT in
    pack) pack ;;
    try) ;;
    *) printf "bundle: build/bundle.sh knows pack and try, not '%s'.\n" "$WHAT" >&2; exit 2 ;;
esac
TOPICDESK_BUNDLE=$(cd "$FOLDER/topicdesk" && pwd -P) "$PYTHON" -m pytest -q tests/test_bundle.py
