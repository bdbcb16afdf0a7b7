//! `golden db`: the state of the schema, and bringing it up to date.

use schemars::JsonSchema;
use serde::Serialize;
use service::database::{Access, Database, DatabaseOptions};
use service::error::ServiceError;
use service::schema::{self, SchemaError, SchemaState};

use crate::args::{self, DbCommand, Format, Global};
use crate::context::Context;
use crate::exit::{Failure, Verdict};

/// `golden.db-status/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DbStatus {
    /// Where the database is, without credentials.
    database: String,
    /// sqlite or postgres.
    backend: &'static str,
    /// empty, up_to_date or behind.
    state: &'static str,
    /// Migrations that are not applied, in order.
    pending: Vec<String>,
}

/// Runs `golden db`.
pub(crate) async fn run(global: &Global, db: &args::Db) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    match &db.command {
        DbCommand::Status { format } => status(&context, format.format).await,
        DbCommand::Migrate { format } => {
            let db = context.connect().await?;
            schema::migrate(&db).await.map_err(ServiceError::from)?;
            answer(&context, &db, format.format).await
        }
    }
}

/// Opens the database for reading only, so that not even an empty file comes into being.
async fn status(context: &Context, format: Format) -> Result<Verdict, Failure> {
    let options = DatabaseOptions { access: Access::Read, ..DatabaseOptions::new(rand::random::<f64>) };
    let db = Database::connect(&context.config.database_url.0, &options).await.map_err(ServiceError::from)?;
    answer(context, &db, format).await
}

async fn answer(context: &Context, db: &Database, format: Format) -> Result<Verdict, Failure> {
    let place = db.place().to_owned();
    let (state, pending) = match schema::status(db).await.map_err(ServiceError::from)? {
        SchemaState::Empty => ("empty", schema::known()),
        SchemaState::UpToDate => ("up_to_date", Vec::new()),
        SchemaState::Behind { pending } => ("behind", pending),
        SchemaState::Ahead { unknown } => return Err(ServiceError::from(SchemaError::Ahead { place, unknown }).into()),
        SchemaState::Foreign => return Err(ServiceError::from(SchemaError::Foreign { place }).into()),
    };
    let backend = db.backend_name();
    let verdict = if pending.is_empty() { Verdict::Yes } else { Verdict::No };
    context.output.answer(
        format,
        "golden.db-status/1",
        DbStatus { database: place, backend, state, pending },
        |status| {
            let mut lines =
                vec![format!("{} ({}): {}", status.database, status.backend, status.state.replace('_', " "))];
            lines.extend(status.pending.iter().map(|name| format!("pending  {name}")));
            lines.join("\n")
        },
    )?;
    Ok(verdict)
}
