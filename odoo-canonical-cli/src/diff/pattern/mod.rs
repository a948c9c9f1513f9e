//! Patterns: whether all strings of one match another, decided and not guessed.

mod automaton;
mod dialect;

use super::{Compat, Rule, found::Found, node::Node, shift::Shift};
use automaton::{Automata, Inclusion};
use serde_json::Value;

pub(super) fn compare(old: &Node<'_>, new: &Node<'_>) -> Option<Found> {
    let (before, after) = (old.get("pattern"), new.get("pattern"));
    if before == after {
        return None;
    }
    let family = [Rule::PatternWidened, Rule::PatternNarrowed, Rule::PatternChanged];
    match (before, after) {
        (None, _) => {
            Shift::Narrower.found(family, "pattern", before, after, "a pattern where there was none")
        }
        (_, None) => Shift::Wider.found(family, "pattern", before, after, "no pattern any more"),
        (Some(Value::String(old)), Some(Value::String(new))) => Some(changed(old, new, before, after)),
        _ => Shift::Other.found(family, "pattern", before, after, "not two patterns"),
    }
}

/// Whether a text matches a pattern; `None` when it cannot be told.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    automaton::matches(pattern, text)
}

fn changed(old: &str, new: &str, before: Option<&Value>, after: Option<&Value>) -> Found {
    let automata = Automata::of(old, new);
    let (forth, back) = match &automata {
        Some(automata) => (automata.inclusion(false), automata.inclusion(true)),
        None => (Inclusion::Unknown, Inclusion::Unknown),
    };
    let found = |rule, compat, reason: String| Found::new(rule, compat, "pattern", before, after, reason);
    match (forth, back) {
        (Inclusion::Holds, Inclusion::Holds) => found(
            Rule::PatternRewritten,
            Compat::Full,
            "the same strings match: no document changes.".to_owned(),
        ),
        (Inclusion::Holds, Inclusion::Fails(example)) => {
            let reason = format!("all old strings match, and more: old readers refuse {example}.");
            found(Rule::PatternWidened, Compat::Backward, reason)
        }
        (Inclusion::Fails(example), Inclusion::Holds) => {
            let reason =
                format!("fewer strings match, and no others: {example} of an old document is refused.");
            found(Rule::PatternNarrowed, Compat::Forward, reason)
        }
        (Inclusion::Fails(old), Inclusion::Fails(new)) => {
            let reason = format!("{old} of an old document is refused, and old readers refuse {new}.");
            found(Rule::PatternChanged, Compat::Breaking, reason)
        }
        _ => {
            let reason = "which strings match both patterns cannot be told: nothing can be promised.";
            found(Rule::PatternChanged, Compat::Breaking, reason.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(old: &str, new: &str) -> (Rule, String) {
        let (old, new) = (json!(old), json!(new));
        let found = changed(old.as_str().unwrap(), new.as_str().unwrap(), Some(&old), Some(&new));
        (found.identity.rule, found.identity.reason)
    }

    #[test]
    fn inclusion_is_decided_and_an_example_given() {
        let (rule, reason) = verdict("^[A-Z]{2}$", "^[A-Z]{2,3}$");
        assert_eq!(rule, Rule::PatternWidened);
        assert!(reason.contains("\"AAA\""), "{reason}");
        assert_eq!(verdict("^[A-Z]{2,3}$", "^[A-Z]{2}$").0, Rule::PatternNarrowed);
        assert_eq!(verdict("^[0-9]+$", r"^\d\d*$").0, Rule::PatternRewritten);
        assert_eq!(verdict("^a$", "^b$").0, Rule::PatternChanged);
        assert_eq!(verdict("^(?=a)a$", "^a$").0, Rule::PatternChanged);
        // Unanchored patterns match anywhere.
        assert_eq!(verdict("^ab$", "b").0, Rule::PatternWidened);
        assert_eq!(verdict("a|b", "[ab]").0, Rule::PatternRewritten);
    }

    #[test]
    fn the_patterns_of_this_project_can_be_compared() {
        let decimal = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$";
        assert_eq!(verdict(decimal, r"^(0|[1-9][0-9]*)(\.[0-9]+)?$").0, Rule::PatternNarrowed);
        let label = r"^[^\p{Cc}]*[^\p{Cc} ][^\p{Cc}]*$";
        let (rule, reason) = verdict(label, r"^[^\p{Cc}]*$");
        assert_eq!(rule, Rule::PatternWidened);
        assert!(reason.contains("the empty string"), "{reason}");
        let code = "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$";
        assert_eq!(verdict(code, "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,31}$").0, Rule::PatternNarrowed);
        assert_eq!(verdict(code, "^[a-z][a-z0-9_.:-]{0,63}$").0, Rule::PatternNarrowed);
    }

    #[test]
    fn texts_are_matched_as_json_schema_does() {
        assert_eq!(matches("b", "abc"), Some(true));
        assert_eq!(matches("^b", "abc"), Some(false));
        assert_eq!(matches("^$", ""), Some(true));
        assert_eq!(matches("^[^x]$", "é"), Some(true));
        assert_eq!(matches("(?<!a)b", "b"), None);
    }
}
