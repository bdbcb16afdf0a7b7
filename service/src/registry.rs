//! Services: made, changed and deactivated through the API, or kept as golden.toml says.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::services::{ActiveModel, Column, Entity, Model, ServiceOrigin};
use entity::stored::Stored;
use entity::{golden_branches, validation_runs};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, SqlErr};
use serde_json::{Value as Json, json};

use crate::clock::Clock;
use crate::error::{Refusal, ServiceError, document};
use crate::page::MOST_ROWS;

const TABLE: &str = "services";

/// How often a service of golden.toml is tried to be written while others change it.
const ATTEMPTS: usize = 5;

/// What a service is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// The repository; relative to golden.toml.
    pub repo: Option<String>,
    /// Folders or files of the service; without one the whole tree.
    pub paths: Vec<String>,
    /// Globs that are configuration; without one the shipped list.
    pub files: Vec<String>,
    /// Services that depend on this one.
    pub dependents: Vec<String>,
    /// Globs of critical files.
    pub critical_files: Vec<String>,
    /// Evidence that every run of it must state.
    pub required_evidence: Vec<String>,
}

impl Definition {
    /// The definition that a row holds.
    pub fn of(row: &Model) -> Result<Self, ServiceError> {
        let list = |value: &Json, column| document::<Vec<String>>(value.clone(), TABLE, column, row.id);
        Ok(Self {
            repo: row.repo.clone(),
            paths: list(&row.paths, "paths")?,
            files: list(&row.files, "files")?,
            dependents: list(&row.dependents, "dependents")?,
            critical_files: list(&row.critical_files, "critical_files")?,
            required_evidence: list(&row.required_evidence, "required_evidence")?,
        })
    }

    fn set(&self, row: &mut ActiveModel) {
        row.repo = Set(self.repo.clone());
        row.paths = Set(json!(self.paths));
        row.files = Set(json!(self.files));
        row.dependents = Set(json!(self.dependents));
        row.critical_files = Set(json!(self.critical_files));
        row.required_evidence = Set(json!(self.required_evidence));
    }
}

/// A service by its name.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Model>, ServiceError> {
    Ok(Entity::find_by_service_name(name).one(db).await?)
}

/// A service by its name.
pub async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Model, ServiceError> {
    let found = find(db, name).await?;
    found.ok_or_else(|| ServiceError::NotFound { what: "service", id: name.to_owned() })
}

/// A page of services by name, behind a name, and the name to go on from.
pub async fn list(
    db: &impl ConnectionTrait,
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<Model>, Option<String>), ServiceError> {
    let limit = limit.clamp(1, MOST_ROWS);
    let mut rows = Entity::by_name_after(after).limit(limit + 1).all(db).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| row.service_name.clone());
    Ok((rows, next))
}

/// Makes a service through the API; refused when the name is taken.
pub async fn create(
    db: &impl ConnectionTrait,
    name: &str,
    definition: &Definition,
    (clock, by): (&Clock, &str),
) -> Result<Model, ServiceError> {
    let row = new(name, definition, ServiceOrigin::Api, (clock, by));
    match row.insert(db).await {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(Refusal::ServiceExists { service: name.to_owned() }.into())
        }
        inserted => Ok(inserted?),
    }
}

fn new(name: &str, definition: &Definition, origin: ServiceOrigin, (clock, by): (&Clock, &str)) -> ActiveModel {
    let now = clock.now().fixed_offset();
    let mut row = ActiveModel {
        id: Set(clock.id()),
        created_at: Set(now),
        service_name: Set(name.to_owned()),
        origin: Set(origin.stored().to_owned()),
        is_active: Set(true),
        created_by: Set(by.to_owned()),
        changed_at: Set(now),
        changed_by: Set(by.to_owned()),
        ..Default::default()
    };
    definition.set(&mut row);
    row
}

/// What is to change; what is not named stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What the service is from now on.
    pub definition: Option<Definition>,
    /// Whether runs of it may be made.
    pub is_active: Option<bool>,
}

/// Changes a service of the API. One of golden.toml is refused, and one that somebody changed since `seen`, or while
/// this changed it: of two at one moment one wins.
pub async fn change(
    db: &impl ConnectionTrait,
    name: &str,
    change: &Change,
    seen: Option<DateTime<Utc>>,
    (by, now): (&str, DateTime<Utc>),
) -> Result<Model, ServiceError> {
    let stored = get(db, name).await?;
    if stored.origin()? == ServiceOrigin::File {
        return Err(Refusal::ServiceOfFile { service: name.to_owned() }.into());
    }
    let changed = || Refusal::ServiceChanged { service: name.to_owned() };
    if seen.is_some_and(|seen| seen != stored.changed_at.to_utc()) {
        return Err(changed().into());
    }
    let mut row = ActiveModel { changed_by: Set(by.to_owned()), ..Default::default() };
    if let Some(definition) = &change.definition {
        definition.set(&mut row);
    }
    if let Some(is_active) = change.is_active {
        row.is_active = Set(is_active);
    }
    if write(db, &stored, row, now).await? { get(db, name).await } else { Err(changed().into()) }
}

/// Changes a row unless somebody did since it was read, which is then told by false. The time of a change is the tag
/// of what it made, so that no two changes have the same.
async fn write(
    db: &impl ConnectionTrait,
    stored: &Model,
    mut row: ActiveModel,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let later = stored.changed_at.to_utc() + TimeDelta::milliseconds(1);
    row.changed_at = Set(now.max(later).fixed_offset());
    let update = Entity::update_many().set(row).filter(Column::Id.eq(stored.id));
    let updated = update.filter(Column::ChangedAt.eq(stored.changed_at)).exec(db).await?;
    Ok(updated.rows_affected == 1)
}

/// Keeps the services of golden.toml as it says, and deactivates those that it says no longer. Gives the names of those
/// that were defined otherwise through the API, which golden.toml replaces.
pub async fn keep_file_services(
    db: &impl ConnectionTrait,
    services: &[(String, Definition)],
    (clock, by): (&Clock, &str),
) -> Result<Vec<String>, ServiceError> {
    let mut replaced = Vec::new();
    for service in services {
        if keep_file_service(db, service, (clock, by)).await? {
            replaced.push(service.0.clone());
        }
    }
    let named: HashSet<&str> = services.iter().map(|(name, _)| name.as_str()).collect();
    for stored in of_file(db).await? {
        if stored.is_active && !named.contains(stored.service_name.as_str()) {
            let row = ActiveModel { is_active: Set(false), changed_by: Set(by.to_owned()), ..Default::default() };
            write(db, &stored, row, clock.now()).await?;
        }
    }
    Ok(replaced)
}

/// Keeps one service of golden.toml as it says; true when it was defined otherwise through the API.
async fn keep_file_service(
    db: &impl ConnectionTrait,
    (name, definition): &(String, Definition),
    (clock, by): (&Clock, &str),
) -> Result<bool, ServiceError> {
    // Several servers may start at one moment: whoever comes second finds what the first one wrote.
    for _ in 0..ATTEMPTS {
        let Some(stored) = find(db, name).await? else {
            new(name, definition, ServiceOrigin::File, (clock, by)).insert(db).await?;
            return Ok(false);
        };
        let (is_of_file, is_same) = (stored.origin()? == ServiceOrigin::File, Definition::of(&stored)? == *definition);
        if is_of_file && is_same && stored.is_active {
            return Ok(false);
        }
        let mut row = ActiveModel {
            origin: Set(ServiceOrigin::File.stored().to_owned()),
            is_active: Set(true),
            changed_by: Set(by.to_owned()),
            ..Default::default()
        };
        definition.set(&mut row);
        if write(db, &stored, row, clock.now()).await? {
            return Ok(!is_of_file && !is_same);
        }
    }
    Err(Refusal::ServiceChanged { service: name.clone() }.into())
}

/// Where golden.toml names no service, the API has them all: those that it has stay as they are, those that golden.toml
/// named before keep their definition, and those that only runs or golden branches know are added without one.
pub async fn keep_seen_services(db: &impl ConnectionTrait, (clock, by): (&Clock, &str)) -> Result<(), ServiceError> {
    for stored in of_file(db).await? {
        let origin = Set(ServiceOrigin::Api.stored().to_owned());
        let row = ActiveModel { origin, changed_by: Set(by.to_owned()), ..Default::default() };
        write(db, &stored, row, clock.now()).await?;
    }
    for name in seen(db).await? {
        if find(db, &name).await?.is_none() {
            new(&name, &Definition::default(), ServiceOrigin::Api, (clock, by)).insert(db).await?;
        }
    }
    Ok(())
}

async fn of_file(db: &impl ConnectionTrait) -> Result<Vec<Model>, ServiceError> {
    Ok(Entity::find().filter(Column::Origin.eq(ServiceOrigin::File.stored())).all(db).await?)
}

/// Names of services that runs or golden branches know, sorted.
async fn seen(db: &impl ConnectionTrait) -> Result<Vec<String>, ServiceError> {
    let of_runs = validation_runs::Entity::find().select_only().column(validation_runs::Column::ServiceName).distinct();
    let of_branches =
        golden_branches::Entity::find().select_only().column(golden_branches::Column::ServiceName).distinct();
    let mut names = of_runs.into_tuple::<String>().all(db).await?;
    names.extend(of_branches.into_tuple::<String>().all(db).await?);
    names.sort();
    names.dedup();
    Ok(names)
}
