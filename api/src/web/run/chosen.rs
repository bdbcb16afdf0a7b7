//! What the address of a run's page chooses: which deltas, in which groups, and how their sides stand.

use drift::delta::Class;
use drift::risk::Risk;
use serde::Deserialize;
use service::delta::{self, Place};
use uuid::Uuid;

use crate::problem::Problem;
use crate::v1::word;
use crate::web::address::{self, Address};
use crate::web::badge::Badge;

/// The parameters as sent; an empty one is none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RunChoice {
    risk: String,
    class: String,
    file: String,
    group: String,
    view: String,
    after: String,
}

/// The parameters, read.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    run: Uuid,
    pub(super) risk: Option<Risk>,
    pub(super) class: Option<Class>,
    pub(super) file: String,
    /// True in groups by bucket, else by file.
    pub(super) by_risk: bool,
    /// True when both sides stand beside each other.
    pub(super) side_by_side: bool,
    pub(super) after: Option<Place>,
}

/// A bucket that filters.
pub(super) struct Chip {
    pub(super) badge: Badge,
    pub(super) count: i64,
    pub(super) address: String,
    pub(super) chosen: bool,
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl Chosen {
    /// 400 for a word that none of them has.
    pub(super) fn of(run: Uuid, choice: &RunChoice) -> Result<Self, Problem> {
        Ok(Self {
            run,
            risk: word::<Risk>("risk", given(&choice.risk))?,
            class: word::<Class>("class", given(&choice.class))?,
            file: choice.file.clone(),
            by_risk: choice.group == "risk",
            side_by_side: choice.view == "split",
            after: given(&choice.after).map(delta::read_place).transpose()?,
        })
    }

    /// Which deltas to list.
    pub(super) fn deltas(&self) -> delta::Chosen {
        delta::Chosen { risk: self.risk, class: self.class, file: given(&self.file).map(str::to_owned) }
    }

    /// The page with all of this, from its beginning.
    pub(super) fn address(&self) -> Address {
        address::run(self.run)
            .with("risk", self.risk.map(|risk| risk.to_string()).unwrap_or_default())
            .with("class", self.class.map(|class| class.to_string()).unwrap_or_default())
            .with("file", self.file.as_str())
            .with("group", if self.by_risk { "risk" } else { "" })
            .with("view", if self.side_by_side { "split" } else { "" })
    }

    /// The buckets that hold something, each with its address.
    pub(super) fn chips(&self, count: impl Fn(Risk) -> i64) -> Vec<Chip> {
        let chip = |risk: Risk| {
            let chosen = self.risk == Some(risk);
            let word = if chosen { String::new() } else { risk.to_string() };
            let address = format!("{}#drift", self.address().with("risk", word));
            Chip { badge: Badge::of_risk(risk), count: count(risk), address, chosen }
        };
        Risk::ALL.iter().copied().map(chip).filter(|chip| chip.count > 0 || chip.chosen).collect()
    }

    /// True when fewer than all deltas are shown.
    pub(super) fn is_filtered(&self) -> bool {
        self.risk.is_some() || self.class.is_some() || !self.file.is_empty()
    }

    /// Every class and whether it is chosen.
    pub(super) fn classes(&self) -> Vec<(&'static str, bool)> {
        Class::ALL.iter().map(|class| (class.as_str(), self.class == Some(*class))).collect()
    }

    /// The page without filters.
    pub(super) fn cleared(&self) -> String {
        let view = if self.side_by_side { "split" } else { "" };
        let group = if self.by_risk { "risk" } else { "" };
        format!("{}#drift", address::run(self.run).with("group", group).with("view", view))
    }
}
