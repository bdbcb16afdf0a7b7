"""Times migrations with Alembic, pytest-alembic and pgloader, in turn, in one run; see benches/README.md."""

import itertools
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

GOLDEN, TOOLS, SERVER, ROWS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
ROUNDS = 3
COUNTS = (7, 100, 1000)
STAIRS = 100
NUMBERS = itertools.count(1)

ENVIRONMENT = """from alembic import context
from sqlalchemy import create_engine

try:
    from models import metadata
except ImportError:
    metadata = None

given = context.config.attributes.get("connection")
engine = create_engine(context.config.get_main_option("sqlalchemy.url")) if given is None else given
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
"""


def skipped(what, why):
    print(f"SKIPPED {what}: {why}")


def tool(name):
    path = f"{TOOLS}/bin/{name}"
    return path if os.path.exists(path) else shutil.which(name)


def statements(number, backend):
    """The table and index that benches/migrate.rs makes, so that all tools do the same work."""
    uuid, time_type = ("uuid", "timestamptz") if backend == "postgres" else ("uuid_text", "timestamp_with_timezone_text")
    return [
        f"create table t_{number} (id {uuid} not null primary key, a text not null, b text, c bigint not null unique, "
        f"d {time_type} not null)",
        f"create index ix_t_{number} on t_{number} (a)",
    ]


def run(arguments, **more):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done


def timed(work, prepare):
    """The median of so many rounds, in seconds; the preparation is not measured."""
    times = []
    for _ in range(ROUNDS):
        prepared = prepare()
        start = time.perf_counter()
        work(prepared)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


# Into the same tables with the same indexes. It knows no bytes that are a UUID but those of another server, whose order
# it turns, so that its keys come out changed; and it drops the foreign keys meanwhile.
LOAD = """load database from sqlite://{source} into {target}
 with data only, disable triggers, truncate
 cast type uuid_text to uuid using sql-server-uniqueidentifier-to-uuid,
      type timestamp_with_timezone_text to timestamptz,
      type jsonb_text to jsonb
 excluding table names like 'seaql_migrations', '_safe_migrate_%';
"""


class Databases:
    """Empty databases of one backend."""

    def __init__(self, backend, folder):
        self.backend, self.folder = backend, folder

    def fresh(self):
        number = next(NUMBERS)
        if self.backend == "sqlite":
            return f"{self.folder}/{number}.db"
        name = f"peers_{os.getpid()}_{number}"
        run(["psql", "-q", SERVER, "-c", f"create database {name} template template0"])
        return SERVER.rsplit("/", 1)[0] + "/" + name


def alembic_project(count, backend, folder):
    os.makedirs(f"{folder}/versions")
    with open(f"{folder}/env.py", "w", encoding="utf-8") as file:
        file.write(ENVIRONMENT)
    for number in range(count):
        down = f"'m{number - 1:05}'" if number else "None"
        lines = "\n".join(f"    op.execute({text!r})" for text in statements(number, backend))
        with open(f"{folder}/versions/m{number:05}.py", "w", encoding="utf-8") as file:
            file.write(
                f"from alembic import op\nrevision, down_revision = 'm{number:05}', {down}\n"
                f"def upgrade():\n{lines}\ndef downgrade():\n    op.execute('drop table t_{number}')\n"
            )


def alembic(count, databases):
    binary = tool("alembic")
    if not binary:
        return skipped(f"Alembic at {count}", "it could not be installed")
    with tempfile.TemporaryDirectory() as folder:
        alembic_project(count, databases.backend, folder)

        def work(place):
            url = f"sqlite:///{place}" if databases.backend == "sqlite" else place.replace("postgres:", "postgresql+psycopg:")
            with open(f"{folder}/alembic.ini", "w", encoding="utf-8") as file:
                file.write(f"[alembic]\nscript_location = {folder}\nsqlalchemy.url = {url}\n")
            run([binary, "-c", f"{folder}/alembic.ini", "upgrade", "head"])

        return timed(work, databases.fresh)


MODELS = f"""from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid

metadata = MetaData()
for number in range({STAIRS}):
    Table(
        f"t_{{number}}",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("a", Text, nullable=False, index=True),
        Column("b", Text),
        Column("c", BigInteger, nullable=False, unique=True),
        Column("d", DateTime(timezone=True), nullable=False),
    )
"""

MIGRATION = """from alembic import op
from models import metadata
revision, down_revision = 'm{number:05}', {down}
def upgrade():
    metadata.tables['t_{number}'].create(op.get_bind())
def downgrade():
    op.drop_table('t_{number}')
"""


def pytest_alembic():
    """All four of its tests; the fourth compares the database with models, which therefore make the tables too."""
    binary = tool("pytest")
    if not binary or not tool("alembic"):
        return skipped("pytest-alembic", "it could not be installed")
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/versions")
        files = {"env.py": ENVIRONMENT, "models.py": MODELS, "pytest.ini": "[pytest]\npythonpath = .\n"}
        for number in range(STAIRS):
            down = f"'m{number - 1:05}'" if number else "None"
            files[f"versions/m{number:05}.py"] = MIGRATION.format(number=number, down=down)
        files["alembic.ini"] = f"[alembic]\nscript_location = {folder}\nsqlalchemy.url = sqlite:///{folder}/t.db\n"
        tests = "test_single_head_revision, test_upgrade, test_up_down_consistency, test_model_definitions_match_ddl"
        files["test_migrations.py"] = f"from pytest_alembic.tests import {tests}\n"
        for name, text in files.items():
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        return timed(lambda _: run([binary, "-q", "test_migrations.py"], cwd=folder), lambda: None)


def ups():
    with tempfile.TemporaryDirectory() as folder:
        backends = ["sqlite"] + (["postgres"] if SERVER else [])
        if not SERVER:
            skipped("Postgres", "name an empty server in PEERS_POSTGRES_URL, as postgres://USER@HOST/postgres")
        for backend in backends:
            databases = Databases(backend, folder)
            for count in COUNTS:
                seconds = alembic(count, databases)
                if seconds is not None:
                    print(f"{backend}: {count} migrations up with Alembic: {seconds * 1e3:.1f} ms")
        seconds = pytest_alembic()
        if seconds is not None:
            print(f"sqlite: the four tests of pytest-alembic over {STAIRS} migrations: {seconds * 1e3:.1f} ms")


def source(folder):
    """A database of golden with so many rows: one real run, its delta multiplied."""
    repo = f"{folder}/repo"
    os.makedirs(repo)
    url = f"sqlite://{folder}/source.db?mode=rwc"
    environment = {**os.environ, "DATABASE_URL": url, "GOLDEN_FINGERPRINT_KEY": "a key of benchmarks, never of people"}

    def here(*arguments):
        return subprocess.run(arguments, cwd=repo, env=environment, capture_output=True, text=True, check=False)

    def write(port):
        with open(f"{repo}/app-prod.yml", "w", encoding="utf-8") as file:
            file.write(f"server:\n  port: {port}\n")

    write(8080)
    here("git", "init", "-q")
    here("git", "add", ".")
    here("git", "-c", "user.name=b", "-c", "user.email=b@svc.example", "commit", "-qm", "first")
    common = ["--service", "shop", "--environment", "prod"]
    here(GOLDEN, "certify", *common, "--initial", "HEAD", "--by", "b", "--reason", "first")
    write(8090)
    here(GOLDEN, "validate", *common)
    db = sqlite3.connect(f"{folder}/source.db")
    columns = [row[1] for row in db.execute("pragma table_info(config_deltas)")]
    other = {"id": "randomblob(16)", "delta_id": "'delta ' || n.value", "position": "n.value"}
    values = ", ".join(other.get(column, f"d.{column}") for column in columns)
    db.execute(
        f"insert into config_deltas ({', '.join(columns)}) select {values} from (select * from config_deltas limit 1) d, "
        f"(with recursive n(value) as (select 1 union all select value + 1 from n where value < {ROWS}) "
        "select value from n) n"
    )
    db.commit()
    rows = db.execute("select count(*) from config_deltas").fetchone()[0]
    db.close()
    if rows <= ROWS:
        sys.exit(f"the source has {rows} rows")
    return f"{folder}/source.db"


def moves():
    if not SERVER:
        return skipped("move", "name an empty server in PEERS_POSTGRES_URL")
    with tempfile.TemporaryDirectory() as folder:
        file, databases = source(folder), Databases("postgres", folder)

        def migrated():
            place = databases.fresh()
            run([GOLDEN, "db", "migrate"], env={**os.environ, "DATABASE_URL": place}, cwd=folder)
            return place

        ours = timed(
            lambda place: run([GOLDEN, "db", "move", "--from", f"sqlite://{file}", "--to", place], cwd=folder), migrated
        )
        print(f"move of {ROWS} rows, verified: {ours:.2f} s")
        if not tool("pgloader"):
            return skipped("pgloader", "it could not be installed")

        def pgloader(place):
            with open(f"{folder}/load", "w", encoding="utf-8") as load:
                load.write(LOAD.format(source=file, target=place.replace("postgres:", "postgresql:")))
            run([tool("pgloader"), f"{folder}/load"], cwd=folder)
            count = run(["psql", "-At", place, "-c", "select count(*) from config_deltas"]).stdout
            if int(count) <= ROWS:
                sys.exit(f"pgloader wrote {count} rows")

        theirs = timed(pgloader, migrated)
        print(f"the same with pgloader, which verifies nothing: {theirs:.2f} s, {ours / theirs:.2f} times")


ups()
moves()
