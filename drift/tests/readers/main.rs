//! The readers of formats without types: exact trees, places, findings and refusals.

mod dockerfile;
mod dotenv;
mod encoding;
mod go_mod;
mod ini;
mod outline;
mod properties;
mod requirements;
mod text;
mod xml;
