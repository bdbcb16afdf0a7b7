//! Every value that will not fit is named before anything is written.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::{Origin, assert_untouched};
use crate::harness::{Fresh, on_postgres};

/// Breaks one value of each kind behind the back of SQLite's own rules.
const BREAK: &str = "pragma foreign_keys = off; pragma ignore_check_constraints = on; \
    update aggregated_results set aggregated_data = '{\"a\": 1, \"a\": 2}'; \
    update certifications set score = 40000, decision = 'maybe'; \
    update config_deltas set created_at = '2026-11-21 10:00:00', old_value = '\"\\u0000\"', bundle_id = x'00112233445566778899aabbccddeeff'; \
    update llm_outputs set provider = cast(x'ff' as text), created_at = 1790000000; \
    update policy_validations set secret_findings_count = 'many'; \
    update reports set content = 'a' || char(0) || 'b', format = 'papyrus'; \
    pragma foreign_keys = on; pragma ignore_check_constraints = off";

#[test]
fn every_value_that_does_not_fit_is_listed_and_nothing_is_written() {
    on_postgres(Fresh::Migrated, async |target| {
        let origin = Origin::with_rows().await;
        origin.sql(BREAK).await;
        let answer = origin.golden().args(&origin.arguments(&target, &["--format", "json"])).json(1);
        assert_eq!((&answer["state"], &answer["rows"], &answer["tables"]), (&json!("unfit"), &json!(0), &json!([])));
        let misfits = answer["misfits"].as_array().unwrap();
        let mut found: Vec<String> = misfits
            .iter()
            .map(|it| [&it["table"], &it["column"], &it["rule"]].map(|part| part.as_str().unwrap()).join(" "))
            .collect();
        found.sort();
        let expected = [
            "aggregated_results aggregated_data json",
            "certifications decision enum",
            "certifications score between 0 and 100 check",
            "certifications score range",
            "config_deltas bundle_id foreign_key",
            "config_deltas created_at date",
            "config_deltas old_value nul",
            "llm_outputs created_at date",
            "llm_outputs provider encoding",
            "policy_validations secret_findings_count type",
            "reports content nul",
            "reports format enum",
        ];
        assert_eq!(found, expected);
        assert_eq!(answer["misfit_count"], expected.len());
        let bundle = misfits.iter().find(|it| it["column"] == "bundle_id").unwrap();
        let hex = "select lower(hex(id)) from config_deltas";
        let row = origin.db.reader().query_one_raw(Statement::from_string(origin.db.backend(), hex)).await.unwrap();
        let hex: String = row.unwrap().try_get_by_index(0).unwrap();
        assert_eq!(bundle["id"].as_str().unwrap().replace('-', ""), hex);
        assert_untouched(&target.db).await;

        let text = origin.golden().database(&target.url).args(&origin.arguments(&target, &[]));
        assert_eq!((text.code, text.stderr.as_str()), (Some(1), ""), "{text}");
        assert!(text.stdout.starts_with("12 values do not fit; nothing was written to <database>\n"), "{text}");
        assert!(text.stdout.contains("\nreports.content of <id> holds a NUL character\n"), "{text}");
        assert!(!text.stdout.contains("papyrus"), "values are not told: {text}");
    });
}
