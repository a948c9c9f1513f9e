//! Two patterns as automata, walked together.

use super::dialect::translated;
use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, dense},
    nfa::thompson,
    util::{primitives::StateID, syntax},
};
use std::collections::{HashMap, VecDeque};

/// An automaton may take this much memory while it is made, and when it is done.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// So many pairs of states are looked at before the question is given up.
const MAX_STATES: usize = 100_000;

type Dfa = dense::DFA<Vec<u32>>;

/// Whether all strings of one pattern match another.
pub(super) enum Inclusion {
    Holds,
    /// No: this one does not, in words.
    Fails(String),
    Unknown,
}

pub(super) struct Automata {
    old: Dfa,
    new: Dfa,
    /// Whatever is a text. Without it, bytes that are no text would count as examples.
    text: Dfa,
}

/// States of the three automata; for the patterns, `None` once a match was seen, whatever follows.
type Position = (Option<StateID>, Option<StateID>, StateID);

impl Automata {
    /// `None` when one of the patterns cannot be made into an automaton.
    pub(super) fn of(old: &str, new: &str) -> Option<Self> {
        Some(Self { old: built(old)?, new: built(new)?, text: built("^(?s:.)*$")? })
    }

    /// Whether all strings that match the old pattern match the new one, or the other way round.
    pub(super) fn inclusion(&self, reversed: bool) -> Inclusion {
        let (inner, outer) = if reversed { (&self.new, &self.old) } else { (&self.old, &self.new) };
        let starts = (start(inner), start(outer), start(&self.text));
        let (Some(in_inner), Some(in_outer), Some(in_text)) = starts else {
            return Inclusion::Unknown;
        };
        let first = (seen(inner, in_inner), seen(outer, in_outer), in_text);
        let steps = self.steps();
        let mut came_from: HashMap<Position, Option<(Position, u8)>> = HashMap::from([(first, None)]);
        let mut next = VecDeque::from([first]);
        while let Some(position) = next.pop_front() {
            let (at_inner, at_outer, at_text) = position;
            let is_text = ends_well(&self.text, Some(at_text));
            if is_text && ends_well(inner, at_inner) && !ends_well(outer, at_outer) {
                return Inclusion::Fails(example(&came_from, position));
            }
            for &byte in &steps {
                let on_text = self.text.next_state(at_text, byte);
                let on_inner = at_inner.map(|state| inner.next_state(state, byte));
                let gave_up = self.text.is_dead_state(on_text)
                    || on_inner.is_some_and(|state| inner.is_dead_state(state));
                if gave_up {
                    continue;
                }
                let on_outer = at_outer.map(|state| outer.next_state(state, byte));
                let there = (
                    on_inner.and_then(|state| seen(inner, state)),
                    on_outer.and_then(|state| seen(outer, state)),
                    on_text,
                );
                // What matches the outer pattern already is no example, whatever follows.
                if there.1.is_none() || came_from.contains_key(&there) {
                    continue;
                }
                came_from.insert(there, Some((position, byte)));
                if came_from.len() > MAX_STATES {
                    return Inclusion::Unknown;
                }
                next.push_back(there);
            }
        }
        Inclusion::Holds
    }

    /// One byte of each kind that some automaton tells from the others; those that are read most easily first.
    fn steps(&self) -> Vec<u8> {
        let letters = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9');
        let rest = (b' '..=b'~').chain(0..=255);
        let mut kinds = std::collections::HashSet::new();
        let kind = |byte| [&self.old, &self.new, &self.text].map(|dfa| dfa.byte_classes().get(byte));
        letters.chain(rest).filter(|byte| kinds.insert(kind(*byte))).collect()
    }
}

/// Whether a text matches a pattern; `None` when it cannot be told.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let dfa = built(pattern)?;
    let mut state = seen(&dfa, start(&dfa)?);
    for byte in text.bytes() {
        state = state.and_then(|state| seen(&dfa, dfa.next_state(state, byte)));
    }
    Some(ends_well(&dfa, state))
}

fn built(pattern: &str) -> Option<Dfa> {
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .minimize(false)
        .dfa_size_limit(Some(MAX_BYTES))
        .determinize_size_limit(Some(MAX_BYTES));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new().nest_limit(100))
        .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_BYTES)))
        .build(&translated(pattern)?)
        .ok()
}

/// The state before the first byte, with nothing before it.
fn start(dfa: &Dfa) -> Option<StateID> {
    let config = regex_automata::util::start::Config::new().anchored(Anchored::No);
    dfa.start_state(&config).ok()
}

fn seen(dfa: &Dfa, state: StateID) -> Option<StateID> {
    (!dfa.is_match_state(state)).then_some(state)
}

/// Whether a match was seen, or is when the text ends here. An automaton sees a match one step late.
fn ends_well(dfa: &Dfa, state: Option<StateID>) -> bool {
    state.is_none_or(|state| dfa.is_match_state(dfa.next_eoi_state(state)))
}

fn example(came_from: &HashMap<Position, Option<(Position, u8)>>, end: Position) -> String {
    let mut bytes = Vec::new();
    let mut position = end;
    while let Some(Some((before, byte))) = came_from.get(&position) {
        bytes.push(*byte);
        position = *before;
    }
    bytes.reverse();
    match String::from_utf8_lossy(&bytes) {
        text if text.is_empty() => "the empty string".to_owned(),
        text if text.chars().count() > 40 => {
            let start: String = text.chars().take(12).collect();
            format!("{start:?}... ({} characters)", text.chars().count())
        }
        text => format!("{text:?}"),
    }
}
