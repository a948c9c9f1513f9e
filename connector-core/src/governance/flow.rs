//! A flow: which objects go from which system to which, and how.

use std::time::Duration;

use odoo_canonical::ObjectKind;
use serde::{Serialize, Serializer};

use crate::retry::Limits;

/// Objects on their way from one system to another.
#[derive(Debug, Clone, Serialize)]
pub struct Flow {
    /// Its name, for example `na-orders`.
    pub name: String,
    /// The source system, as its connector's manifest names it.
    pub source: String,
    /// The target system.
    pub target: String,
    /// The objects, in the order in which they are applied: what others depend on first.
    pub objects: Vec<ObjectKind>,
    /// Who answers for its exceptions.
    pub owner: String,
    /// How often and for how long one message may be tried.
    #[serde(serialize_with = "limits")]
    pub limits: Limits,
    /// Messages that go through the stages, and to the target, together.
    pub batch: usize,
    /// Batches under way at the same time.
    pub workers: usize,
    /// Longest time for one call of the sink, or one poll of the source.
    pub deadline: Duration,
    /// Open messages above which nothing more is admitted until some are settled; at least 1.
    pub high_water: usize,
    /// Between two polls that brought nothing.
    pub poll_every: Duration,
}

impl Flow {
    /// A flow with the usual numbers.
    pub fn new(name: &str, source: &str, target: &str, objects: &[ObjectKind], owner: &str) -> Self {
        Flow {
            name: name.to_owned(),
            source: source.to_owned(),
            target: target.to_owned(),
            objects: objects.to_vec(),
            owner: owner.to_owned(),
            limits: Limits::default(),
            batch: 256,
            workers: 2,
            deadline: Duration::from_secs(120),
            high_water: 100_000,
            poll_every: Duration::from_secs(15),
        }
    }

    /// How long a claim is leased: the deadlines of all calls of one batch, and some time for the stages. Waiting for other batches is not
    /// in it: the lease is renewed meanwhile.
    pub(crate) fn lease(&self) -> Duration {
        let calls = u32::try_from(2 * self.objects.len()).unwrap_or(u32::MAX);
        self.deadline.saturating_mul(calls).saturating_add(Duration::from_secs(60))
    }
}

fn limits<S: Serializer>(limits: &Limits, serializer: S) -> Result<S::Ok, S::Error> {
    (limits.attempts, limits.age).serialize(serializer)
}
