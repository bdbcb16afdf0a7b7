//! Command tests: the real binary on a repository and a database of its own; exit code, stdout and stderr are compared.

pub(crate) mod answer;
pub(crate) mod golden;
pub(crate) mod repository;
pub(crate) mod schemas;

mod validate;

pub(crate) use golden::Golden;
pub(crate) use repository::Repo;
