//! How slow readers get while runs are being stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use drift::delta::Delta;
use service::database::Database;
use service::delta;
use service::error::ServiceError;

use super::load::{Round, median, run};
use super::rows::{self, store};
use super::{CLOCK, ROUNDS};

/// Readers at one moment.
const READERS: u32 = 50;
/// Runs that are stored at one moment.
const WRITERS: usize = 4;
/// Deltas of each of them.
const DELTAS: usize = 5_000;

/// Tells the 99th percentile beside writers as a ratio of that without.
pub(crate) async fn measure(name: &str, db: &Database, round: Round<'_>) {
    let round = Round { connections: READERS, ..round };
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    let mut stored = 0;
    for _ in 0..ROUNDS {
        idle.push(run(round).await.slowest_hundredth());
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS).map(|_| tokio::spawn(keep_storing(db.clone(), stop.clone()))).collect();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        busy.push(run(round).await.slowest_hundredth());
        stop.store(true, Ordering::SeqCst);
        for writer in writers {
            stored += writer.await.unwrap();
        }
    }
    let (idle, busy) = (median(idle), median(busy));
    println!(
        "{name}: the slowest hundredth of {READERS} readers takes {idle:?}, {busy:?} while {WRITERS} runs are stored \
         ({stored} were), {:.2} of it (goal at most 3)",
        busy.as_secs_f64() / idle.as_secs_f64()
    );
}

async fn keep_storing(db: Database, stop: Arc<AtomicBool>) -> usize {
    let deltas: Vec<Delta> = (0..DELTAS).map(super::made::delta).collect();
    let mut stored = 0;
    while !stop.load(Ordering::SeqCst) {
        let run = store(&db, rows::pending_run()).await.id;
        let bundle = store(&db, rows::bundle(run)).await.id;
        let rows = deltas.as_slice();
        let written = db.write_bulk(|transaction| async move {
            delta::store(&transaction, run, bundle, rows, &CLOCK, CLOCK.now()).await?;
            Ok::<_, ServiceError>((transaction, ()))
        });
        written.await.unwrap();
        stored += 1;
    }
    stored
}
