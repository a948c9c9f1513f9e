//! Ids of records, typed by model.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::scalar::{self, Scalar};
use super::{FieldValue, Many2one, unsendable};

/// The name of a model of Odoo, as a type.
pub trait ModelName {
    /// For example `res.partner`.
    const MODEL: &'static str;
}

/// Stands for a model that has no type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyModel {}

impl ModelName for AnyModel {
    const MODEL: &'static str = "";
}

/// The id of a record of model `M`. Ids of different models cannot be mixed up.
///
/// ```
/// use odoo_rpc::{AnyModel, Id};
///
/// let id: Id<AnyModel> = Id::new(7);
/// assert_eq!((id.get(), id.to_string()), (7, "7".to_owned()));
/// ```
pub struct Id<M> {
    id: i64,
    model: PhantomData<fn() -> M>,
}

impl<M> Id<M> {
    /// The id of a record that exists.
    #[must_use]
    pub const fn new(id: i64) -> Self {
        Self { id, model: PhantomData }
    }

    /// Of a record that is still to be created.
    #[must_use]
    pub const fn unsaved() -> Self {
        Self::new(0)
    }

    /// The number. 0: not created yet.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.id
    }

    /// Whether the record is still to be created.
    #[must_use]
    pub const fn is_unsaved(self) -> bool {
        self.id == 0
    }
}

// Derived ones would ask the same of `M`, which is only a name.
impl<M> Clone for Id<M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M> Copy for Id<M> {}
impl<M> Default for Id<M> {
    fn default() -> Self {
        Self::unsaved()
    }
}
impl<M> PartialEq for Id<M> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<M> Eq for Id<M> {}
impl<M> PartialOrd for Id<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<M> Ord for Id<M> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}
impl<M> Hash for Id<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl<M> fmt::Debug for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.id)
    }
}
impl<M> fmt::Display for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}
impl<M> From<i64> for Id<M> {
    fn from(id: i64) -> Self {
        Self::new(id)
    }
}
impl<M> From<Id<M>> for i64 {
    fn from(id: Id<M>) -> Self {
        id.id
    }
}
impl<M> From<Id<M>> for Value {
    fn from(id: Id<M>) -> Self {
        id.id.into()
    }
}
impl<M> Serialize for Id<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.id)
    }
}
impl<'de, M> Deserialize<'de> for Id<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match scalar::decode::<Number, D>(deserializer)? {
            Some(Number(id)) => Ok(Self::new(id)),
            None => Err(D::Error::custom("there is no record (false): make it an Option")),
        }
    }
}

struct Number(i64);

impl Scalar for Number {
    const EXPECTED: &'static str = "the id of a record";

    fn from_integer(id: i64) -> Option<Self> {
        (id > 0).then_some(Self(id))
    }
}

/// Read from an id or from a pair of id and name; the name is dropped.
impl<M: ModelName> FieldValue for Id<M> {
    const TYPES: &'static [&'static str] = &["many2one", "id"];
    const COMODEL: Option<&'static str> = comodel::<M>();
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(Many2one::<M>::decode(deserializer)?.map(|record| record.id))
    }

    /// A `0` would empty the field.
    fn encode(&self) -> Value {
        match self.id {
            1.. => self.id.into(),
            _ => unsendable("a record that is not created yet: create it first"),
        }
    }

    /// Any number: what is more than `0` is every record.
    fn ordered(&self) -> Value {
        self.id.into()
    }
}

pub(super) const fn comodel<M: ModelName>() -> Option<&'static str> {
    if M::MODEL.is_empty() { None } else { Some(M::MODEL) }
}
