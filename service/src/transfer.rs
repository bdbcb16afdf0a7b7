//! Moving every row of a SQLite database into an empty Postgres one, in batches that can be resumed, proved equal.

mod catalog;
mod check;
mod digest;
mod error;
mod json;
mod kind;
mod ledger;
mod misfit;
mod order;
mod preflight;
mod source;
mod target;

use std::sync::Arc;

use sea_orm::sqlx;
use sea_orm::{DbBackend, DbErr, RuntimeErr};

pub use error::TransferError;
pub use misfit::{MOST_LISTED, Misfit, Misfits, Rule};

use catalog::Table;
use digest::Content;
use kind::Form;
use source::{Page, Snapshot};
use target::{Batch, EncodedPage, Target, WRITERS};

use crate::database::Database;
use crate::error::ServiceError;
use crate::schema::{self, SchemaError, SchemaState};
use crate::validation::on_thread;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Every value of the source is read and checked.
    Check,
    /// Rows are written.
    Copy,
    /// Rows are read back and compared.
    Verify,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is being done.
    pub phase: Phase,
    /// With which table.
    pub table: &'a str,
    /// Rows of this phase that are done.
    pub done: u64,
    /// Rows of each phase.
    pub total: u64,
}

/// A move that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every row is in the target, and the content of every table is proved equal.
    Moved {
        /// In the order in which they were filled.
        tables: Vec<Moved>,
        /// Rows that an earlier, interrupted move had written.
        resumed_rows: u64,
    },
    /// Some values do not fit; nothing was written.
    Unfit(Misfits),
}

/// A table that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its name.
    pub table: String,
    /// How many rows it has on both sides.
    pub rows: u64,
    /// The digest of its content on both sides, 64 hexadecimal digits.
    pub digest: String,
}

/// Tells whoever watches how far the move is.
struct Tell<'w> {
    watch: &'w mut (dyn FnMut(Progress<'_>) + Send),
    phase: Phase,
    done: u64,
    total: u64,
}

impl Tell<'_> {
    fn add(&mut self, phase: Phase, table: &str, rows: u64) {
        if self.phase != phase {
            (self.phase, self.done) = (phase, 0);
        }
        self.done += rows;
        (self.watch)(Progress { phase, table, done: self.done, total: self.total });
    }
}

/// A failed statement of either driver.
fn sql_failed(cause: sqlx::Error) -> ServiceError {
    ServiceError::Database(DbErr::Query(RuntimeErr::SqlxError(cause.into())))
}

/// Moves every row of `source` into `target`. An interrupted move goes on where it was when it is started again; with
/// `restart` what an unfinished one has written is removed first. The source is only read.
pub async fn run(
    source: &Database,
    target: &Database,
    restart: bool,
    watch: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Outcome, ServiceError> {
    if (source.backend(), target.backend()) != (DbBackend::Sqlite, DbBackend::Postgres) {
        let (from, to) = (source.backend_name(), target.backend_name());
        return Err(TransferError::Backends { from, to }.into());
    }
    must_be_up_to_date(source).await?;
    must_be_up_to_date(target).await?;
    let mut target = Target::open(target).await?;
    let tables = catalog::read(&mut target.connection).await?;
    let mut begun = ledger::fingerprint(&mut target.connection).await?;
    if begun.is_some() && restart {
        target.empty(&tables.iter().collect::<Vec<_>>(), true).await?;
        begun = None;
    }
    if begun.is_none() {
        target.must_be_empty(&tables).await?;
    }
    let mut source = Snapshot::open(source).await?;
    source::compare_shape(&mut source, &tables).await?;
    let counts = preflight::counts(&mut source, &tables).await?.into_iter().collect();
    let tables: Vec<Arc<Table>> = order::sort(tables, &counts)?.into_iter().map(Arc::new).collect();
    let mut tell = Tell { watch, phase: Phase::Check, done: 0, total: counts.values().sum() };
    let (contents, misfits) = inspect(&mut source, &tables, &mut tell).await?;
    if misfits.count > 0 {
        return Ok(Outcome::Unfit(misfits));
    }
    agree(&mut target, &tables, &contents, begun, source.place()).await?;
    let done = Transfer { source, target, tables, contents, resumed_rows: 0 };
    done.finish(&mut tell).await
}

/// Refuses a database that a move has not finished. Only Postgres is moved into.
pub async fn must_be_finished(db: &Database) -> Result<(), ServiceError> {
    if db.backend() != DbBackend::Postgres {
        return Ok(());
    }
    let mut connection = db.reader().get_postgres_connection_pool().acquire().await.map_err(sql_failed)?;
    if ledger::exists(&mut connection).await? {
        return Err(TransferError::Unfinished { place: db.place().to_owned() }.into());
    }
    Ok(())
}

async fn must_be_up_to_date(db: &Database) -> Result<(), ServiceError> {
    let place = db.place().to_owned();
    Err(match schema::status(db).await? {
        SchemaState::UpToDate => return Ok(()),
        SchemaState::Empty => SchemaError::Behind { place, pending: schema::known() },
        SchemaState::Behind { pending } => SchemaError::Behind { place, pending },
        SchemaState::Ahead { unknown } => SchemaError::Ahead { place, unknown },
        SchemaState::Foreign => SchemaError::Foreign { place },
    }
    .into())
}

/// Reads every row of the source once.
async fn inspect(
    source: &mut Snapshot,
    tables: &[Arc<Table>],
    tell: &mut Tell<'_>,
) -> Result<(Vec<Content>, Misfits), ServiceError> {
    let mut misfits = Misfits::default();
    let mut contents = Vec::with_capacity(tables.len());
    for table in tables {
        contents.push(preflight::table(source, table, &mut misfits, tell).await?);
    }
    preflight::conditions(source, tables, &mut misfits).await?;
    preflight::orphans(source, tables, &mut misfits).await?;
    Ok((contents, misfits))
}

/// Begins a move, or sees that the one that has begun is of the same rows at the same places.
async fn agree(
    target: &mut Target,
    tables: &[Arc<Table>],
    contents: &[Content],
    begun: Option<String>,
    source: &str,
) -> Result<(), ServiceError> {
    let parts: Vec<String> = tables
        .iter()
        .zip(contents)
        .map(|(table, content)| format!("{} {} {}", table.name, table.later.join(","), content.fingerprint()))
        .collect();
    let fingerprint = digest::of_all(parts.iter().map(String::as_str));
    match begun {
        None => ledger::begin(&mut target.connection, &fingerprint, source).await,
        Some(begun) if begun == fingerprint => Ok(()),
        Some(_) => Err(TransferError::OtherSource { place: target.place().to_owned() }.into()),
    }
}

/// A move that has passed its preflight.
struct Transfer {
    source: Snapshot,
    target: Target,
    tables: Vec<Arc<Table>>,
    contents: Vec<Content>,
    resumed_rows: u64,
}

impl Transfer {
    async fn finish(mut self, tell: &mut Tell<'_>) -> Result<Outcome, ServiceError> {
        if let Err(error) = self.write(tell).await {
            return Err(self.undo(error).await?);
        }
        self.verify(tell).await?;
        let place = self.source.place().to_owned();
        if self.source.ends_outdated().await? {
            let emptied = self.empty().await?;
            return Err(TransferError::SourceChanged { place, emptied }.into());
        }
        ledger::forget(&mut self.target.connection).await?;
        let told = self.tables.into_iter().zip(&self.contents);
        let tables = told.map(|(table, content)| Moved {
            table: table.name.clone(),
            rows: content.rows,
            digest: content.digest(),
        });
        Ok(Outcome::Moved { tables: tables.collect(), resumed_rows: self.resumed_rows })
    }

    /// Rows that the target refuses are the end of the move; any other failure leaves it to be resumed.
    async fn undo(&mut self, error: ServiceError) -> Result<ServiceError, ServiceError> {
        let ServiceError::Transfer(TransferError::Refused { table, code, rule, .. }) = error else { return Ok(error) };
        let emptied = self.empty().await?;
        Ok(TransferError::Refused { table, code, rule, emptied }.into())
    }

    async fn empty(&mut self) -> Result<bool, ServiceError> {
        self.target.empty(&self.tables.iter().map(Arc::as_ref).collect::<Vec<_>>(), false).await
    }

    async fn write(&mut self, tell: &mut Tell<'_>) -> Result<(), ServiceError> {
        for (table, content) in self.tables.iter().zip(&self.contents) {
            self.resumed_rows += copy(&mut self.source, &mut self.target, table, content, tell).await?;
        }
        for table in &self.tables {
            for column in &table.later {
                link(&mut self.source, &mut self.target, table, column).await?;
            }
        }
        Ok(())
    }

    async fn verify(&mut self, tell: &mut Tell<'_>) -> Result<(), ServiceError> {
        let sizes: Vec<u64> =
            self.contents.iter().map(|content| source::page_rows(content.rows, content.bytes)).collect();
        let found = self.target.contents(&self.tables, &sizes, tell).await?;
        let pairs = self.tables.iter().zip(self.contents.iter().zip(&found));
        let differ = pairs.filter(|(_, (ours, theirs))| (ours.rows, ours.digest()) != (theirs.rows, theirs.digest()));
        let tables: Vec<String> = differ.map(|(table, _)| table.name.clone()).collect();
        if tables.is_empty() { Ok(()) } else { Err(TransferError::Mismatch { tables }.into()) }
    }
}

/// Writes what is missing of a table and gives how many rows were there. The next pages are read while some are written.
async fn copy(
    source: &mut Snapshot,
    target: &mut Target,
    table: &Arc<Table>,
    content: &Content,
    tell: &mut Tell<'_>,
) -> Result<u64, ServiceError> {
    let known = ledger::part(&mut target.connection, &table.name).await?;
    let there = known.map_or(0, |(rows, _)| rows.cast_unsigned());
    tell.add(Phase::Copy, &table.name, there);
    let Some(from) = known.map_or(Some(i64::MIN), |(_, next)| next) else { return Ok(there) };
    let rows = source::page_rows(content.rows, content.bytes);
    let mut pages = read_ahead(source, table, from, rows).await?;
    loop {
        let (written, next) =
            (pages.iter().map(|page| page.batch.rows()).sum(), pages.last().and_then(|page| page.next));
        let reading = async {
            match next {
                Some(from) => read_ahead(source, table, from, rows).await.map(Some),
                None => Ok(None),
            }
        };
        let (following, ()) = tokio::try_join!(reading, target.write(table, &pages))?;
        tell.add(Phase::Copy, &table.name, written);
        match following {
            Some(following) => pages = following,
            None => return Ok(there),
        }
    }
}

/// As many pages as the target writes side by side, in their order. A page is encoded while the next one is read.
async fn read_ahead(
    source: &mut Snapshot,
    table: &Arc<Table>,
    from: i64,
    rows: u64,
) -> Result<Vec<EncodedPage>, ServiceError> {
    let (mut pages, mut from) = (Vec::with_capacity(WRITERS), Some(from));
    while let Some(place) = from.filter(|_| pages.len() < WRITERS) {
        let page = source.page(table, place, rows).await?;
        let (table, next) = (Arc::clone(table), page.next);
        pages.push((on_thread("encoding rows", move || batch(&table, &page)), next));
        from = next;
    }
    let mut encoded = Vec::with_capacity(WRITERS);
    for (batch, next) in pages {
        encoded.push(EncodedPage { batch: batch.await?, next });
    }
    Ok(encoded)
}

/// The rows of a page as they go over the wire. They passed the preflight in the same view.
fn batch(table: &Table, page: &Page) -> Result<Batch, ServiceError> {
    let mut batch = Batch::new(table);
    for row in &page.rows {
        if let Some((_, rule)) = source::encode_row(table, row, Form::Wire, batch.row())?.first() {
            let why = format!("a value changed under way: it {}", rule.says());
            return Err(TransferError::Shape { table: table.name.clone(), why }.into());
        }
    }
    batch.end();
    Ok(batch)
}

/// Fills a column that refers to rows that came later. Doing it twice changes nothing.
async fn link(source: &mut Snapshot, target: &mut Target, table: &Table, column: &str) -> Result<(), ServiceError> {
    let mut from = Some(i64::MIN);
    while let Some(place) = from {
        let page = source.links(table, column, place).await?;
        let mut pairs = (Vec::new(), Vec::new());
        for row in &page.rows {
            pairs.0.push(source::key_text(&[source::cell(row, 0)?]));
            pairs.1.push(source::key_text(&[source::cell(row, 1)?]));
        }
        target.link(table, column, pairs).await?;
        from = page.next;
    }
    Ok(())
}
