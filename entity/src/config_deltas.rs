//! Deltas: the differences of a run, each in exactly one risk bucket.

use drift::delta::{Class, Kind};
use drift::risk::Risk;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Select};

pub use crate::generated::config_deltas::*;
use crate::page::{Cursor, newest_first};
use crate::stored::{Stored, UnknownText};

const TABLE: &str = "config_deltas";

impl Entity {
    /// The deltas of one bucket of a run in their order, after a position. Worst first is one query for each bucket.
    pub fn of_run_by_risk(run: Uuid, risk: Risk, after: Option<i64>) -> Select<Self> {
        let bucket = Self::find()
            .filter(Column::RunId.eq(run))
            .filter(Column::Risk.eq(risk.stored()))
            .order_by_asc(Column::Position);
        match after {
            Some(position) => bucket.filter(Column::Position.gt(position)),
            None => bucket,
        }
    }

    /// What happened to one key of one file in all runs of its service and environment, newest first, after a cursor.
    pub fn history_of(fingerprint: &str, after: Option<Cursor>) -> Select<Self> {
        let history = Self::find().filter(Column::Fingerprint.eq(fingerprint));
        newest_first(history, (Column::CreatedAt, Column::Id), after)
    }
}

impl Model {
    /// What happened.
    pub fn kind(&self) -> Result<Kind, UnknownText> {
        Stored::decode(&self.kind, TABLE, "kind", self.id)
    }

    /// What sort of difference it is.
    pub fn class(&self) -> Result<Class, UnknownText> {
        Stored::decode(&self.class, TABLE, "class", self.id)
    }

    /// The bucket.
    pub fn risk(&self) -> Result<Risk, UnknownText> {
        Stored::decode(&self.risk, TABLE, "risk", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
