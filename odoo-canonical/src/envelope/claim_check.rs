//! Data that is too large, or must not travel: it stays in a store, and the event says where.

use super::{Envelope, JsonData};
use crate::{
    canonical_json::Digest,
    contract::{ContractError, ContractRule},
    value::UriReference,
};

impl Envelope {
    /// Puts data of more than `limit` bytes into a store and leaves the place (`dataref`) and the digest (`datadigest`) in its
    /// stead. `store` gets the bytes and their digest, which makes a good name: the same data is stored once. Returns whether
    /// there was anything to store. Data in base64 is left as it is.
    ///
    /// ```
    /// use odoo_canonical::{Envelope, ObjectKind, sample};
    /// use std::collections::HashMap;
    ///
    /// let order = sample(ObjectKind::SalesOrder, 7)?;
    /// let mut event = Envelope::new("1".parse()?, "//acme/eu/production/shop".parse()?, "com.acme.placed.v1".parse()?);
    /// event.set_object(&order)?;
    ///
    /// let mut store = HashMap::new();
    /// let stored = event.check_in(100, |bytes, digest| {
    ///     let place = format!("store:{digest}");
    ///     store.insert(place.clone(), bytes.to_vec());
    ///     place.parse()
    /// })?;
    /// assert!(stored && event.data.is_none());
    ///
    /// let mut received = Envelope::from_json(&event.to_json()?)?;
    /// let place = received.dataref.as_ref().ok_or("no reference")?.to_string();
    /// received.redeem(&store[&place])?;
    /// assert_eq!(received.object(ObjectKind::SalesOrder)?, order);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What `store` returns; the event is as it was then.
    pub fn check_in<E>(
        &mut self,
        limit: usize,
        store: impl FnOnce(&[u8], Digest) -> Result<UriReference, E>,
    ) -> Result<bool, E> {
        let Some(data) = self.data.as_ref().filter(|data| data.as_str().len() > limit) else {
            return Ok(false);
        };
        let bytes = data.as_str().as_bytes();
        let digest = Digest::of(bytes);
        self.dataref = Some(store(bytes, digest)?);
        self.datadigest = Some(digest);
        self.data = None;
        Ok(true)
    }

    /// Puts back the data that was fetched from where `dataref` points. The reference stays, so that the event can be sent
    /// on without its data.
    ///
    /// # Errors
    /// When the event has no digest to hold the data against, when the bytes are others than those that were stored, or
    /// when they are not JSON. The event is as it was then.
    pub fn redeem(&mut self, bytes: &[u8]) -> Result<(), ContractError> {
        let broken = |detail: &str| ContractError {
            path: "/datadigest".to_owned(),
            rule: ContractRule::Value,
            detail: detail.to_owned(),
        };
        let wanted = self.datadigest.ok_or_else(|| broken("no digest to hold the data against"))?;
        if Digest::of(bytes) != wanted {
            return Err(broken("the data is not what was stored"));
        }
        self.data = Some(JsonData::from_json(bytes)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Envelope {
        let mut event = Envelope::new("1".parse().unwrap(), "//a".parse().unwrap(), "t".parse().unwrap());
        event.data = Some(JsonData::from_json(br#"{"a": 1.50}"#).unwrap());
        event
    }

    #[test]
    fn small_data_stays_and_a_store_that_fails_changes_nothing() {
        let mut small = event();
        assert_eq!(small.check_in::<()>(11, |_, _| panic!("nothing to store")), Ok(false));
        let mut failing = event();
        assert_eq!(failing.check_in(10, |_, _| Err("full")), Err("full"));
        assert_eq!(failing, event());
    }

    #[test]
    fn other_data_is_not_taken_back() {
        let mut event = event();
        assert!(event.clone().redeem(b"{}").is_err());
        assert_eq!(event.check_in::<()>(0, |_, _| Ok("store:1".parse().unwrap())), Ok(true));
        let error = event.redeem(br#"{"a": 1.51}"#).unwrap_err();
        assert_eq!(error.path, "/datadigest");
        assert!(event.data.is_none());
        event.redeem(br#"{"a": 1.50}"#).unwrap();
        assert_eq!(event.data.unwrap().as_str(), r#"{"a": 1.50}"#);
    }
}
