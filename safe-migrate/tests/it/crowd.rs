//! Several processes at once: one applies, the others wait, all succeed.

use std::process::Output;

use safe_migrate::State;

use crate::fixture::Place;
use crate::worker::{Many, command, finished};

/// Processes of each trial: two, four and eight, and twelve times three.
const TRIALS: [usize; 15] = [2, 4, 8, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3];

both_backends!(of_several_at_once_one_applies_and_all_succeed, async |place: Place| {
    if place.file().is_some() {
        place.run(&["pragma user_version = 0"]).await;
    }
    for (number, processes) in TRIALS.into_iter().enumerate() {
        let copy = place.copy(number).await;
        let outputs: Vec<Output> = std::thread::scope(|scope| {
            let run = || command(&copy, "many", 0, "").output().unwrap();
            let running: Vec<_> = (0..processes).map(|_| scope.spawn(run)).collect();
            running.into_iter().map(|process| process.join().unwrap()).collect()
        });
        for output in &outputs {
            assert!(finished(output), "trial {number}: {}", String::from_utf8_lossy(&output.stdout));
        }
        let migrator = copy.migrator::<Many>();
        let ledger = migrator.ledger().await.unwrap();
        let batches = ledger.iter().filter(|line| line.migration.is_empty() && line.direction == "up").count();
        assert_eq!((batches, migrator.status().await.unwrap().state), (1, State::UpToDate), "trial {number}");
        copy.remove().await;
    }
});
