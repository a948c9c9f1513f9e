//! Which messages of a batch go now, where several bring the same object in different states.

use std::collections::HashMap;

use super::job::{Draft, Fate, Job};
use crate::contract::{Cleared, EffectKey};

/// Puts off each message that brings an object in another state than a message that goes now. Whoever waits so, waits for one that is tried
/// in this batch; the first in the order always is, so a batch never ends as it began, however its objects cross.
///
/// First come those that bring nothing but the newest state of everything: what is older is then stale, and costs no call. If two hold the
/// newer of each other's objects, the one that arrived first goes first; its older state stands only until the other one has been there.
pub(super) fn put_off(jobs: &mut [Job]) {
    let newest = newest(jobs);
    let others = |draft: &&Draft| newest.get(draft.cleared.key()).is_some_and(|n| differ(n, &draft.cleared));
    let mut order: Vec<(usize, i64, usize)> = jobs
        .iter()
        .enumerate()
        .map(|(at, job)| (pending(job).filter(others).count(), job.message.position, at))
        .collect();
    order.sort_unstable();
    let mut going: HashMap<EffectKey, Cleared> = HashMap::new();
    for (.., at) in order {
        let Some(job) = jobs.get_mut(at) else { continue };
        let crosses =
            |draft: &Draft| going.get(draft.cleared.key()).is_some_and(|g| differ(g, &draft.cleared));
        let mut behind = false;
        for draft in job.drafts.iter_mut().filter(|draft| matches!(draft.fate, Fate::Pending)) {
            if crosses(draft) {
                draft.fate = Fate::Behind;
                behind = true;
            }
        }
        if !behind {
            going.extend(pending(job).map(|draft| (draft.cleared.key().clone(), draft.cleared.clone())));
        }
    }
}

fn newest(jobs: &[Job]) -> HashMap<EffectKey, Cleared> {
    let mut newest: HashMap<EffectKey, Cleared> = HashMap::new();
    for draft in jobs.iter().flat_map(pending) {
        let cleared = &draft.cleared;
        match newest.get(cleared.key()) {
            Some(other) if cleared.how_new().is_older(other.how_new()) => {}
            _ => drop(newest.insert(cleared.key().clone(), cleared.clone())),
        }
    }
    newest
}

fn pending(job: &Job) -> impl Iterator<Item = &Draft> {
    job.drafts.iter().filter(|draft| matches!(draft.fate, Fate::Pending))
}

/// Whether these two are not one effect. Two happenings are two, even if they say the same.
fn differ(one: &Cleared, other: &Cleared) -> bool {
    one.digest != other.digest || (one.each || other.each) && one.position != other.position
}
