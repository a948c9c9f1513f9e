//! The end of a message's way through the law: verdict, effects, audit rows.

use super::Law;
use super::effects::{Ages, effect_of};
use super::job::{End, Fate, Job};
use super::notes::{note_effect, note_verdict};
use super::pacing::Pacing;
use super::verdict::verdict;
use crate::store::{Settled, Verdict};

pub(crate) fn conclude(law: &Law, pacing: &Pacing, ages: &Ages, mut job: Job) -> Settled {
    let drafts = std::mem::take(&mut job.drafts);
    let effects = drafts.iter().filter_map(|draft| effect_of(law, ages, draft)).collect();
    for draft in &drafts {
        note_effect(law, &mut job, draft);
    }
    let verdict = match job.end.take() {
        Some(End::Done(state)) => Verdict::Done(state),
        Some(End::Exception(draft)) => Verdict::Exception(draft),
        None => verdict(law, pacing, &job, &drafts),
    };
    let failed = drafts.iter().find_map(|draft| match &draft.fate {
        Fate::Failed(failure) => Some(failure.code.as_str()),
        Fate::Hung { failure, .. } => Some(failure.code.as_str()),
        Fate::Panicked => Some("panic"),
        _ => None,
    });
    let untried = drafts.iter().find_map(|draft| match draft.fate {
        Fate::Untried(why) => Some(why),
        _ => None,
    });
    if !matches!(verdict, Verdict::Later { .. }) {
        law.hung.forget(drafts.iter().map(|draft| draft.cleared.key()));
    }
    note_verdict(&mut job, &verdict, failed, untried.unwrap_or("another state in the batch"));
    Settled {
        position: job.message.position,
        message: job.message.message,
        verdict,
        effects,
        audit: job.audit,
    }
}
