//! Documents that are none: whatever comes in, what comes out is a finding.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::ObjectKind;
use odoo_canonical_cli::{
    sample,
    upcast::{self, Given},
    validate::{Options, document, validate},
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>, lines: bool, known: bool) {
        let object = known.then_some(ObjectKind::Party);
        let mut findings = 0;
        let options = Options { object, lines };
        let summary = validate("any", &mut bytes.as_slice(), options, |_| { findings += 1; Ok(()) }).unwrap();
        prop_assert_eq!(summary.findings, findings);
        prop_assert!(summary.findings > 0, "chance made a document");
        let raised = upcast::document(&bytes, Given { object, from: Some(0) });
        prop_assert!(raised.is_err());
    }

    /// A document in which one byte is another: it is valid or there is a finding in it, and never a panic.
    #[test]
    fn a_changed_byte_is_answered(seed: u64, place: prop::sample::Index, byte: u8, envelope: bool) {
        let mut text = sample::document(ObjectKind::SalesOrder, seed, envelope).unwrap();
        let at = place.index(text.len());
        text[at] = byte;
        for finding in document(&text, Some(ObjectKind::SalesOrder)) {
            prop_assert!(!finding.rule.is_empty() && !finding.message.is_empty());
            prop_assert!(finding.path.is_empty() || finding.path.starts_with('/'), "{finding:?}");
        }
    }
}

#[test]
fn deep_nesting_is_a_finding() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [deep.clone(), format!("{{\"specversion\":{deep}}}")] {
        for object in [None, Some(ObjectKind::Item)] {
            let findings = document(text.as_bytes(), object);
            assert!(
                findings.iter().any(|finding| ["syntax", "type"].contains(&finding.rule.as_str())),
                "{findings:?}"
            );
        }
        assert!(upcast::document(text.as_bytes(), Given { object: None, from: None }).is_err());
    }
}
