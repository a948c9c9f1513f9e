//! What an operator asks and decides. The clock is the runtime's; everything that is decided is in the audit, with who decided it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::supervise::Fall;
use super::{Member, Runtime};
use crate::contract::{Finding, Health};
use crate::store::{Doubt, ExceptionFilter, ExceptionRecord, Found, StoreError};

impl Runtime {
    /// Looks at every connector's live system, all at once; by system. A check that panics, or does not end within two minutes, is a finding.
    pub async fn check(&self) -> Vec<(String, Health)> {
        let checks = self
            .shared
            .members
            .iter()
            .map(|member| async { (member.connector.manifest().system.clone(), check(member).await) });
        futures_util::future::join_all(checks).await
    }

    /// Tasks of this runtime that fell and were started again.
    pub fn falls(&self) -> Vec<Fall> {
        self.shared.falls.all()
    }

    /// See [`Store::exceptions`](crate::store::Store::exceptions).
    pub async fn exceptions(&self, filter: ExceptionFilter) -> Result<Vec<ExceptionRecord>, StoreError> {
        self.shared.store.exceptions(filter).await
    }

    /// See [`Store::replay`](crate::store::Store::replay).
    pub async fn replay(&self, positions: Vec<i64>, actor: &str) -> Result<usize, StoreError> {
        self.shared.store.replay(positions, actor.to_owned(), self.shared.clock.now()).await
    }

    /// See [`Store::discard`](crate::store::Store::discard).
    pub async fn discard(&self, positions: Vec<i64>, actor: &str, why: &str) -> Result<usize, StoreError> {
        let now = self.shared.clock.now();
        self.shared.store.discard(positions, actor.to_owned(), why.to_owned(), now).await
    }

    /// See [`Store::resolve`](crate::store::Store::resolve).
    pub async fn resolve(&self, doubt: Doubt, found: Found, actor: &str) -> Result<usize, StoreError> {
        self.shared.store.resolve(doubt, found, actor.to_owned(), self.shared.clock.now()).await
    }
}

async fn check(member: &Member) -> Health {
    let work = AssertUnwindSafe(async { member.connector.check(&member.cx).await }).catch_unwind();
    let problem = tokio::select! {
        health = work => match health {
            Ok(health) => return health,
            Err(_) => "the connector panicked over its check",
        },
        () = member.cx.clock().sleep(super::CHECK) => "the connector did not end its check in time",
    };
    let finding = Finding {
        subject: "check".into(),
        problem: problem.into(),
        remedy: "see that the system answers; if it does, the connector is at fault".into(),
    };
    Health { system: String::new(), findings: vec![finding] }
}
