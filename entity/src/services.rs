//! Services: those of golden.toml as they were last read, and those made through the API.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Select};

pub use crate::generated::services::*;
use crate::stored::{Stored, UnknownText, stored_words};

stored_words! {
    /// Who says what a service is.
    pub enum ServiceOrigin {
        /// golden.toml; the API cannot change it.
        File = "file",
        /// The API.
        Api = "api",
    }
}

impl Entity {
    /// Services by name, behind a name.
    pub fn by_name_after(after: Option<&str>) -> Select<Self> {
        let services = Self::find().order_by_asc(Column::ServiceName);
        match after {
            Some(name) => services.filter(Column::ServiceName.gt(name)),
            None => services,
        }
    }
}

impl Model {
    /// Who says what the service is.
    pub fn origin(&self) -> Result<ServiceOrigin, UnknownText> {
        Stored::decode(&self.origin, "services", "origin", self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
