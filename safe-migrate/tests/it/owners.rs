//! What belongs to a Postgres database beside its tables: a restored one has the owner, grants, settings and encoding
//! of the one it replaces.

use safe_migrate::{MigrateOptions, SafeError};
use sea_orm::{ConnectionTrait, Statement};

use crate::fixture::{Place, Two};

/// Everything of a database that a dump of its content does not tell, and the owners and grants that it does.
const PROFILE: &str = "select concat_ws('|', pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, \
     d.datctype, d.datconnlimit, d.datacl, shobj_description(d.oid, 'pg_database'), \
     (select string_agg(s.setrole::regrole::text || '=' || s.setconfig::text, ';' order by s.setrole) \
      from pg_db_role_setting s where s.setdatabase = d.oid), \
     (select string_agg(c.relname || ':' || pg_get_userbyid(c.relowner) || ':' || coalesce(c.relacl::text, ''), ';' \
      order by c.relname) from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'), \
     (select n.nspacl::text from pg_namespace n where n.nspname = 'public'), \
     (select string_agg(a.defaclacl::text, ';') from pg_default_acl a)) as profile \
     from pg_database d where d.datname = current_database()";

async fn profile(place: &Place) -> String {
    let db = place.connect().await;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), PROFILE)).await.unwrap().unwrap();
    db.close().await.unwrap();
    row.try_get("", "profile").unwrap()
}

/// Names of roles are those of the whole server.
fn roles(test: &str) -> (String, String) {
    let id = std::process::id();
    (format!("owner_{test}_{id}"), format!("Reader {test} {id}"))
}

#[test]
fn a_restored_database_has_the_owner_grants_and_settings_of_the_old_one() {
    crate::fixture::on_postgres(async |place| {
        let (owner, reader) = roles("kept");
        let name = place.url.rsplit_once('/').unwrap().1.to_owned();
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        place
            .run(&[
                &format!("create role {owner}"),
                &format!("create role \"{reader}\""),
                &format!("alter database {name} owner to {owner}"),
                &format!("alter table orders owner to {owner}"),
                &format!("grant select on orders, lines to \"{reader}\""),
                &format!("grant usage on schema public to \"{reader}\" with grant option"),
                &format!("alter default privileges in schema public grant select on tables to \"{reader}\""),
                &format!("revoke connect, temporary on database {name} from public"),
                &format!("grant connect on database {name} to \"{reader}\" with grant option"),
                &format!("alter database {name} set statement_timeout = '30s'"),
                &format!("alter database {name} set search_path = public, \"Other, One\""),
                &format!("alter database {name} set app.greeting = 'it''s \"so\"'"),
                &format!("alter role \"{reader}\" in database {name} set work_mem = '8MB'"),
                &format!("alter database {name} connection limit 90"),
                &format!("comment on database {name} is 'it''s ours'"),
            ])
            .await;
        let before = profile(&place).await;
        assert!(before.contains(&format!("{owner}|UTF8|")) && before.contains("statement_timeout=30s"), "{before}");
        let backup = migrator.backup().await.unwrap();
        let restored = migrator.restore(&backup.name).await.unwrap();
        assert_eq!(profile(&place).await, before);
        assert_eq!(place.number("select count(*) from lines").await, 3);
        place
            .run(&[
                &format!("drop database {}", restored.kept.unwrap()),
                &format!("alter database {name} owner to golden"),
                &format!("reassign owned by {owner} to golden"),
                &format!("drop owned by \"{reader}\""),
                &format!("drop role \"{reader}\""),
                &format!("drop role {owner}"),
            ])
            .await;
    });
}

#[test]
fn a_restored_database_has_the_encoding_and_collation_of_the_old_one() {
    crate::fixture::on_postgres(async |place| {
        let name = format!("{}_latin", place.url.rsplit_once('/').unwrap().1);
        place
            .run(&[&format!("create database {name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'")])
            .await;
        let url = format!("{}/{name}", place.url.rsplit_once('/').unwrap().0);
        let latin = Place { url, folder: place.folder.clone() };
        let migrator = latin.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        latin.two_orders().await;
        let before = profile(&latin).await;
        assert!(before.contains("|LATIN1|C|C|"), "{before}");
        let backup = migrator.backup().await.unwrap();
        let restored = migrator.restore(&backup.name).await.unwrap();
        assert_eq!(profile(&latin).await, before);
        for database in [name, restored.kept.unwrap()] {
            place.run(&[&format!("drop database {database}")]).await;
        }
    });
}

#[test]
fn what_cannot_be_kept_is_refused_before_the_swap() {
    crate::fixture::on_postgres(async |place| {
        let (owner, _) = roles("lost");
        let migrator = place.migrator::<Two>();
        migrator.migrate(&MigrateOptions::default()).await.unwrap();
        place.two_orders().await;
        place.run(&[&format!("create role {owner}"), &format!("alter table lines owner to {owner}")]).await;
        let backup = migrator.backup().await.unwrap();
        // The backup names an owner whom the server does not know any more.
        place.run(&["alter table lines owner to golden", &format!("drop role {owner}")]).await;
        place.run(&["delete from lines"]).await;
        let error = migrator.restore(&backup.name).await.unwrap_err();
        assert!(matches!(error, SafeError::Tool { tool: "pg_restore", .. }), "{error}");
        assert!(error.to_string().contains(&format!("role \"{owner}\" does not exist")), "{error}");
        assert_eq!(place.number("select count(*) from lines").await, 0, "nothing was swapped");
        let left = "select count(*) from pg_database where datname like current_database() || '\\_before%'";
        assert_eq!(place.number(left).await, 0);
    });
}
