//! Which state stands in which layer.

use odoo_canonical::StatusMachine;
use std::collections::BTreeMap;

/// The steps as pairs of states from above to below. A step back to where the way has come from is turned round, and marked.
pub(super) fn directed(machine: &StatusMachine) -> Vec<(usize, usize, bool)> {
    let place: BTreeMap<&str, usize> =
        machine.states.iter().enumerate().map(|(place, state)| (state.name, place)).collect();
    let mut edges = Vec::new();
    let mut done = vec![false; machine.states.len()];
    let mut on_the_way: Vec<usize> = Vec::new();
    for start in 0..machine.states.len() {
        visit(machine, &place, start, &mut done, &mut on_the_way, &mut edges);
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

fn visit(
    machine: &StatusMachine,
    place: &BTreeMap<&str, usize>,
    state: usize,
    done: &mut [bool],
    on_the_way: &mut Vec<usize>,
    edges: &mut Vec<(usize, usize, bool)>,
) {
    if done.get(state).copied().unwrap_or(true) {
        return;
    }
    if let Some(done) = done.get_mut(state) {
        *done = true;
    }
    on_the_way.push(state);
    let next = machine.states.get(state).map_or(&[][..], |state| state.next);
    for to in next.iter().filter_map(|name| place.get(name).copied()) {
        if on_the_way.contains(&to) {
            edges.push((to, state, true));
        } else {
            edges.push((state, to, false));
            visit(machine, place, to, done, on_the_way, edges);
        }
    }
    on_the_way.pop();
}

/// Each state one layer below the lowest state that leads to it.
pub(super) fn layers(count: usize, edges: &[(usize, usize, bool)]) -> Vec<usize> {
    let mut layers = vec![0; count];
    // There is no way round, so after as many rounds as there are states nothing moves any more.
    for _ in 0..count {
        for (from, to, _) in edges {
            let least = layers.get(*from).copied().unwrap_or(0) + 1;
            if let Some(layer) = layers.get_mut(*to) {
                *layer = least.max(*layer);
            }
        }
    }
    layers
}
