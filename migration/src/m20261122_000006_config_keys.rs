//! Every key that a run ever found changed, once, so that keys are searched without reading their deltas.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::shape::{counts, drop, index, sorted_text, table, unique};

const TABLE: &str = "config_keys";

/// The keys of the deltas that are stored already. The id is that of a key's first delta: neither backend can make one.
const OF_STORED_DELTAS: &str = "\
    insert into config_keys (id, created_at, fingerprint, service_name, environment, file, key_path, document) \
    select id, created_at, fingerprint, service_name, environment, file, key_path, document from ( \
        select d.id, d.created_at, d.fingerprint, r.service_name, r.environment, d.file, d.key_path, d.document, \
            row_number() over (partition by d.fingerprint order by d.created_at, d.id) as place \
        from config_deltas d join validation_runs r on r.id = d.run_id \
    ) numbered where place = 1";

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut keys = table(TABLE);
        keys.col(text("fingerprint"))
            .col(sorted_text(manager, "service_name"))
            .col(sorted_text(manager, "environment"))
            .col(sorted_text(manager, "file"))
            .col(sorted_text(manager, "key_path"));
        counts(&mut keys, &["document"]);
        manager.create_table(keys).await?;
        manager.create_index(unique(TABLE, &["fingerprint"])).await?;
        manager.create_index(index(TABLE, &["service_name", "file", "key_path", "id"])).await?;
        manager.create_index(index(TABLE, &["service_name", "key_path", "file", "id"])).await?;
        manager.get_connection().execute_unprepared(OF_STORED_DELTAS).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, TABLE).await
    }
}
