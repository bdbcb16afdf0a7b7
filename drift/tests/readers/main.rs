//! The readers of formats without types: exact trees, places, findings and refusals.

mod compose;
mod dockerfile;
mod dotenv;
mod encoding;
mod go_module;
mod gradle;
mod hcl;
mod ini;
mod jenkinsfile;
mod limits;
mod outline;
mod properties;
mod requirements;
mod text;
mod xml;
