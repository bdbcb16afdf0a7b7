//! Calling a migration. One that panics has failed, as if it had given an error: what it began is taken back, and the
//! program goes on.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use sea_orm::DbErr;
use sea_orm_migration::{MigrationTrait, SchemaManager};

/// Calls it upwards.
pub(crate) async fn up(migration: &dyn MigrationTrait, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    caught(async { migration.up(manager).await }).await
}

/// Calls it downwards.
pub(crate) async fn down(migration: &dyn MigrationTrait, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    caught(async { migration.down(manager).await }).await
}

/// Gives a panic as an error.
pub(crate) async fn caught(work: impl Future<Output = Result<(), DbErr>>) -> Result<(), DbErr> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // It is polled no more after a panic, and what it borrows is only spoken to.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|panic| Poll::Ready(Err(DbErr::Custom(format!("it panicked: {}", text(&*panic))))))
    })
    .await
}

/// A text that stands in the program. One that was made may quote rows, and has no place in a ledger.
fn text(panic: &(dyn Any + Send)) -> &'static str {
    panic.downcast_ref::<&'static str>().copied().unwrap_or("with a text that is not kept, for it may quote rows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_without_what_it_quotes() {
        let row = "of a customer";
        let quoting = caught(async { panic!("row {row}") }).await.unwrap_err().to_string();
        assert!(quoting.contains("it panicked") && !quoting.contains(row), "{quoting}");
        let plain = caught(async { panic!("no row at all") }).await.unwrap_err().to_string();
        assert!(plain.contains("it panicked: no row at all"), "{plain}");
        assert!(caught(async { Ok(()) }).await.is_ok());
    }
}
