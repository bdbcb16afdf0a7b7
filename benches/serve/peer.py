"""One run and the list of runs as FastAPI and SQLAlchemy answer them: uvicorn peer:app, with RUNS_URL naming the database."""

import os
import uuid
from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import JSON, DateTime, LargeBinary, Uuid, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import String, TypeDecorator

URL = os.environ["RUNS_URL"]
IS_SQLITE = URL.startswith("sqlite")
ROWS = 50


class Moment(TypeDecorator):
    """A time, which SQLite holds as RFC 3339."""

    impl = String if IS_SQLITE else DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.isoformat(timespec="milliseconds") if IS_SQLITE and value else value

    def process_result_value(self, value, dialect):
        return datetime.fromisoformat(value) if IS_SQLITE and value else value


class Id(TypeDecorator):
    """A UUID, which SQLite holds as its bytes."""

    impl = LargeBinary if IS_SQLITE else Uuid
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.bytes if IS_SQLITE and value else value

    def process_result_value(self, value, dialect):
        return uuid.UUID(bytes=value) if IS_SQLITE and value else value


class Base(DeclarativeBase):
    type_annotation_map = {uuid.UUID: Id, datetime: Moment, dict[str, Any]: JSON}


class ValidationRun(Base):
    __tablename__ = "validation_runs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    service_name: Mapped[str]
    environment: Mapped[str]
    tier: Mapped[str]
    status: Mapped[str]
    decision: Mapped[str | None]
    score: Mapped[int | None]
    origin: Mapped[str]
    requested_by: Mapped[str | None]
    external_ref: Mapped[str | None]
    change_context: Mapped[dict[str, Any]]
    repo_url: Mapped[str | None]
    golden_branch_id: Mapped[uuid.UUID | None]
    golden_ref: Mapped[str | None]
    golden_commit: Mapped[str | None]
    candidate_ref: Mapped[str | None]
    candidate_commit: Mapped[str | None]
    candidate_digest: Mapped[str | None]
    certifiable: Mapped[bool]
    engine_version: Mapped[str]
    files_compared: Mapped[int]
    files_changed: Mapped[int]
    critical_count: Mapped[int]
    high_count: Mapped[int]
    medium_count: Mapped[int]
    low_count: Mapped[int]
    allowed_count: Mapped[int]
    finding_critical_count: Mapped[int]
    finding_high_count: Mapped[int]
    finding_medium_count: Mapped[int]
    finding_low_count: Mapped[int]
    error: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    execution_time_ms: Mapped[int | None]


class Side(BaseModel):
    name: str | None
    commit: str | None


class Counts(BaseModel):
    files_compared: int
    files_changed: int
    critical: int
    high: int
    medium: int
    low: int
    allowed: int
    findings: int


class Run(BaseModel):
    id: uuid.UUID
    service: str
    environment: str
    tier: str
    status: str
    decision: str | None
    score: int | None
    origin: str
    requested_by: str | None
    external_ref: str | None
    context: dict[str, Any]
    repo_url: str | None
    golden: Side
    golden_branch_id: uuid.UUID | None
    candidate: Side
    candidate_digest: str | None
    certifiable: bool
    engine_version: str
    counts: Counts
    error: dict[str, Any] | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    execution_time_ms: int | None


class Page(BaseModel):
    items: list[Run]
    next: str | None


engine = create_engine(URL)
sessions = sessionmaker(engine)
app = FastAPI()


def session():
    with sessions() as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]


def wire(at: datetime | None) -> str | None:
    return at and at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(row: ValidationRun) -> Run:
    return Run(
        id=row.id,
        service=row.service_name,
        environment=row.environment,
        tier=row.tier,
        status=row.status,
        decision=row.decision and row.decision.upper(),
        score=row.score,
        origin=row.origin,
        requested_by=row.requested_by,
        external_ref=row.external_ref,
        context=row.change_context,
        repo_url=row.repo_url,
        golden=Side(name=row.golden_ref, commit=row.golden_commit),
        golden_branch_id=row.golden_branch_id,
        candidate=Side(name=row.candidate_ref, commit=row.candidate_commit),
        candidate_digest=row.candidate_digest,
        certifiable=row.certifiable,
        engine_version=row.engine_version,
        counts=Counts(
            files_compared=row.files_compared,
            files_changed=row.files_changed,
            critical=row.critical_count,
            high=row.high_count,
            medium=row.medium_count,
            low=row.low_count,
            allowed=row.allowed_count,
            findings=row.finding_critical_count
            + row.finding_high_count
            + row.finding_medium_count
            + row.finding_low_count,
        ),
        error=row.error,
        created_at=wire(row.created_at),
        started_at=wire(row.started_at),
        completed_at=wire(row.completed_at),
        execution_time_ms=row.execution_time_ms,
    )


@app.get("/api/v1/runs/{run}", response_model=Run)
def one(run: uuid.UUID, db: Opened) -> Run:
    row = db.get(ValidationRun, run)
    if row is None:
        raise HTTPException(status_code=404)
    return told(row)


@app.get("/api/v1/runs", response_model=Page)
def runs(db: Opened) -> Page:
    newest = (ValidationRun.created_at.desc(), ValidationRun.id.desc())
    rows = db.scalars(select(ValidationRun).order_by(*newest).limit(ROWS + 1)).all()
    return Page(items=[told(row) for row in rows[:ROWS]], next="more" if len(rows) > ROWS else None)
