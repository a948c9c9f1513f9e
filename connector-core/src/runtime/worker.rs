//! A worker: claims, runs the law, settles, fused with the next claim.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Runtime;
use super::gate::Gate;
use super::lease::Lease;
use crate::pipeline::{self, Law};
use crate::store::{Claim, ClaimRequest, Settlement, StoreError};

/// Before the store is tried again after it failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// Between two looks for leases that ran out.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

pub(super) async fn work(law: Arc<Law>, gate: Arc<Gate>, mut stopped: watch::Receiver<bool>) {
    let mut wakeups = law.store.wakeups();
    let mut claim = Claim::default();
    loop {
        if claim.messages.is_empty() {
            if *stopped.borrow() {
                return;
            }
            if let Some(wait) = gate.closed_for(law.cx.clock().monotonic()) {
                tokio::select! {
                    () = law.cx.clock().sleep(wait) => {}
                    _ = stopped.changed() => {}
                }
                continue;
            }
            wakeups.mark_unchanged();
            claim = match law.store.claim(request(&law, &gate)).await {
                Ok(claim) => claim,
                Err(error) => {
                    if pause(&law, &error).await {
                        continue;
                    }
                    return;
                }
            };
            if claim.messages.is_empty() {
                let now = law.cx.clock().now();
                let until_due = claim.next_due.map_or(Duration::MAX, |due| micros(due.saturating_sub(now)));
                tokio::select! {
                    // Some slack above the hint: it is a hint only.
                    () = law.cx.clock().sleep(until_due.min(SWEEP_EVERY)) => {}
                    _ = wakeups.changed() => {}
                    _ = stopped.changed() => {}
                }
                continue;
            }
        }
        let stopping = *stopped.borrow();
        claim = match batch(&law, &gate, claim, stopping).await {
            Ok(next) => next,
            Err(StoreError::Fenced { epoch }) => {
                tracing::warn!(
                    flow = law.flow.name,
                    epoch,
                    "the lease ran out before the batch was settled; it goes to somebody else"
                );
                Claim::default()
            }
            Err(error) => {
                if !pause(&law, &error).await {
                    return;
                }
                Claim::default()
            }
        };
    }
}

async fn batch(law: &Arc<Law>, gate: &Gate, claim: Claim, stopping: bool) -> Result<Claim, StoreError> {
    let Claim { epoch, messages, .. } = claim;
    let lease = Lease::of(law, epoch);
    let closings = gate.closings();
    let mut kept = law.cx.clock().monotonic();
    // The store may fail for a moment. What was claimed is still ours, and what was done is done: neither is let go for that.
    let ran = loop {
        match pipeline::run(law, epoch, messages.clone(), &lease.attempts).await {
            Err(error) if passes(&error) && pause(law, &error).await => {
                keep_lease(law, epoch, &mut kept).await
            }
            ran => break ran?,
        }
    };
    match (ran.away, ran.asked) {
        // Nobody is told of a message that waits past its age limit, so the gate is not shut for longer than that.
        (_, Some(wait)) => gate.close_for(law.cx.clock().monotonic(), wait.min(law.flow.limits.age)),
        (true, None) => gate.away(&law.cx, &*law.pace),
        // What never touched the target says nothing of it.
        (false, None) if ran.called => gate.reached(closings),
        (false, None) => {}
    }
    let open = !stopping && !ran.away && ran.asked.is_none();
    let flow = &law.flow.name;
    let settlement =
        Settlement { flow: flow.clone(), epoch, results: ran.results, now: law.cx.clock().now() };
    let next = loop {
        // Another batch may have closed the gate meanwhile.
        let open = open && gate.closed_for(law.cx.clock().monotonic()).is_none();
        let next = open.then(|| request(law, gate));
        match law.store.settle(settlement.clone(), next).await {
            Err(error) if passes(&error) && pause(law, &error).await => {
                keep_lease(law, epoch, &mut kept).await
            }
            next => break next,
        }
    };
    drop(ran.held);
    match next {
        Ok(next) => {
            lease.settled();
            Ok(next)
        }
        Err(error) => Err(error),
    }
}

/// Whether the same call may do later.
fn passes(error: &StoreError) -> bool {
    matches!(error, StoreError::Failed { .. })
}

fn request(law: &Law, gate: &Gate) -> ClaimRequest {
    let flow = &law.flow;
    ClaimRequest {
        flow: flow.name.clone(),
        limit: gate.batch(flow.batch.max(1)),
        now: law.cx.clock().now(),
        monotonic: law.cx.clock().monotonic(),
        lease: flow.lease(),
    }
}

/// Whether it is worth going on after this error; waits if so.
async fn pause(law: &Law, error: &StoreError) -> bool {
    if matches!(error, StoreError::Closed) {
        return false;
    }
    tracing::error!(flow = law.flow.name, %error, "the store failed; trying again");
    law.cx.clock().sleep(STORE_PAUSE).await;
    true
}

/// While the store fails, what was claimed stays ours: what is known of its effects nobody else knows. Renews the lease once a third of it is
/// over since it was `kept`; if it is gone, settling says so.
async fn keep_lease(law: &Law, epoch: i64, kept: &mut i64) {
    let (now, lease) = (law.cx.clock().monotonic(), law.flow.lease());
    if micros(now.saturating_sub(*kept)) < lease / 3 {
        return;
    }
    match law.store.renew(epoch, now, lease).await {
        Ok(()) => *kept = now,
        Err(error) => tracing::warn!(flow = law.flow.name, epoch, %error, "the lease could not be renewed"),
    }
}

/// Tells the store which flows there are, then frees, from time to time, what a worker that hung still holds.
pub(super) async fn keep(runtime: Runtime, mut stopped: watch::Receiver<bool>) {
    let (store, clock) = (&runtime.shared.store, &runtime.shared.clock);
    while let Err(error) = adopt(&runtime).await {
        if matches!(error, StoreError::Closed) || *stopped.borrow() {
            return;
        }
        tracing::error!(%error, "the store could not be told of the flows; trying again");
        clock.sleep(STORE_PAUSE).await;
    }
    while !*stopped.borrow() {
        tokio::select! {
            () = clock.sleep(SWEEP_EVERY) => {}
            _ = stopped.changed() => continue,
        }
        match store.sweep(clock.now(), clock.monotonic()).await {
            Ok(0) => {}
            Ok(freed) => tracing::warn!(freed, "leases ran out; their messages were put back"),
            Err(StoreError::Closed) => return,
            Err(error) => tracing::error!(%error, "leases that ran out could not be taken back"),
        }
    }
}

async fn adopt(runtime: &Runtime) -> Result<(), StoreError> {
    let flows = runtime.governance().flows.iter().map(|flow| (flow.name.clone(), flow.owner.clone()));
    let stranded = runtime.shared.store.adopt(flows.collect(), runtime.shared.clock.now()).await?;
    for (flow, messages) in stranded {
        tracing::error!(
            flow,
            messages,
            "there is no such flow any more; its open messages are exceptions now"
        );
    }
    Ok(())
}

fn micros(n: i64) -> Duration {
    Duration::from_micros(u64::try_from(n).unwrap_or(0))
}
