//! One lock and one transaction around a batch of migrations, on both backends.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

/// The advisory lock of this schema's migrations: any number that no other lock in the database has.
const LOCK: i64 = 0x676f_6c64_656e_0001;

/// Opens the transaction of a batch once no other migrator is at work.
///
/// SQLite takes its write lock at once: a deferred transaction would read first and then fail to become a writer.
pub(crate) async fn begin<'c, C: IntoSchemaManagerConnection<'c>>(db: C) -> Result<DatabaseTransaction, DbErr> {
    let executor = db.into_database_executor();
    if executor.get_database_backend() == DbBackend::Sqlite {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        return executor.begin_with_options(immediate).await;
    }
    let transaction = executor.begin().await?;
    transaction.execute_unprepared(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    Ok(transaction)
}

/// Dropping every table of a database is no migration: runs and certifications would be lost without a way back.
pub(crate) fn fresh_is_refused() -> DbErr {
    DbErr::Custom("fresh is refused: it would drop every table with its rows; use an empty database".to_owned())
}
