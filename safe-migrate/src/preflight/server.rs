//! What only a Postgres server can tell before anything is written: sessions, orphaned rows, room for locks.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::MOST_VIOLATIONS;
use crate::apply::lock_room;
use crate::error::{Finding, FindingCode};
use crate::recorder::Recorded;
use crate::row::{all, one_number, texts};
use crate::sql;

/// Locks of a new table: itself, its primary key, and the table and index of its long values.
const TABLE_LOCKS: usize = 4;

const FOREIGN_KEYS: &str = "select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent, \
     (select string_agg('x.' || quote_ident(a.attname) || ' is not null', ' and ') from unnest(c.conkey) k(num) \
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num) as given, \
     (select string_agg('y.' || quote_ident(p.attname) || ' = x.' || quote_ident(a.attname), ' and ') \
      from unnest(c.conkey, c.confkey) k(here, there) \
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here \
      join pg_attribute p on p.attrelid = c.confrelid and p.attnum = k.there) as same \
     from pg_constraint c where c.contype = 'f' and c.connamespace = quote_ident(current_schema())::regnamespace \
     and c.conparentid = 0 order by 1, 2";

/// Rows whose foreign keys lead nowhere: a constraint that is not validated, or whose triggers were off, allows them.
pub(super) async fn orphans(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let mut lines = Vec::new();
    for key in all(db, FOREIGN_KEYS).await? {
        let of = |column: &str| key.try_get::<String>("", column);
        let (child, parent, given, same) = (of("child")?, of("parent")?, of("given")?, of("same")?);
        let sql = format!(
            "select count(*) as n from (select 1 from {child} x where {given} and not exists \
             (select 1 from {parent} y where {same}) limit {MOST_VIOLATIONS}) r"
        );
        let rows = one_number(db, &sql, "n").await?;
        if rows > 0 {
            let least = if rows >= i64::try_from(MOST_VIOLATIONS).unwrap_or(i64::MAX) { "at least " } else { "" };
            lines.push(format!("{least}{rows} rows of {child} name rows of {parent} that are not there"));
        }
    }
    Ok(lines)
}

/// Other sessions that hold a transaction open, and so perhaps the locks that a migration will wait for.
pub(super) async fn sessions(db: &impl ConnectionTrait) -> Result<Option<Finding>, DbErr> {
    // What the view pg_stat_activity is made of, without the names of databases and roles that it joins.
    let sql = "select coalesce(nullif(application_name, ''), 'unnamed') || ' (' || coalesce(state, 'unknown') || ')' \
               as who from pg_stat_get_activity(null) where datid = (select oid from pg_database \
               where datname = current_database()) and pid <> pg_backend_pid() and backend_type = 'client backend' \
               and application_name <> 'safe-migrate' and xact_start is not null order by 1";
    let others = texts(db, sql, "who").await?;
    Ok((!others.is_empty()).then(|| {
        let cause = format!("{} other sessions are in a transaction: {}", others.len(), others.join(", "));
        let remedy = "let them end first: a lock that they hold makes the migration wait until lock_timeout";
        Finding::new(FindingCode::OtherConnections, cause, remedy)
    }))
}

/// A batch that may take more than half of the locks for which the server has room.
pub(super) async fn large(
    db: &impl ConnectionTrait,
    pending: &[String],
    recorded: &[Recorded],
) -> Result<Option<Finding>, DbErr> {
    let names: HashSet<&String> = pending.iter().collect();
    let statements = recorded.iter().filter(|recorded| names.contains(&recorded.name));
    let locks: usize =
        statements.flat_map(|recorded| recorded.up.as_deref().unwrap_or_default()).map(|text| locks_of(text)).sum();
    let room = lock_room(db).await?;
    let locks = i64::try_from(locks).unwrap_or(i64::MAX);
    Ok((locks.saturating_mul(2) > room).then(|| {
        let cause = format!("{} migrations in one transaction take about {locks} locks of {room}", pending.len());
        let remedy = "apply them in parts with --to, or raise max_locks_per_transaction";
        Finding::new(FindingCode::LargeBatch, cause, remedy)
    }))
}

/// Locks that a statement holds until the commit, at a guess.
fn locks_of(statement: &str) -> usize {
    let text = sql::canonical(statement);
    let unique = text.split(' ').filter(|word| *word == "unique").count();
    if text.starts_with("create table") { TABLE_LOCKS + unique } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_a_lock_for_each_of_its_parts() {
        assert_eq!(locks_of("create table t (id bigint primary key, a text unique, b text, unique (b))"), 6);
        assert_eq!(locks_of("CREATE UNIQUE INDEX i ON t (a)"), 1);
        assert_eq!(locks_of("alter table t add column c text"), 1);
    }
}
