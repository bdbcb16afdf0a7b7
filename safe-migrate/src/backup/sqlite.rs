//! Copying a SQLite file that others may be writing to.

use std::path::Path;

use sea_orm::ConnectionTrait;

use super::{Proof, room, sync, sync_folder};
use crate::error::SafeError;
use crate::migrator::SafeMigrator;
use crate::place::{Place, begin_writing};
use crate::row::{literal, one_number};

/// Room that is left over after the copy, at least.
const SPARE: u64 = 1 << 20;

/// Copies it with writers held off, so that what is proved is what was copied: a second connection begins a write
/// transaction, which `VACUUM INTO` of the first one does not mind.
pub(super) async fn copy(migrator: &SafeMigrator, part: &Path) -> Result<Proof, SafeError> {
    let place = &migrator.place;
    let failed = place.failed("copying");
    room(migrator, part).await?;
    let holder = place.write().await?;
    let held = begin_writing(&holder).await.map_err(&failed)?;
    let (source, reader) = tokio::try_join!(place.read(), place.read())?;
    let copying = async {
        let target = literal(&part.display().to_string());
        source.execute_unprepared("pragma query_only = off").await.map_err(&failed)?;
        source.execute_unprepared(&format!("vacuum into {target}")).await.map_err(&failed)?;
        Ok::<_, SafeError>(())
    };
    let made_at = crate::ledger::time(migrator.options.now_ms());
    let outcome = tokio::try_join!(Proof::of(&reader, place, made_at), copying);
    let _ = source.close().await;
    let _ = reader.close().await;
    let _ = held.rollback().await;
    let _ = holder.close().await;
    let (proof, ()) = outcome?;
    migrator.options.reach("after_copy")?;
    sync(part)?;
    sync_folder(part.parent().unwrap_or(part))?;
    let (proved, file) = (proof.clone(), part.to_owned());
    let digest = tokio::task::spawn_blocking(move || proved.of_file(&file));
    prove(part, &proof).await?;
    digest.await.map_err(|cause| SafeError::file(part)(std::io::Error::other(cause)))?
}

/// Opens the copy again and compares every row.
pub(crate) async fn prove(copy: &Path, proof: &Proof) -> Result<(), SafeError> {
    let place = Place::of_file(copy);
    let (db, other) = tokio::try_join!(place.read(), place.read())?;
    let (faults, damage) = tokio::join!(proof.faults(&db, &place), crate::preflight::damage(&other));
    let _ = db.close().await;
    let _ = other.close().await;
    let mut faults = faults?;
    faults.extend(damage.map_err(place.failed("checking the copy"))?);
    if faults.is_empty() {
        return Ok(());
    }
    Err(SafeError::Backup { place: copy.display().to_string(), reason: faults.join(", ") })
}

/// A copy, and a second one for the rehearsal, must fit.
async fn room(migrator: &SafeMigrator, part: &Path) -> Result<(), SafeError> {
    let db = migrator.place.read().await?;
    let failed = migrator.place.failed("asking for the size");
    let pages = one_number(&db, "pragma page_count", "page_count").await.map_err(&failed)?;
    let size = one_number(&db, "pragma page_size", "page_size").await.map_err(&failed)?;
    let _ = db.close().await;
    let need = u64::try_from(pages.saturating_mul(size)).unwrap_or_default().saturating_mul(2).saturating_add(SPARE);
    room::check(migrator, part, need)
}
