//! Tables of Postgres outside of the current schema: their rows are not compared, so that nothing may be done to them
//! unsaid. What this transaction did to one shows in the locks that it holds until its end.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use super::{Direction, Job, MayLose};
use crate::error::SafeError;
use crate::row::{all, literal, one_text, texts};

/// Tables of users in other schemas; a part of a table is one with it.
const TABLES: &str = "select n.nspname || '.' || c.relname as name, \
     quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted, \
     exists (select from pg_locks l where l.pid = pg_backend_pid() and l.relation = c.oid \
     and l.mode in ('RowExclusiveLock', 'AccessExclusiveLock')) as touched \
     from pg_class c join pg_namespace n on n.oid = c.relnamespace \
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname is distinct from current_schema() \
     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_schema_privilege(n.oid, 'usage') \
     and has_table_privilege(c.oid, 'select') and not exists (select from pg_depend e \
     where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')";

/// True when there is any such table. Most databases have none, and what else is asked takes longer to plan than this.
const ANY: &str = "select (exists (select from pg_class where relkind in ('r', 'p') and relnamespace not in (select oid \
     from pg_namespace where nspname ~ '^pg_' or nspname in ('information_schema', current_schema()))))::text as there";

/// So many tables are asked in one statement whether they have rows.
const AT_ONCE: usize = 500;

/// Names, with their schemas, of the tables elsewhere that have rows and can be read.
pub(crate) async fn with_rows(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    if one_text(db, ANY, "there").await? != "true" {
        return Ok(Vec::new());
    }
    let tables = all(db, TABLES).await?;
    let mut found = Vec::new();
    for some in tables.chunks(AT_ONCE) {
        let mut parts = Vec::with_capacity(some.len());
        for row in some {
            let (name, quoted): (String, String) = (row.try_get("", "name")?, row.try_get("", "quoted")?);
            let name = literal(&name);
            parts.push(format!("select {name}::text as name where exists (select from {quoted})"));
        }
        found.extend(texts(db, &parts.join(" union all "), "name").await?);
    }
    Ok(found)
}

impl Job<'_> {
    /// An error when the transaction did something to rows elsewhere that nobody registered, or that a rollback takes
    /// with it unsaved.
    pub(super) async fn let_alone(&self, db: &impl ConnectionTrait) -> Result<(), SafeError> {
        let may_change = self.may_change();
        let watched: Vec<&String> = self.elsewhere.iter().filter(|name| !may_change.contains(*name)).collect();
        let saved = self.direction == Direction::Down && !matches!(self.may_lose, MayLose::Nothing);
        if watched.is_empty() || saved || !self.verify {
            return Ok(());
        }
        let failed = self.migrator.place.failed("looking at other schemas");
        let touched = async {
            let mut touched = BTreeMap::new();
            for row in all(db, TABLES).await? {
                touched.insert(row.try_get::<String>("", "name")?, row.try_get::<bool>("", "touched")?);
            }
            Ok(touched)
        };
        let touched = touched.await.map_err(failed)?;
        let told = |name: &String| match touched.get(name) {
            Some(false) => None,
            Some(true) => Some(format!("table {name}, of another schema, was written or altered")),
            None => Some(format!("table {name}, of another schema, is gone with its rows")),
        };
        let details: Vec<String> = watched.into_iter().filter_map(told).collect();
        match self.direction {
            _ if details.is_empty() => Ok(()),
            Direction::Down => Err(SafeError::Lossy { details }),
            Direction::Up => Err(SafeError::Unverified { what: "rows that are not compared may be others", details }),
        }
    }
}
