//! The state database of a risk daemon: migrations, entities, and its procedure through `safe-migrate`.

pub mod enforcement;
/// What `sea-orm-cli` wrote; never edited.
#[allow(missing_docs, unreachable_pub)]
pub mod generated;
pub mod migration;
pub mod old;
pub mod order;
pub mod position;
pub mod state;
pub mod trade;
