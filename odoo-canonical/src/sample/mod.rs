//! Synthetic documents: sound ones, made from a seed, the same on every machine.

mod part;
mod words;

use crate::{
    contract::{Contract, ContractError, decode},
    object::{Object, ObjectKind},
    value::Currency,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A synthetic document of a kind: the same kind and seed always give the same document, and it passes every check. People
/// and companies in it do not exist.
///
/// ```
/// use odoo_canonical::{ObjectKind, sample};
///
/// let order = sample(ObjectKind::SalesOrder, 42)?;
/// assert_eq!(order, sample(ObjectKind::SalesOrder, 42)?);
/// assert_eq!(order.check(), []);
/// # Ok::<(), odoo_canonical::ContractError>(())
/// ```
///
/// # Errors
/// None that a test over many seeds has found.
pub fn sample(kind: ObjectKind, seed: u64) -> Result<Object, ContractError> {
    let mut sampler = Sampler::new(seed);
    // Two kinds with one seed must not show the same numbers in the same places.
    for byte in kind.as_str().bytes() {
        sampler.state = sampler.state.rotate_left(7) ^ u64::from(byte);
        sampler.next();
    }
    kind.sample(&mut sampler)
}

/// Where the numbers and words of samples come from: a generator (SplitMix64) that is no secret and no chance.
#[derive(Debug, Clone)]
pub struct Sampler {
    state: u64,
}

impl Sampler {
    /// A sampler that begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number less than `end`; nought when that is nought.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or_default()
    }

    /// True in so many cases of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a list; the type's default when the list is empty.
    pub fn pick<T: Clone + Default>(&mut self, from: &[T]) -> T {
        let index = self.below(from.len() as u64);
        usize::try_from(index).ok().and_then(|index| from.get(index)).cloned().unwrap_or_default()
    }

    /// So many digits, the first of them not nought.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|place| char::from(b'0' + if place == 0 { 1 + self.digit(9) } else { self.digit(10) }))
            .collect()
    }

    fn digit(&mut self, end: u64) -> u8 {
        u8::try_from(self.below(end)).unwrap_or_default()
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Reads what was put together, as strictly as any document.
pub(crate) fn build<T: DeserializeOwned>(value: Value) -> Result<T, ContractError> {
    decode(value.to_string().as_bytes(), Contract::Strict)
}

/// How many decimals amounts of a currency have in samples.
pub(crate) fn minor_units(currency: &str) -> u32 {
    currency.parse().ok().and_then(|currency: Currency| currency.minor_units()).map_or(2, u32::from)
}
