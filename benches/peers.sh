#!/bin/sh
# Installs other tools into a folder of their own and times them beside golden: benches/peers.sh GOLDEN [KEYS] [FILES].
set -eu

golden=$(realpath "${1:?the golden binary, built with --release}")
cd "$(dirname "$0")"

tools=${GOLDEN_PEERS:-$(mktemp -d)}
if [ ! -x "$tools/bin/python" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet deepdiff==9.1.0 cfgdrift==0.21.0 dotdiff==0.1.1 diffx-python==0.7.2
fi
python3 peers.py "$golden" "$tools" "${2:-50000}" "${3:-500}"
