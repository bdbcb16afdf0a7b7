//! The cells of the overview: what each says, which are shown, and in which order.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use entity::validation_runs::RunSummary;
use service::overview::Cell;

use crate::problem::Problem;
use crate::web::address;
use crate::web::badge::{Badge, Standing};
use crate::web::when::{ago, days, days_ago};

/// One cell.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) environment: String,
    pub(super) badge: Badge,
    pub(super) score: Option<i16>,
    /// None where nobody knows: a run without a decision looked at nothing.
    pub(super) open: Option<i64>,
    pub(super) ran: String,
    pub(super) certified: String,
    pub(super) address: String,
    pub(super) dimmed: bool,
    standing: Standing,
    days: i64,
}

/// One service.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) service: String,
    pub(super) address: String,
    pub(super) fields: Vec<Field>,
}

/// The order of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// By name.
    Name,
    /// Where the most is wrong first.
    Worst,
    /// The most open drift first.
    Drift,
    /// The longest without a certification first.
    Age,
}

impl Sort {
    /// Every member.
    pub(super) const ALL: [Self; 4] = [Self::Name, Self::Worst, Self::Drift, Self::Age];

    /// The word in addresses; none for the usual order.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Name => "",
            Self::Worst => "worst",
            Self::Drift => "drift",
            Self::Age => "age",
        }
    }

    /// As people read it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Worst => "worst first",
            Self::Drift => "most open drift",
            Self::Age => "longest since certified",
        }
    }

    /// The member of a word; by name for any other.
    pub(super) fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.word() == word).unwrap_or(Self::Name)
    }
}

/// All services.
#[derive(Clone, Debug)]
pub(super) struct Heat(Vec<Row>);

impl Heat {
    /// The cells of services, of which those of one service stand together.
    pub(super) fn of(cells: &[Cell], now: DateTime<Utc>) -> Result<Self, Problem> {
        let mut rows: Vec<Row> = Vec::new();
        for cell in cells {
            if rows.last().is_none_or(|row| row.service != cell.service) {
                let address = address::service(&cell.service).to_string();
                rows.push(Row { service: cell.service.clone(), address, fields: Vec::new() });
            }
            if let Some(row) = rows.last_mut() {
                row.fields.push(field(cell, now)?);
            }
        }
        Ok(Self(rows))
    }

    /// Cells that stand so.
    pub(super) fn count(&self, standing: Standing) -> usize {
        self.0.iter().flat_map(|row| &row.fields).filter(|field| field.standing == standing).count()
    }

    /// The rows to show, in order. Cells that stand otherwise than was asked for are dimmed.
    pub(super) fn rows(
        mut self,
        environments: &[String],
        name: &str,
        standing: Option<Standing>,
        sort: Sort,
    ) -> Vec<Row> {
        let name = name.to_lowercase();
        self.0.retain_mut(|row| {
            row.fields.retain(|field| environments.contains(&field.environment));
            for field in &mut row.fields {
                field.dimmed = standing.is_some_and(|wanted| wanted != field.standing);
            }
            row.service.to_lowercase().contains(&name) && row.fields.iter().any(|field| !field.dimmed)
        });
        match sort {
            Sort::Name => {}
            Sort::Worst => self.0.sort_by_key(|row| row.fields.iter().map(|field| (field.standing, field.score)).min()),
            Sort::Drift => {
                // What nobody knows may be any drift.
                let drift = |row: &Row| {
                    let known = row.fields.iter().filter_map(|field| field.open).sum::<i64>();
                    (row.fields.iter().any(|field| field.open.is_none()), known)
                };
                self.0.sort_by_key(|row| Reverse(drift(row)));
            }
            Sort::Age => self.0.sort_by_key(|row| Reverse(row.fields.iter().map(|field| field.days).max())),
        }
        self.0
    }
}

fn field(cell: &Cell, now: DateTime<Utc>) -> Result<Field, Problem> {
    let run = cell.last_run.as_ref();
    let days = cell.golden.as_ref().map(|golden| days(golden.created_at, now));
    Ok(Field {
        environment: cell.environment.clone(),
        badge: match run {
            Some(run) => Standing::badge_of(run)?,
            None => Standing::Never.badge(),
        },
        score: run.and_then(|run| run.score),
        open: run.and_then(RunSummary::open),
        ran: run.map_or_else(|| "no run yet".to_owned(), |run| ago(run.created_at, now)),
        certified: match days {
            Some(days) => format!("certified {}", days_ago(days)),
            None => "nothing certified".to_owned(),
        },
        address: run.map_or_else(|| address::service(&cell.service), |run| address::run(run.id)).to_string(),
        dimmed: false,
        standing: run.map(Standing::of_run).transpose()?.unwrap_or(Standing::Never),
        // Never certified is longer ago than any certification.
        days: days.unwrap_or(i64::MAX),
    })
}
