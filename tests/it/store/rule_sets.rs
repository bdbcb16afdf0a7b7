//! Rule sets: one row for each content.

use entity::rule_sets::{Column, Entity};

use super::refusal::{collision, refuses};
use super::rows::{self, store};

both_backends!(a_rule_set_reads_back, async |test| {
    let rules = store(&test.db, rows::rule_set()).await;
    let found = Entity::find_by_digest(rules.digest.clone()).one(test.db.reader()).await.unwrap();
    assert_eq!(found, Some(rules));
});

both_backends!(a_content_is_stored_once, async |test| {
    let rules = store(&test.db, rows::rule_set()).await;
    refuses(&test.db, rows::rule_set, vec![collision([(Column::Digest, rules.digest.into())])]).await;
});
