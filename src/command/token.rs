//! `golden token`: the tokens of the API, each shown once.

use chrono::SecondsFormat;
use entity::api_tokens::{Model, Scope};
use entity::stored::Stored;
use schemars::JsonSchema;
use serde::Serialize;
use service::error::ServiceError;
use service::page::write_cursor;
use service::token::{self, NewToken};

use crate::args::{self, Format, Global, TokenCommand};
use crate::command::runs::page;
use crate::context::{Context, local_user};
use crate::exit::{Failure, Verdict};

/// A token without what it is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TokenRow {
    id: String,
    name: String,
    /// read, run, certify, admin.
    scopes: Vec<&'static str>,
    created_at: String,
    created_by: String,
    expires_at: String,
    /// Null unless it was revoked.
    revoked_at: Option<String>,
    revoked_by: Option<String>,
}

/// `golden.token/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TokenAnswer {
    #[serde(flatten)]
    row: TokenRow,
    /// The token itself, when it was made; it is never shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// `golden.tokens/1`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TokensAnswer {
    tokens: Vec<TokenRow>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

impl TokenRow {
    fn of(row: &Model) -> Result<Self, ServiceError> {
        let time = |at: chrono::DateTime<chrono::FixedOffset>| at.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true);
        Ok(Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            scopes: row.scopes()?.into_iter().map(Stored::stored).collect(),
            created_at: time(row.created_at),
            created_by: row.created_by.clone(),
            expires_at: time(row.expires_at),
            revoked_at: row.revoked_at.map(time),
            revoked_by: row.revoked_by.clone(),
        })
    }
}

/// Runs `golden token`.
pub(crate) async fn run(global: &Global, token: args::Token) -> Result<Verdict, Failure> {
    let context = Context::new(global, None)?;
    let actor = format!("local:{}", local_user().unwrap_or_else(|| "unknown".to_owned()));
    match token.command {
        TokenCommand::Create { name, scope, days, format } => {
            let scopes: Vec<Scope> = scope.into_iter().map(Scope::from).collect();
            create(&context, &NewToken { name, scopes, days, created_by: actor }, format.format).await?;
        }
        TokenCommand::List { page: wanted, format } => list(&context, &wanted, format.format).await?,
        TokenCommand::Revoke { id, format } => revoke(&context, id, &actor, format.format).await?,
    }
    Ok(Verdict::Yes)
}

async fn create(context: &Context, new: &NewToken, format: Format) -> Result<(), Failure> {
    let session = context.open().await?;
    let clock = &session.clock;
    let made = session.db.write(|transaction| async move {
        let made = token::create(&transaction, new, clock).await?;
        Ok::<_, ServiceError>((transaction, made))
    });
    let (secret, row) = made.await?;
    let answer = TokenAnswer { row: TokenRow::of(&row)?, token: Some(secret.expose().to_owned()) };
    context.output.answer(format, "golden.token/1", answer, |answer| {
        format!(
            "{}\n\ntoken {} of {} allows {} until {}; it is not shown again",
            answer.token.as_deref().unwrap_or_default(),
            answer.row.id,
            answer.row.name,
            answer.row.scopes.join(", "),
            answer.row.expires_at
        )
    })
}

async fn list(context: &Context, wanted: &args::Page, format: Format) -> Result<(), Failure> {
    let session = context.open().await?;
    let rows = token::list(session.db.reader(), page(wanted)?).await?;
    let tokens = rows.rows.iter().map(TokenRow::of).collect::<Result<Vec<_>, _>>()?;
    let answer = TokensAnswer { tokens, next: rows.next.as_ref().map(write_cursor) };
    context.output.answer(format, "golden.tokens/1", answer, |answer| {
        if answer.tokens.is_empty() {
            return "no token exists; `golden token create` makes one".to_owned();
        }
        let rows = answer.tokens.iter().map(|row| {
            let revoked = row.revoked_at.clone().unwrap_or_else(|| "-".to_owned());
            vec![row.id.clone(), row.name.clone(), row.scopes.join(" "), row.expires_at.clone(), revoked]
        });
        let table = context.output.table(&["TOKEN", "NAME", "SCOPES", "EXPIRES", "REVOKED"], rows);
        match &answer.next {
            Some(next) => format!("{table}\n… more: --after {next}"),
            None => table,
        }
    })
}

async fn revoke(context: &Context, id: uuid::Uuid, actor: &str, format: Format) -> Result<(), Failure> {
    let session = context.open().await?;
    let now = session.clock.now();
    let revoked = session.db.write(|transaction| async move {
        let row = token::revoke(&transaction, id, actor, now).await?;
        Ok::<_, ServiceError>((transaction, row))
    });
    let answer = TokenAnswer { row: TokenRow::of(&revoked.await?)?, token: None };
    context.output.answer(format, "golden.token/1", answer, |answer| {
        format!("token {} of {} is revoked", answer.row.id, answer.row.name)
    })
}
