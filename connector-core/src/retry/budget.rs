//! Is there budget: retries may be at most a tenth of a target's traffic, so that a target in trouble is not pushed over by them.

use std::sync::Mutex;

/// Millitokens one first attempt earns: a tenth of the one token that a retry costs.
const EARNED: i64 = 100;
const COST: i64 = 1000;

/// A token bucket: each call earns a tenth of a retried call, up to a reserve that lets a quiet flow retry at all. Calls are counted and not
/// records: it is calls that load a target.
///
/// A retry that finds no token is not given up, it waits: the message is durable.
#[derive(Debug)]
pub struct Budget {
    millitokens: Mutex<i64>,
    reserve: i64,
}

impl Budget {
    /// A budget that starts with, and never holds more than, `reserve` retries.
    pub fn new(reserve: u32) -> Self {
        let reserve = i64::from(reserve) * COST;
        Budget { millitokens: Mutex::new(reserve), reserve }
    }

    /// Counts `n` calls.
    pub fn earn(&self, n: usize) {
        let mut tokens = self.lock();
        *tokens = tokens.saturating_add(EARNED.saturating_mul(n as i64)).min(self.reserve);
    }

    /// Takes one retry, if there is one.
    pub fn spend(&self) -> bool {
        let mut tokens = self.lock();
        if *tokens < COST {
            return false;
        }
        *tokens -= COST;
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, i64> {
        // Nothing panics while it is held; a poisoned lock still holds a valid number.
        self.millitokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_first_attempts_buy_one_retry() {
        let budget = Budget::new(2);
        assert!(budget.spend() && budget.spend() && !budget.spend());
        budget.earn(9);
        assert!(!budget.spend());
        budget.earn(1);
        assert!(budget.spend() && !budget.spend());
    }

    #[test]
    fn the_reserve_is_the_most_it_holds() {
        let budget = Budget::new(1);
        budget.earn(1_000_000);
        assert!(budget.spend() && !budget.spend());
    }
}
