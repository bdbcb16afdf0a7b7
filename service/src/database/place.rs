//! Where a database is, told without credentials.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::fault::DatabaseError;

/// What a database URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// `host:port/name`.
    Postgres(String),
}

impl Place {
    /// Reads a URL. The parsers' own messages are not passed on, for they may quote the URL.
    pub(super) fn parse(url: &str) -> Result<Self, DatabaseError> {
        let (scheme, rest) = url.split_once(':').ok_or(DatabaseError::Scheme)?;
        match scheme {
            "sqlite" => Self::sqlite(url, rest),
            // One slash less, and what stands for user and password would be the name of a database, which is shown.
            "postgres" | "postgresql" if !rest.starts_with("//") => {
                Err(DatabaseError::Malformed { backend: "Postgres" })
            }
            "postgres" | "postgresql" => Self::postgres(url),
            _ => Err(DatabaseError::Scheme),
        }
    }

    fn sqlite(url: &str, rest: &str) -> Result<Self, DatabaseError> {
        let path = rest.trim_start_matches('/').split('?').next().unwrap_or_default();
        if path.is_empty() || path == ":memory:" || rest.contains("mode=memory") {
            return Err(DatabaseError::InMemory);
        }
        let options =
            SqliteConnectOptions::from_str(url).map_err(|_| DatabaseError::Malformed { backend: "SQLite" })?;
        Ok(Self::Sqlite(options.get_filename().to_owned()))
    }

    fn postgres(url: &str) -> Result<Self, DatabaseError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| DatabaseError::Malformed { backend: "Postgres" })?;
        let host =
            options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
        Ok(Self::Postgres(format!("{host}:{}/{}", options.get_port(), options.get_database().unwrap_or_default())))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(server) => write!(f, "postgres://{server}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        Place::parse(url).map_or_else(|error| error.to_string(), |place| place.to_string())
    }

    #[test]
    fn no_credential_is_ever_shown() {
        assert_eq!(
            shown("postgres://ann:hunter2@db.example:6432/golden?sslmode=disable"),
            "postgres://db.example:6432/golden"
        );
        assert_eq!(
            shown("postgresql://db.example/golden?user=ann&password=hunter2"),
            "postgres://db.example:5432/golden"
        );
        assert_eq!(shown("postgres://ann:hun/ter2@db.example/golden"), "the Postgres URL is malformed");
        assert_eq!(shown("mysql://ann:hunter2@db.example/golden"), DatabaseError::Scheme.to_string());
        assert_eq!(shown("ann hunter2"), DatabaseError::Scheme.to_string());
    }

    #[test]
    fn a_file_is_shown_without_its_options() {
        assert_eq!(shown("sqlite://config_data/golden.db?mode=rwc"), "sqlite:config_data/golden.db");
        assert_eq!(shown("sqlite:///var/golden%20config.db"), "sqlite:/var/golden config.db");
    }

    #[test]
    fn a_database_in_memory_is_refused() {
        for url in ["sqlite::memory:", "sqlite:", "sqlite://", "sqlite://x?mode=memory&cache=shared"] {
            assert_eq!(Place::parse(url), Err(DatabaseError::InMemory), "{url}");
        }
    }
}
