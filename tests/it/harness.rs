//! One database for each test: a copy of a migrated SQLite file, or a copy of a migrated Postgres template.

pub(crate) mod cluster;
pub(crate) mod databases;
pub(crate) mod skips;

pub(crate) use databases::{Fresh, on_postgres, on_sqlite};

/// Makes two tests, `name::sqlite` and `name::postgres`, of one body that is given a [`TestDatabase`].
macro_rules! both_backends {
    ($name:ident, $body:expr) => {
        both_backends!($name, $crate::harness::Fresh::Migrated, $body);
    };
    ($name:ident, $fresh:expr, $body:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn sqlite() {
                $crate::harness::on_sqlite($fresh, $body);
            }

            #[test]
            fn postgres() {
                $crate::harness::on_postgres($fresh, $body);
            }
        }
    };
}
