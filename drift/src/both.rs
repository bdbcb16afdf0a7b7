//! Two pieces of work at the same time.

use std::panic::resume_unwind;
use std::thread;

/// Does both, the second on a thread of its own; one after the other where the system has no thread left.
pub(crate) fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl Fn() -> B + Sync) -> (A, B) {
    thread::scope(|threads| match thread::Builder::new().spawn_scoped(threads, &other) {
        Ok(working) => (one(), working.join().unwrap_or_else(|panic| resume_unwind(panic))),
        Err(_) => (one(), other()),
    })
}
