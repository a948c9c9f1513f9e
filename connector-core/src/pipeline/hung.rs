//! What the target has hung over: which records share a call after that.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::EffectKey;

/// Effects that were in a call without an answer, and how many may share the next one: half as many each time, so that the one that is at
/// fault is alone in the end. Not kept over a restart: then the halving begins again.
#[derive(Debug, Default)]
pub(crate) struct Hung(Mutex<HashMap<EffectKey, usize>>);

impl Hung {
    /// How to call these: indices, in groups. What has not hung goes first, in one call.
    pub(super) fn calls(&self, keys: &[EffectKey]) -> Vec<Vec<usize>> {
        let most = self.lock();
        let mut order: Vec<(usize, usize)> = keys
            .iter()
            .enumerate()
            .map(|(at, key)| (most.get(key).copied().unwrap_or(usize::MAX), at))
            .collect();
        drop(most);
        order.sort_by_key(|(most, at)| (std::cmp::Reverse(*most), *at));
        let same = order.chunk_by(|one, other| one.0 == other.0);
        let calls = same.flat_map(|group| group.chunks(group.first().map_or(1, |(most, _)| (*most).max(1))));
        calls.map(|call| call.iter().map(|(_, at)| *at).collect()).collect()
    }

    /// There was no answer to a call with these.
    pub(super) fn add(&self, keys: &[EffectKey]) {
        let most = keys.len().div_ceil(2);
        self.lock().extend(keys.iter().map(|key| (key.clone(), most)));
    }

    /// There was an answer, or nobody will try again.
    pub(super) fn forget<'a>(&self, keys: impl Iterator<Item = &'a EffectKey>) {
        let mut most = self.lock();
        if !most.is_empty() {
            for key in keys {
                most.remove(key);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EffectKey, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use odoo_canonical::ObjectKind;

    #[test]
    fn one_of_many_is_alone_after_a_few_halvings() {
        let key = |n: usize| EffectKey {
            target: "t".into(),
            source: "s".into(),
            object: ObjectKind::Item,
            key: n.to_string(),
        };
        let hung = Hung::default();
        let mut keys: Vec<EffectKey> = (0..256).map(key).collect();
        let mut rounds = 0;
        while keys.len() > 1 {
            let fresh = key(1000 + rounds);
            let all: Vec<EffectKey> = keys.iter().cloned().chain([fresh]).collect();
            let calls = hung.calls(&all);
            assert_eq!(calls.iter().flatten().count(), all.len());
            if rounds > 0 {
                assert_eq!(calls[0], [all.len() - 1], "what has not hung is not held up");
            }
            for call in calls {
                let of: Vec<EffectKey> = call.iter().map(|at| all[*at].clone()).collect();
                match of.contains(&key(13)) {
                    true => hung.add(&of),
                    false => hung.forget(of.iter()),
                }
                if of.contains(&key(13)) {
                    keys = of;
                }
            }
            rounds += 1;
            assert!(rounds < 12);
        }
        assert_eq!(hung.calls(&[key(1), key(13)]), [[0], [1]]);
        hung.forget([key(13)].iter());
        assert!(hung.lock().is_empty());
    }
}
