#!/bin/sh
# Installs other migration tools into a folder of their own and times them: benches/peers-migrations.sh GOLDEN [ROWS].
# PEERS_POSTGRES_URL names the maintenance database of an empty server; without it Postgres is skipped, and so is move.
set -eu

golden=$(realpath "${1:?the golden binary, built with --release}")
cd "$(dirname "$0")"

tools=$(realpath "${GOLDEN_PEERS:-$(mktemp -d)}")
if [ ! -x "$tools/bin/python" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet alembic pytest pytest-alembic 'psycopg[binary]' ||
        echo "SKIPPED Alembic and pytest-alembic: they cannot be installed here"
fi
if [ ! -x "$tools/bin/sqlx" ]; then
    cargo install --quiet --locked sqlx-cli --version '^0.9' --root "$tools" --no-default-features \
        --features sqlite,postgres,rustls || echo "SKIPPED sqlx-cli: it cannot be installed here"
fi
if ! command -v pgloader >/dev/null; then
    apt-get install -y -qq pgloader >/dev/null 2>&1 || echo "SKIPPED pgloader: it cannot be installed here"
fi
"$tools/bin/python" peers_migrations.py "$golden" "$tools" "${PEERS_POSTGRES_URL:-}" "${2:-1000000}"
# Ours and sqlx-cli on the same server, and last: databases are removed in the end, which slows down what comes after it.
if [ -x "$tools/bin/sqlx" ]; then
    SQLX_CLI=$tools/bin/sqlx
    export SQLX_CLI
fi
(cd .. && env ${PEERS_POSTGRES_URL:+"TEST_DATABASE_URL=$PEERS_POSTGRES_URL"} cargo bench -p safe-migrate --bench migrate)
