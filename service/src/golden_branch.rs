//! Golden branches in the database: at most one is active for a service and environment; the rest is history.

use chrono::{DateTime, Utc};
use entity::golden_branches::{ActiveModel, BranchType, Column, Entity, Model};
use entity::stored::Stored;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, SqlErr};
use serde_json::json;
use uuid::Uuid;

use crate::error::{Refusal, ServiceError};
use crate::page::{Cursor, Page, Rows};

/// A golden branch to record.
#[derive(Clone, Debug)]
pub struct NewBranch {
    /// Its id.
    pub id: Uuid,
    /// The service.
    pub service: String,
    /// The environment's resolved name.
    pub environment: String,
    /// The repository's address without credentials.
    pub repo_url: Option<String>,
    /// The ref without `refs/heads/`.
    pub branch_name: String,
    /// The commit that it points to.
    pub commit_id: String,
    /// Digest over its files.
    pub tree_digest: String,
    /// The commit that it was made from.
    pub source_commit: Option<String>,
    /// The run that it was certified from.
    pub run_id: Option<Uuid>,
    /// The run as the ref's trailers name it, where the run itself is not in this database.
    pub recorded_run: Option<String>,
    /// The run's score.
    pub score: Option<i16>,
    /// Who certified.
    pub certified_by: String,
    /// Why.
    pub reason: String,
    /// Why what should not be accepted was.
    pub override_reason: Option<String>,
    /// The branch that was active before.
    pub replaces_id: Option<Uuid>,
    /// When it was certified.
    pub created_at: DateTime<Utc>,
}

/// The active golden branch, if there is one.
pub async fn find_active(
    db: &impl ConnectionTrait,
    service: &str,
    environment: &str,
) -> Result<Option<Model>, ServiceError> {
    Ok(Entity::active_of(service, environment).one(db).await?)
}

/// The active golden branch.
pub async fn get_active(db: &impl ConnectionTrait, service: &str, environment: &str) -> Result<Model, ServiceError> {
    find_active(db, service, environment).await?.ok_or_else(|| ServiceError::NoGoldenBranch {
        service: service.to_owned(),
        environment: environment.to_owned(),
    })
}

/// A golden branch by id, if it is there.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, ServiceError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// A golden branch by id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Model, ServiceError> {
    let found = find(db, id).await?;
    found.ok_or_else(|| ServiceError::NotFound { what: "golden branch", id: id.to_string() })
}

/// A golden branch by its ref.
pub async fn find_by_branch(
    db: &impl ConnectionTrait,
    service: &str,
    environment: &str,
    branch: &str,
) -> Result<Option<Model>, ServiceError> {
    let select = Entity::find()
        .filter(Column::ServiceName.eq(service))
        .filter(Column::Environment.eq(environment))
        .filter(Column::BranchName.eq(branch));
    Ok(select.one(db).await?)
}

/// Golden branches that were certified from a run.
pub async fn of_run(db: &impl ConnectionTrait, run: Uuid) -> Result<Vec<Model>, ServiceError> {
    Ok(Entity::find().filter(Column::RunId.eq(run)).all(db).await?)
}

/// The newest branches of a service and environment that nobody revoked, at most so many: those that a revocation may go
/// back to.
pub async fn standing(
    db: &impl ConnectionTrait,
    service: &str,
    environment: &str,
    most: u64,
) -> Result<Vec<Model>, ServiceError> {
    Ok(Entity::standing_of(service, environment).limit(most).all(db).await?)
}

/// A page of golden branches, newest first: of all services, of one, or of one in one environment.
pub async fn list(
    db: &impl ConnectionTrait,
    service: Option<&str>,
    environment: Option<&str>,
    page: Page,
) -> Result<Rows<Model>, ServiceError> {
    let mut select = entity::page::newest_first(Entity::find(), (Column::CreatedAt, Column::Id), page.after);
    if let Some(service) = service {
        select = select.filter(Column::ServiceName.eq(service));
    }
    if let Some(environment) = environment {
        select = select.filter(Column::Environment.eq(environment));
    }
    let rows = select.limit(page.fetch()).all(db).await?;
    Ok(page.cut(rows, |branch| Cursor { created_at: branch.created_at.to_utc(), id: branch.id }))
}

/// Records a golden branch and makes it the active one in place of `replaces_id`. Of two at one moment one wins.
pub async fn activate_new(db: &impl ConnectionTrait, branch: NewBranch) -> Result<Model, ServiceError> {
    let lost = Refusal::LostRace { service: branch.service.clone(), environment: branch.environment.clone() };
    if let Some(before) = branch.replaces_id
        && deactivate(db, before).await? == 0
    {
        return Err(lost.into());
    }
    match insert(db, branch, true).await {
        Err(ServiceError::Database(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(lost.into())
        }
        inserted => inserted,
    }
}

/// Records a golden branch.
pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    branch: NewBranch,
    is_active: bool,
) -> Result<Model, ServiceError> {
    let row = ActiveModel {
        id: Set(branch.id),
        created_at: Set(branch.created_at.fixed_offset()),
        service_name: Set(branch.service),
        environment: Set(branch.environment),
        repo_url: Set(branch.repo_url),
        branch_name: Set(branch.branch_name),
        branch_type: Set(BranchType::Golden.stored().to_owned()),
        commit_id: Set(branch.commit_id),
        tree_digest: Set(branch.tree_digest),
        source_commit: Set(branch.source_commit),
        is_active: Set(is_active),
        run_id: Set(branch.run_id),
        score: Set(branch.score),
        metadata: Set(json!({ "run": branch.recorded_run })),
        certified_by: Set(branch.certified_by),
        reason: Set(branch.reason),
        override_reason: Set(branch.override_reason),
        revoked_at: Set(None),
        revoked_by: Set(None),
        revoke_reason: Set(None),
        replaces_id: Set(branch.replaces_id),
    };
    Ok(row.insert(db).await?)
}

/// Makes a branch inactive; 0 when it was not active.
pub(crate) async fn deactivate(db: &impl ConnectionTrait, id: Uuid) -> Result<u64, ServiceError> {
    let updated = Entity::update_many()
        .col_expr(Column::IsActive, Expr::value(false))
        .filter(Column::Id.eq(id))
        .filter(Column::IsActive.eq(true))
        .exec(db)
        .await?;
    Ok(updated.rows_affected)
}

/// Makes a branch active; 0 when it was revoked.
pub(crate) async fn activate(db: &impl ConnectionTrait, id: Uuid) -> Result<u64, ServiceError> {
    let updated = Entity::update_many()
        .col_expr(Column::IsActive, Expr::value(true))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(updated.rows_affected)
}

/// Writes down that a branch was revoked; 0 when it was already. It is not active any more.
pub(crate) async fn mark_revoked(
    db: &impl ConnectionTrait,
    id: Uuid,
    by: &str,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<u64, ServiceError> {
    let updated = Entity::update_many()
        .col_expr(Column::IsActive, Expr::value(false))
        .col_expr(Column::RevokedAt, Expr::value(at.fixed_offset()))
        .col_expr(Column::RevokedBy, Expr::value(by))
        .col_expr(Column::RevokeReason, Expr::value(reason))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(updated.rows_affected)
}

/// The nearest branch before this one that was not revoked.
pub(crate) async fn standing_before(db: &impl ConnectionTrait, branch: &Model) -> Result<Option<Model>, ServiceError> {
    let mut before = branch.replaces_id;
    while let Some(id) = before {
        let Some(found) = find(db, id).await? else { return Ok(None) };
        if found.revoked_at.is_none() {
            return Ok(Some(found));
        }
        before = found.replaces_id;
    }
    Ok(None)
}
