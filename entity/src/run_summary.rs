//! A run as lists and pages tell it: without its facts, which grow with the change, and without what workers alone need.

use std::sync::OnceLock;

use sea_orm::entity::prelude::*;
use sea_orm::{
    DbBackend, FromQueryResult, QueryResult, QuerySelect, QueryTrait, Select, SelectModel, SelectorRaw, Statement,
};

use crate::generated::validation_runs::{Column, Entity, Model};
use crate::page::with_plain_limit;

/// Defines the summary with the list of its columns, and how it is made of a whole row.
macro_rules! summary {
    ($($(#[$meta:meta])* $field:ident: $type:ty = $column:ident,)+) => {
        /// A run without its facts.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct RunSummary {
            $($(#[$meta])* pub $field: $type,)+
        }

        impl RunSummary {
            /// The columns that it is read from, in this order.
            pub const COLUMNS: &[Column] = &[$(Column::$column,)+];
        }

        impl FromQueryResult for RunSummary {
            /// By the place of each column, which [`RunSummary::COLUMNS`] fixes: a page reads thousands of values.
            fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
                let mut place = 0..;
                Ok(Self { $($field: row.try_get_by_index(place.next().unwrap_or_default())?,)+ })
            }
        }

        impl From<Model> for RunSummary {
            fn from(run: Model) -> Self {
                Self { $($field: run.$field,)+ }
            }
        }
    };
}

summary! {
    /// Its id.
    id: Uuid = Id,
    /// When it was asked for.
    created_at: DateTimeWithTimeZone = CreatedAt,
    /// The service.
    service_name: String = ServiceName,
    /// The environment's resolved name.
    environment: String = Environment,
    /// How strictly its environment was judged.
    tier: String = Tier,
    /// Where it stands.
    status: String = Status,
    /// Its decision; none until it succeeded.
    decision: Option<String> = Decision,
    /// 0 to 100; none until it succeeded.
    score: Option<i16> = Score,
    /// What started it.
    origin: String = Origin,
    /// Who asked for it.
    requested_by: Option<String> = RequestedBy,
    /// The caller's project or merge request.
    external_ref: Option<String> = ExternalRef,
    /// What the caller stated, masked.
    change_context: Json = ChangeContext,
    /// The repository's address without credentials.
    repo_url: Option<String> = RepoUrl,
    /// The golden branch; none for a comparison with a revision.
    golden_branch_id: Option<Uuid> = GoldenBranchId,
    /// The golden side as named.
    golden_ref: Option<String> = GoldenRef,
    /// Its commit.
    golden_commit: Option<String> = GoldenCommit,
    /// The candidate as named.
    candidate_ref: Option<String> = CandidateRef,
    /// Its commit.
    candidate_commit: Option<String> = CandidateCommit,
    /// Digest of the candidate's files; none until it succeeded.
    candidate_digest: Option<String> = CandidateDigest,
    /// False for a comparison with a revision.
    certifiable: bool = Certifiable,
    /// The engine that compared.
    engine_version: String = EngineVersion,
    /// Files of both sides, each path once.
    files_compared: i64 = FilesCompared,
    /// Files whose bytes differ.
    files_changed: i64 = FilesChanged,
    /// Deltas in critical.
    critical_count: i64 = CriticalCount,
    /// Deltas in high.
    high_count: i64 = HighCount,
    /// Deltas in medium.
    medium_count: i64 = MediumCount,
    /// Deltas in low.
    low_count: i64 = LowCount,
    /// Deltas that a rule or waiver allows.
    allowed_count: i64 = AllowedCount,
    /// Critical findings.
    finding_critical_count: i64 = FindingCriticalCount,
    /// High findings.
    finding_high_count: i64 = FindingHighCount,
    /// Medium findings.
    finding_medium_count: i64 = FindingMediumCount,
    /// Low findings.
    finding_low_count: i64 = FindingLowCount,
    /// Why it ended without a decision.
    error: Option<Json> = Error,
    /// When a worker took it.
    started_at: Option<DateTimeWithTimeZone> = StartedAt,
    /// When it ended.
    completed_at: Option<DateTimeWithTimeZone> = CompletedAt,
    /// How long it took, in milliseconds.
    execution_time_ms: Option<i64> = ExecutionTimeMs,
}

impl RunSummary {
    /// Deltas that no rule or waiver allows; none without a decision, because then nobody knows.
    pub fn open(&self) -> Option<i64> {
        let open = self.critical_count + self.high_count + self.medium_count + self.low_count;
        self.decision.is_some().then_some(open)
    }

    /// The same rows, of which no other column is read.
    pub fn select(rows: Select<Entity>) -> Select<Entity> {
        rows.select_only().columns(Self::COLUMNS.iter().copied())
    }

    /// All rows of a query, in its order.
    pub async fn all(db: &impl ConnectionTrait, rows: Select<Entity>) -> Result<Vec<Self>, DbErr> {
        let statement = Self::select(rows).build(db.get_database_backend());
        let rows = db.query_all_raw(with_plain_limit(statement)).await?;
        // A row is big: what grows step by step is copied again and again.
        let mut runs = Vec::with_capacity(rows.len());
        for row in &rows {
            runs.push(Self::from_query_result(row, "")?);
        }
        Ok(runs)
    }

    /// The run of an id. The text of the query, which names every column, is made once for each backend.
    pub fn by_id(backend: DbBackend, id: Uuid) -> SelectorRaw<SelectModel<Self>> {
        static SQLITE: OnceLock<String> = OnceLock::new();
        static POSTGRES: OnceLock<String> = OnceLock::new();
        let text = if backend == DbBackend::Sqlite { &SQLITE } else { &POSTGRES };
        let text = text.get_or_init(|| Self::select(Entity::find_by_id(id)).build(backend).sql);
        Self::find_by_statement(Statement::from_sql_and_values(backend, text, [id.into()]))
    }
}
