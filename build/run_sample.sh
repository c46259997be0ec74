#!/usr/bin/env bash
# Shows TopicDesk on its sample corpus: in the window where there is a display, else in the terminal. Run by `make run`.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly SAMPLE=out/sample.csv RESULT=out/sample-run

# The sample is made of the installed libraries' own documentation: new libraries make a new corpus, which needs a new project.
if [ ! -s "$SAMPLE" ] || [ .venv/setup-stamp -nt "$SAMPLE" ]; then
    .venv/bin/topicdesk sample out
    rm -rf "$RESULT"
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec .venv/bin/topicdesk "$SAMPLE"
fi
echo "No display here: 2,000 documents of the sample corpus in the terminal."
.venv/bin/topicdesk run "$SAMPLE" --sample 2000 --out "$RESULT"
echo "The map: $RESULT/map.png   the topics: $RESULT/topics.csv"
