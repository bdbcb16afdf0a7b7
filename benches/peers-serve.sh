#!/bin/sh
# Installs FastAPI and SQLAlchemy into a folder of their own and times them beside golden: benches/peers-serve.sh.
set -eu
cd "$(dirname "$0")"

tools=${GOLDEN_PEERS:-$(mktemp -d)}
if [ ! -x "$tools/bin/uvicorn" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet fastapi 'uvicorn[standard]' sqlalchemy 'psycopg[binary]'
fi
PEERS_PYTHON="$tools/bin/python" cargo bench --bench serve
