//! Random numbers and ids, from one seeded source, so that a run can be repeated.

use std::sync::Mutex;

use uuid::Uuid;

/// A seeded source of random numbers and ids.
#[derive(Debug)]
pub struct Random(Mutex<fastrand::Rng>);

impl Default for Random {
    fn default() -> Self {
        Random(Mutex::new(fastrand::Rng::new()))
    }
}

impl Random {
    /// Gives the same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Random(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    /// Evenly spread over `0.0..1.0`.
    pub fn unit(&self) -> f64 {
        self.lock().f64()
    }

    /// A UUIDv7 for this time (microseconds since 1970).
    pub fn id(&self, now: i64) -> Uuid {
        let mut bytes = [0; 10];
        self.lock().fill(&mut bytes);
        let millis = u64::try_from(now / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
