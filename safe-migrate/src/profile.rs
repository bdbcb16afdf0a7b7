//! What a Postgres database is beside its content: encoding and collation, owner, grants, settings. A dump of the content
//! tells nothing of it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::row::{all, literal, quoted};

/// One row; what only newer servers have is asked for through JSON.
const DATABASE: &str = "select pg_get_userbyid(d.datdba)::text as owner, pg_encoding_to_char(d.encoding)::text as encoding, \
     d.datcollate::text as collation, d.datctype::text as ctype, coalesce(to_jsonb(d) ->> 'datlocprovider', '') as provider, \
     coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') as locale, \
     coalesce(to_jsonb(d) ->> 'daticurules', '') as rules, t.spcname::text as tablespace, \
     d.datconnlimit::text as connections, d.datistemplate::text as template, \
     coalesce(shobj_description(d.oid, 'pg_database'), '') as comment, \
     case when d.datacl is null then 'the usual ones' else coalesce((select string_agg(a::text, ' ' order by a::text) \
      from unnest(d.datacl) a), 'none') end as grants, \
     coalesce((select string_agg(l.provider || ' ' || l.label, ', ' order by l.provider) from pg_shseclabel l \
      where l.classoid = 'pg_database'::regclass and l.objoid = d.oid), '') as labels, \
     coalesce((select string_agg(s.slot_name::text, ', ' order by s.slot_name) from pg_replication_slots s \
      where s.database = d.datname), '') as slots, \
     coalesce((select string_agg(s.subname::text, ', ' order by s.subname) from pg_subscription s \
      where s.subdbid = d.oid and s.subenabled), '') as subscriptions \
     from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = current_database()";

/// Grants by the owner; others that he allowed to grant may have made more.
const GRANTS: &str = "select case when a.grantee = 0 then '' else pg_get_userbyid(a.grantee)::text end as who, \
     a.privilege_type as what, a.is_grantable::text as further from pg_database d, aclexplode(d.datacl) a \
     where d.datname = current_database() and a.grantor = d.datdba";

const SETTINGS: &str = "select case when s.setrole = 0 then '' else pg_get_userbyid(s.setrole)::text end as who, c.line as line \
     from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) with ordinality c(line, n) \
     where d.datname = current_database() order by 1, c.n";

/// Settings that hold a list of names, each of which may be quoted.
const LISTS: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// The name of whoever is anybody, or of the database for all of its users.
const EVERYBODY: &str = "";

/// A database without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Facts by name; an empty one is none.
    facts: BTreeMap<&'static str, String>,
    /// Role, privilege, and whether it may be granted further.
    grants: Vec<(String, String, bool)>,
    /// Role, name and value.
    settings: Vec<(String, String, String)>,
}

impl Profile {
    /// Reads that of the database of a connection.
    pub(crate) async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let rows = all(db, DATABASE).await?;
        let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("this database".to_owned()))?;
        let names = [
            "owner",
            "encoding",
            "collation",
            "ctype",
            "provider",
            "locale",
            "rules",
            "tablespace",
            "connections",
            "template",
            "comment",
            "grants",
            "labels",
            "slots",
            "subscriptions",
        ];
        let facts = names.into_iter().map(|name| Ok((name, row.try_get("", name)?))).collect::<Result<_, DbErr>>()?;
        let grant = |row: &QueryResult| {
            let further: String = row.try_get("", "further")?;
            Ok((row.try_get("", "who")?, row.try_get("", "what")?, further == "true"))
        };
        let setting = |row: &QueryResult| {
            let line: String = row.try_get("", "line")?;
            let (name, value) = line.split_once('=').unwrap_or((&line, ""));
            Ok((row.try_get("", "who")?, name.to_owned(), value.to_owned()))
        };
        let grants = all(db, GRANTS).await?.iter().map(grant).collect::<Result<_, DbErr>>()?;
        let settings = all(db, SETTINGS).await?.iter().map(setting).collect::<Result<_, DbErr>>()?;
        Ok(Self { facts, grants, settings })
    }

    fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }

    /// What CREATE DATABASE needs so that texts are kept and sorted alike.
    pub(crate) fn like(&self) -> String {
        let [encoding, collation, ctype] = ["encoding", "collation", "ctype"].map(|name| literal(self.fact(name)));
        let mut clause = format!("encoding {encoding} lc_collate {collation} lc_ctype {ctype}");
        let locale = literal(self.fact("locale"));
        match self.fact("provider") {
            "i" => clause.push_str(&format!(" locale_provider icu icu_locale {locale}")),
            "b" => clause.push_str(&format!(" locale_provider builtin builtin_locale {locale}")),
            "c" => clause.push_str(" locale_provider libc"),
            _ => {}
        }
        if !self.fact("rules").is_empty() {
            clause.push_str(&format!(" icu_rules {}", literal(self.fact("rules"))));
        }
        clause
    }

    /// With the owner and the place on the disk.
    pub(crate) fn like_in_all(&self) -> String {
        let [owner, tablespace] = ["owner", "tablespace"].map(|name| quoted(self.fact(name)));
        format!("{} owner {owner} tablespace {tablespace}", self.like())
    }

    /// Statements that give grants, settings and the rest to another database.
    pub(crate) fn statements(&self, database: &str) -> Vec<String> {
        let database = quoted(database);
        let who = |role: &str| if role == EVERYBODY { "public".to_owned() } else { quoted(role) };
        let mut statements = Vec::new();
        if self.fact("grants") != "the usual ones" {
            for role in ["public".to_owned(), quoted(self.fact("owner"))] {
                statements.push(format!("revoke all on database {database} from {role}"));
            }
        }
        for (role, privilege, further) in &self.grants {
            let option = if *further { " with grant option" } else { "" };
            statements.push(format!("grant {privilege} on database {database} to {}{option}", who(role)));
        }
        for (role, name, value) in &self.settings {
            let of = match role.as_str() {
                EVERYBODY => format!("database {database}"),
                role => format!("role {} in database {database}", quoted(role)),
            };
            let value = match LISTS.contains(&name.as_str()) {
                true => names_of(value).iter().map(|name| literal(name)).collect::<Vec<_>>().join(", "),
                false => text(value),
            };
            statements.push(format!("alter {of} set {} to {value}", quoted(name)));
        }
        statements.push(format!("alter database {database} connection limit {}", self.fact("connections")));
        if !self.fact("comment").is_empty() {
            statements.push(format!("comment on database {database} is {}", text(self.fact("comment"))));
        }
        statements
    }

    /// What another database has otherwise, in words.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let shown = |value: &str| if value.is_empty() { "none".to_owned() } else { value.to_owned() };
        let facts = self.facts.iter().filter(|(name, value)| other.facts.get(*name) != Some(*value));
        let mut lines: Vec<String> = facts
            .map(|(name, value)| format!("{name}: {}, and would be {}", shown(value), shown(other.fact(name))))
            .collect();
        // A value may be a password of somebody: only the name is told.
        let settings = self.settings.iter().filter(|setting| !other.settings.contains(setting));
        lines.extend(settings.map(|(role, name, _)| match role.as_str() {
            EVERYBODY => format!("the setting {name}"),
            role => format!("the setting {name} of {role}"),
        }));
        lines
    }
}

/// A literal that means the same whatever the server thinks of backslashes.
fn text(value: &str) -> String {
    if value.contains('\\') { format!("E{}", literal(&value.replace('\\', "\\\\"))) } else { literal(value) }
}

/// The names of a list, without quotes.
fn names_of(list: &str) -> Vec<String> {
    let (mut names, mut name, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut signs = list.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                name.push('"');
                signs.next();
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => names.push(std::mem::take(&mut name)),
            sign if sign.is_whitespace() && !is_quoted => {}
            sign => name.push(sign),
        }
    }
    names.push(name);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_is_taken_apart() {
        assert_eq!(names_of("public, \"Other, \"\"One\"\"\""), ["public", "Other, \"One\""]);
        assert_eq!(names_of("\"\""), [""]);
        assert_eq!(names_of("\"$user\", public"), ["$user", "public"]);
    }

    #[test]
    fn backslashes_stay_what_they_are() {
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("a\\b"), "E'a\\\\b'");
    }
}
