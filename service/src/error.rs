//! One error for all use cases: which are refusals by rule, and what to do about each.

use entity::validation_runs::RunStatus;
use sea_orm::DbErr;

use crate::database::DatabaseError;
use crate::golden_ref::GoldenRefError;
use crate::retry::{Transient, database_code};
use crate::schema::SchemaError;
use crate::source::SourceError;
use crate::transfer::TransferError;

/// Why a use case did not do its work. Nothing was changed unless the message says so.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database cannot be reached or opened.
    #[error(transparent)]
    Connect(#[from] DatabaseError),
    /// The schema is not the one that this build knows.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A repository or directory.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A ref of a golden branch.
    #[error(transparent)]
    GoldenRef(#[from] GoldenRefError),
    /// All is done and recorded, but the remote did not take the ref, which the message says.
    #[error("{done}, but it was not pushed: cannot push to {remote}: {reason}")]
    NotPushed {
        /// What is done.
        done: String,
        /// The ref, without `refs/heads/`.
        branch: String,
        /// The remote's name, credentials masked.
        remote: String,
        /// What git says, credentials masked.
        reason: String,
    },
    /// A ref that was written stays in the repository, though it may not be recorded.
    #[error("{cause}; branch {branch} is left in the repository: {why}")]
    RefLeft {
        /// The ref, without `refs/heads/`.
        branch: String,
        /// Why it stays.
        why: String,
        /// What failed first.
        cause: Box<ServiceError>,
    },
    /// The rules.
    #[error(transparent)]
    Rules(#[from] drift::rules::RulesError),
    /// A stored row that this build cannot read.
    #[error(transparent)]
    Row(#[from] entity::stored::UnknownText),
    /// A stored document of another shape.
    #[error("{table}.{column} of {id} cannot be read: {cause}")]
    Document {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        id: String,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// Work on another thread was lost.
    #[error("a worker thread ended early: {0}")]
    Worker(String),
    /// Nothing was certified yet.
    #[error("no golden branch is active for {service} in {environment}")]
    NoGoldenBranch {
        /// The service.
        service: String,
        /// The environment.
        environment: String,
    },
    /// A thing that is not stored.
    #[error("{what} {id} does not exist")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// By which name.
        id: String,
    },
    /// A name that more than one thing has.
    #[error("{what} {id} is not the only one: {} begin or end so", .found.join(", "))]
    Ambiguous {
        /// What was looked for.
        what: &'static str,
        /// By which name.
        id: String,
        /// Some of those that fit.
        found: Vec<String>,
    },
    /// A cursor that no list printed.
    #[error("the cursor {0:?} is not one that a list printed")]
    Cursor(String),
    /// The run did not succeed, or was ended by somebody else.
    #[error("run {run} is {status}, not {wanted}")]
    RunStatus {
        /// The run.
        run: String,
        /// Its status.
        status: RunStatus,
        /// What it would have to be.
        wanted: RunStatus,
    },
    /// A signature without a name or a reason.
    #[error("a certification and a revocation need a name and a reason; neither may be empty")]
    EmptySignature,
    /// What a caller sent makes no sense, for a reason that is told.
    #[error("{0}")]
    Invalid(String),
    /// A refusal by rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A move from one backend to the other.
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

/// A refusal by rule: the answer is no, and nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The run compared with something else than the golden branch.
    #[error("run {run} is a comparison with a revision and cannot be certified")]
    NotCertifiable {
        /// The run.
        run: String,
    },
    /// The run belongs to another service or environment.
    #[error("run {run} is of {service} in {environment}")]
    OtherTarget {
        /// The run.
        run: String,
        /// Its service.
        service: String,
        /// Its environment.
        environment: String,
    },
    /// Somebody certified or revoked since.
    #[error("the golden branch of run {run} is no longer the active one; active is {}", .active.as_deref().unwrap_or("none"))]
    GoldenMoved {
        /// The run.
        run: String,
        /// The branch that is active now.
        active: Option<String>,
    },
    /// An initial certification where a golden branch is active.
    #[error("{service} in {environment} has an active golden branch already: {active}")]
    AlreadyCertified {
        /// The service.
        service: String,
        /// The environment.
        environment: String,
        /// The branch.
        active: String,
    },
    /// A delta cannot be taken without the others of its file.
    #[error(transparent)]
    Patch(#[from] drift::patch::PatchRefusal),
    /// A patch would show a secret in clear.
    #[error("the patch would show a secret in clear: {file}, {place}")]
    SecretInPatch {
        /// The file.
        file: String,
        /// The delta, or the line beside it.
        place: String,
    },
    /// A file that JSON Patch cannot describe.
    #[error(transparent)]
    NoDocument(#[from] drift::json_patch::NoDocument),
    /// No delta is accepted, so that nothing would change.
    #[error("no delta is accepted, so the golden version would stay as it is")]
    NothingAccepted,
    /// Deltas that block must be named one by one.
    #[error("the run is blocked, so its blocking deltas must be accepted by name: {}", .deltas.join(", "))]
    NameBlocking {
        /// The deltas.
        deltas: Vec<String>,
    },
    /// Deltas that only an override accepts.
    #[error("critical or unreadable deltas are accepted with an override only: {}", .deltas.join(", "))]
    NeedsOverride {
        /// The deltas.
        deltas: Vec<String>,
    },
    /// The directory or work tree is not what the run saw.
    #[error("{place} has changed since run {run} saw it")]
    CandidateChanged {
        /// The run.
        run: String,
        /// The directory.
        place: String,
    },
    /// There is no golden branch to go back to.
    #[error("no golden branch is active for {service} in {environment}, so nothing can be revoked")]
    NothingToRevoke {
        /// The service.
        service: String,
        /// The environment.
        environment: String,
    },
    /// The branch to go back to cannot be active again.
    #[error("golden branch {branch} cannot be active again: {why}")]
    CannotReactivate {
        /// The branch.
        branch: String,
        /// Why.
        why: &'static str,
    },
    /// The queue is full.
    #[error("{most} runs wait for a worker already")]
    QueueFull {
        /// Most runs that may wait.
        most: usize,
    },
    /// The server ends.
    #[error("the server is being shut down and takes nothing new")]
    ShuttingDown,
    /// The repository is none of those that may be read.
    #[error("the repository is none of those that golden.toml allows under server.repositories")]
    RepositoryNotAllowed,
    /// A valid token of that name is there.
    #[error("a valid token is named {name:?} already; what is done with a token is signed with its name")]
    TokenExists {
        /// The name.
        name: String,
    },
    /// A service of that name is there.
    #[error("a service {service} exists")]
    ServiceExists {
        /// The name.
        service: String,
    },
    /// golden.toml says what the service is.
    #[error("service {service} is defined in golden.toml and is changed there")]
    ServiceOfFile {
        /// The name.
        service: String,
    },
    /// Somebody changed the service since.
    #[error("service {service} was changed since it was read")]
    ServiceChanged {
        /// The name.
        service: String,
    },
    /// No run of the service may be made.
    #[error("service {service} is deactivated")]
    ServiceInactive {
        /// The name.
        service: String,
    },
    /// The branch is not the active one.
    #[error("golden branch {branch} is not the active one")]
    NotActive {
        /// The branch.
        branch: String,
    },
    /// The key of a request came with another request before.
    #[error("this idempotency key was used for another request")]
    KeyOfAnotherRequest,
    /// The request of a key is under way.
    #[error("a request with this idempotency key is under way")]
    KeyUnderWay,
    /// Two certifications at one moment; the other one won.
    #[error("another certification of {service} in {environment} was faster; this one changed nothing")]
    LostRace {
        /// The service.
        service: String,
        /// The environment.
        environment: String,
    },
}

impl ServiceError {
    /// True when the answer is no by rule, as opposed to work that could not be done.
    pub const fn is_refusal(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Transfer(error) => error.is_refusal(),
            _ => false,
        }
    }

    /// What to do about it, where that is known.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::NoGoldenBranch { service, environment } => Some(format!(
                "certify one with `golden certify --service {service} --environment {environment} --initial HEAD --by NAME --reason TEXT`, \
                 or rebuild the records of a repository that has golden branches with `golden branches adopt`"
            )),
            Self::NotPushed { branch, remote, .. } => {
                Some(format!("do not repeat the command; push with `git push {remote} {branch}`"))
            }
            Self::RefLeft { branch, .. } => Some(format!(
                "if `golden branches list` does not show it once the database answers, remove it with `git branch -D {branch}`"
            )),
            Self::Connect(error) => Some(error.remedy().to_owned()),
            Self::Refused(refusal) => refusal.remedy(),
            Self::Transfer(error) => Some(error.remedy().to_owned()),
            Self::Source(error) => error.remedy(),
            Self::Rules(_) => Some("golden policy check FILE lists every error of a policy file".to_owned()),
            Self::Database(cause) | Self::Schema(SchemaError::Database { cause, .. }) => Some(database_remedy(cause)),
            Self::NotFound { what: "run", .. } => Some("`golden runs list` shows the stored runs".to_owned()),
            Self::NotFound { what: "golden branch", .. } => {
                Some("`golden branches list` shows the stored golden branches".to_owned())
            }
            Self::NotFound { what: "delta", .. } => {
                Some("`golden report RUN --format json` lists the deltas of a run".to_owned())
            }
            _ => None,
        }
    }
}

/// What to do about a database that failed, by the class of its code: <https://sqlite.org/rescode.html>, and
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn database_remedy(cause: &DbErr) -> String {
    let code = database_code(cause).unwrap_or_default();
    let sqlite = code.parse::<i32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    let text = match sqlite {
        Some(10 | 13) => "make room on the disk of the database, then run the command again",
        Some(8) => "make the database file and its folder writable, then run the command again",
        Some(11 | 26) => "the database file is damaged: put a backup in its place",
        _ if code.starts_with("53") => "give the database server room and connections, then run the command again",
        _ => "see that the database works, then run the command again",
    };
    text.to_owned()
}

impl Refusal {
    fn remedy(&self) -> Option<String> {
        let text = match self {
            Self::GoldenMoved { .. } | Self::CandidateChanged { .. } | Self::LostRace { .. } => {
                "run `golden validate` again and certify that run"
            }
            Self::NotCertifiable { .. } => "run `golden validate` without --golden and certify that run",
            Self::AlreadyCertified { .. } => {
                "run `golden validate` and certify that run, or revoke the active golden branch first"
            }
            Self::NameBlocking { .. } => "name each with --accept, or give --all with --override",
            Self::NeedsOverride { .. } => "add --override; the reason is stored and shown",
            Self::Patch(_) => "name all deltas of the file, or none",
            Self::SecretInPatch { .. } => "give --with-secrets --output FILE; only its owner may read the file",
            Self::TokenExists { .. } => "take another name, or revoke that token first with `golden token revoke`",
            Self::NothingAccepted => "name deltas with --accept, or give --all",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl Transient for ServiceError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_transient())
    }
}

/// Reads a stored document, naming table, column and row when it has another shape.
pub(crate) fn document<T: serde::de::DeserializeOwned>(
    value: serde_json::Value,
    table: &'static str,
    column: &'static str,
    id: impl std::fmt::Display,
) -> Result<T, ServiceError> {
    serde_json::from_value(value).map_err(|cause| ServiceError::Document { table, column, id: id.to_string(), cause })
}

/// Makes a document to store.
pub(crate) fn to_document(
    value: &impl serde::Serialize,
    table: &'static str,
    column: &'static str,
    id: impl std::fmt::Display,
) -> Result<serde_json::Value, ServiceError> {
    serde_json::to_value(value).map_err(|cause| ServiceError::Document { table, column, id: id.to_string(), cause })
}
