//! What the target did, what it said, and what the audit and the effect table say of it: held against each other.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::store::{AuditEvent, AuditRecord};
use serde_json::Value;

use super::ErpState;

/// One effect of one message: message, effect key, digest.
pub type Effect = (String, String, String);

/// Panics unless
/// - what the target said is there has one audit row, and each such row was said by the target;
/// - what landed and was not said has a row of its message that does not call it done;
/// - each effect that counts as applied has the row of that very content, or a person's word.
pub fn join(erp: &ErpState, audit: &[AuditRecord], effects: &[(String, i64, String)]) {
    let mut rows: Vec<Effect> = Vec::new();
    let mut already_there: Vec<Effect> = Vec::new();
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for row in audit.iter().filter(|row| row.event == AuditEvent::Applied.as_str()) {
        let detail: Value = serde_json::from_str(&row.detail).unwrap();
        let digest = detail["digest"].as_str().unwrap().to_owned();
        last.insert(row.subject.clone(), digest.clone());
        let effect = (row.message.to_string(), row.subject.clone(), digest);
        match detail["already_there"].as_bool().unwrap() {
            true => already_there.push(effect),
            false => rows.push(effect),
        }
    }
    let sorted = |mut list: Vec<Effect>| {
        list.sort();
        list
    };
    let said = sorted(erp.said_applied.lock().unwrap().clone());
    assert_eq!(sorted(rows.clone()), said, "audit rows, and what the target said it has applied");
    let found = erp.said_there.lock().unwrap().clone();
    let duplicates = erp.said_duplicate.lock().unwrap().clone();
    for effect in &already_there {
        let probed = found.contains(&(effect.1.clone(), effect.2.clone()));
        assert!(duplicates.contains(effect) || probed, "nobody said so: {effect:?}");
    }
    for effect in &duplicates {
        assert!(already_there.contains(effect), "no row: {effect:?}");
    }
    let open: BTreeSet<(String, &str)> =
        audit.iter().map(|row| (row.message.to_string(), row.event.as_str())).collect();
    for effect in erp.landings.lock().unwrap().iter().filter(|effect| !said.contains(effect)) {
        let later = already_there.iter().any(|row| (&row.1, &row.2) == (&effect.1, &effect.2))
            || said.iter().any(|row| (&row.1, &row.2) == (&effect.1, &effect.2));
        let undone = ["retry", "exception", "crashed", "fenced", "intended"];
        let noted = undone.iter().any(|event| open.contains(&(effect.0.clone(), *event)));
        assert!(later || noted, "it landed, and nothing says so: {effect:?}");
    }
    let resolved: BTreeSet<&str> =
        audit.iter().filter(|row| row.event == "resolved").map(|row| row.subject.as_str()).collect();
    for (key, state, digest) in effects {
        // 1 is applied.
        if *state == 1 && !resolved.contains(key.as_str()) {
            assert_eq!(last.get(key), Some(digest), "{key} counts as applied");
        }
    }
    for key in last.keys() {
        assert!(effects.iter().any(|(other, ..)| other == key), "{key} was applied and is not known");
    }
}
