//! The bucket of points: Shopify prices each query and refills the bucket by the second. A query takes what it is expected to cost before it
//! is sent; the answer says what it did cost, and what is left.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;

/// What an answer says of its cost (`extensions.cost`). Points, not money: they may be binary fractions.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    /// What had to be in the bucket for the query to run.
    pub(crate) requested_query_cost: f64,
    /// What it did cost; the rest was refunded. Absent when it was refused.
    #[serde(default)]
    pub(crate) actual_query_cost: Option<f64>,
    pub(crate) throttle_status: ThrottleStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThrottleStatus {
    pub(crate) maximum_available: f64,
    pub(crate) currently_available: f64,
    pub(crate) restore_rate: f64,
}

impl Cost {
    /// How long until the query could run.
    pub(crate) fn wait(&self) -> Duration {
        let status = &self.throttle_status;
        wait_for(self.requested_query_cost - status.currently_available, status.restore_rate)
    }
}

/// Seconds, at least one tick, at most a minute: an answer that makes no sense must not stop the flow.
fn wait_for(missing: f64, rate: f64) -> Duration {
    let seconds = if rate > 0.0 { missing / rate } else { 1.0 };
    Duration::from_secs_f64(if seconds.is_finite() { seconds.clamp(0.01, 60.0) } else { 1.0 })
}

/// Our view of Shopify's bucket. Until the first answer nothing is known and nothing is held back.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    known: Option<Known>,
    /// The last requested cost by query.
    expected: HashMap<&'static str, f64>,
    /// Taken by queries whose answer is not there yet.
    under_way: f64,
}

#[derive(Debug)]
struct Known {
    capacity: f64,
    rate: f64,
    level: f64,
    /// Microseconds since 1970.
    at: i64,
}

impl Bucket {
    /// Takes the points for a query, or says how long until they are there.
    pub(super) fn take(&mut self, query: &'static str, now: i64) -> Result<f64, Duration> {
        let cost = self.expected.get(query).copied().unwrap_or(0.0);
        if let Some(known) = &mut self.known {
            let seconds = Duration::from_micros(u64::try_from(now.saturating_sub(known.at)).unwrap_or(0));
            known.level = (known.level + seconds.as_secs_f64() * known.rate).min(known.capacity);
            known.at = now;
            let free = known.level - self.under_way;
            // A query that costs more than the bucket holds is for Shopify to refuse.
            if free < cost.min(known.capacity) {
                return Err(wait_for(cost - free, known.rate));
            }
        }
        self.under_way += cost;
        Ok(cost)
    }

    /// Gives back what a query took that was never sent.
    pub(super) fn refund(&mut self, cost: f64) {
        self.under_way = (self.under_way - cost).max(0.0);
    }

    /// Takes over what the answer says.
    pub(super) fn learn(&mut self, query: &'static str, taken: f64, cost: Option<Cost>, now: i64) {
        self.refund(taken);
        let Some(cost) = cost else { return };
        self.expected.insert(query, cost.requested_query_cost);
        let status = cost.throttle_status;
        self.known = Some(Known {
            capacity: status.maximum_available,
            rate: status.restore_rate,
            level: status.currently_available,
            at: now,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn cost(requested: f64, available: f64) -> Option<Cost> {
        let throttle_status =
            ThrottleStatus { maximum_available: 1000.0, currently_available: available, restore_rate: 50.0 };
        Some(Cost { requested_query_cost: requested, actual_query_cost: None, throttle_status })
    }

    #[test]
    fn waits_as_long_as_the_refill_takes_and_no_longer() {
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take("Q", 0), Ok(0.0));
        bucket.learn("Q", 0.0, cost(300.0, 100.0), 0);
        assert_eq!(bucket.take("Q", 0), Err(Duration::from_secs(4)));
        assert_eq!(bucket.take("Q", 3 * SECOND), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take("Q", 4 * SECOND), Ok(300.0));
    }

    #[test]
    fn what_is_under_way_is_not_spent_twice_and_what_was_not_sent_comes_back() {
        let mut bucket = Bucket::default();
        bucket.learn("Q", 0.0, cost(300.0, 500.0), 0);
        assert_eq!(bucket.take("Q", 0), Ok(300.0));
        assert_eq!(bucket.take("Q", 0), Err(Duration::from_secs(2)));
        bucket.refund(300.0);
        assert_eq!(bucket.take("Q", 0), Ok(300.0));
    }

    #[test]
    fn a_query_larger_than_the_bucket_is_left_to_shopify() {
        let mut bucket = Bucket::default();
        bucket.learn("Q", 0.0, cost(5000.0, 1000.0), 0);
        assert_eq!(bucket.take("Q", 0), Ok(5000.0));
    }

    #[test]
    fn nonsense_does_not_stop_the_flow() {
        for (missing, rate) in
            [(f64::NAN, 50.0), (100.0, 0.0), (100.0, -1.0), (f64::INFINITY, 1.0), (-5.0, 50.0)]
        {
            let wait = wait_for(missing, rate);
            assert!(wait >= Duration::from_millis(10) && wait <= Duration::from_secs(60), "{missing} {rate}");
        }
    }
}
