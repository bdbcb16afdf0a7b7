//! What a database that grew by hand often holds: times in several forms, and indexes made twice.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::error::{Finding, FindingCode};
use crate::row::{all, quoted};
use crate::schema::{SchemaDocument, Table};

/// Numbers below it are seconds since 1970 (until the year 5138), from it on milliseconds (since 1973).
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// Looks through every table.
pub(super) async fn find(db: &impl ConnectionTrait, schema: &SchemaDocument) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    for (name, table) in &schema.tables {
        findings.extend(twice(name, table));
        if db.get_database_backend() == DbBackend::Sqlite {
            for column in table.columns.iter().filter(|(name, column)| tells_time(name, &column.kind)) {
                findings.extend(mixed_times(db, name, column.0).await?);
            }
        }
    }
    Ok(findings)
}

fn twice(name: &str, table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (first, index) in &table.indexes {
        for (second, _) in table.indexes.iter().filter(|(other, same)| *other > first && *same == index) {
            let cause = format!("indexes {first} and {second} of {name} are the same");
            findings.push(Finding::new(FindingCode::DuplicateIndex, cause, "drop one of them in a migration"));
        }
    }
    findings
}

fn tells_time(name: &str, kind: &str) -> bool {
    ["date", "time"].iter().any(|word| kind.contains(word) || name.contains(word)) || name.ends_with("_at")
}

async fn mixed_times(db: &impl ConnectionTrait, table: &str, column: &str) -> Result<Option<Finding>, DbErr> {
    let value = quoted(column);
    let count = |condition: String| format!("coalesce(sum({condition}), 0)");
    let text = |pattern: &str| count(format!("typeof({value}) = 'text' and {value} like '{pattern}'"));
    let number =
        |sign: &str| count(format!("typeof({value}) = 'integer' and abs({value}) {sign} {FIRST_MILLISECONDS}"));
    let sql = format!(
        "select {} as rfc, {} as spaced, {} as seconds, {} as milliseconds from {}",
        text("____-__-__T%"),
        text("____-__-__ %"),
        number("<"),
        number(">="),
        quoted(table)
    );
    let Some(row) = all(db, &sql).await?.into_iter().next() else { return Ok(None) };
    let mut forms = Vec::new();
    for (column, form) in [
        ("rfc", "RFC 3339"),
        ("spaced", "with a blank"),
        ("seconds", "in seconds"),
        ("milliseconds", "in milliseconds"),
    ] {
        let rows: i64 = row.try_get("", column)?;
        if rows > 0 {
            forms.push(format!("{rows} {form}"));
        }
    }
    Ok((forms.len() > 1).then(|| {
        let cause = format!("times of {table}.{column} have more than one form: {}", forms.join(", "));
        Finding::new(FindingCode::MixedTimes, cause, "bring them into one form in a migration")
    }))
}
