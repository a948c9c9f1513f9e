//! Fields that lead to records of a known model.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::scalar::{self, Scalar};
use super::{FieldValue, decode_required};
use crate::model::FieldDef;

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

    fn encode(&self) -> Value {
        self.id.into()
    }
}

const fn comodel<M: ModelName>() -> Option<&'static str> {
    if M::MODEL.is_empty() { None } else { Some(M::MODEL) }
}

/// The value of a `many2one` field: which record, and its display name if the server told it.
pub struct Many2one<M = AnyModel> {
    /// The record.
    pub id: Id<M>,
    /// Its display name.
    pub name: Option<String>,
}

impl<M> Clone for Many2one<M> {
    fn clone(&self) -> Self {
        Self { id: self.id, name: self.name.clone() }
    }
}
/// By the record alone: a name says nothing that the record does not.
impl<M> PartialEq for Many2one<M> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<M> Eq for Many2one<M> {}
impl<M> fmt::Debug for Many2one<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Many2one").field("id", &self.id.get()).field("name", &self.name).finish()
    }
}
impl<M> From<Id<M>> for Many2one<M> {
    fn from(id: Id<M>) -> Self {
        Self { id, name: None }
    }
}

impl<M: ModelName> FieldValue for Many2one<M> {
    const TYPES: &'static [&'static str] = &["many2one"];
    const COMODEL: Option<&'static str> = comodel::<M>();
    const NAMED: bool = true;
    type Plain = Id<M>;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Many2oneVisitor(PhantomData))
    }

    fn encode(&self) -> Value {
        self.id.into()
    }
}

struct Many2oneVisitor<M>(PhantomData<M>);

impl<M> Many2oneVisitor<M> {
    fn record<E: Error>(id: i64, name: Option<String>) -> Result<Option<Many2one<M>>, E> {
        match id {
            1.. => Ok(Some(Many2one { id: Id::new(id), name })),
            _ => Err(E::custom("the id of a record is not above 0")),
        }
    }
}

impl<'de, M> Visitor<'de> for Many2oneVisitor<M> {
    type Value = Option<Many2one<M>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record: an id, a pair of id and name, or false")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match value {
            false => Ok(None),
            true => Err(E::invalid_type(Unexpected::Bool(true), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, id: i64) -> Result<Self::Value, E> {
        Self::record(id, None)
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<Self::Value, E> {
        Self::record(i64::try_from(id).unwrap_or(0), None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<Self::Value, A::Error> {
        let id = pair.next_element::<i64>()?.ok_or_else(|| A::Error::custom("a record without an id"))?;
        // The name can be false: a record whose display name is empty.
        let name = pair.next_element_seed(Text)?.flatten();
        while pair.next_element::<IgnoredAny>()?.is_some() {}
        Self::record(id, name)
    }

    /// As `web_read` answers with `display_name` among the fields.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut name) = (0, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "id" => id = map.next_value()?,
                "display_name" => name = map.next_value_seed(Text)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Self::record(id, name)
    }
}

/// A text or `false`.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        scalar::decode(deserializer)
    }
}

/// Of ids, or of nested models.
impl<T: FieldValue + Record> FieldValue for Vec<T> {
    const TYPES: &'static [&'static str] = &["one2many", "many2many"];
    const NULLABLE: bool = true;
    const COMODEL: Option<&'static str> = T::COMODEL;
    const NESTED: Option<fn() -> &'static [FieldDef]> = T::NESTED;
    type Plain = T::Plain;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData)).map(Some)
    }

    fn encode(&self) -> Value {
        T::create_commands(self)
    }

    fn is_empty(&self) -> bool {
        <[T]>::is_empty(self)
    }

    fn diff(&self, old: &Self) -> Option<Value> {
        T::diff_commands(self, old)
    }
}

/// What a list of a `one2many` or `many2many` field can hold, and which commands make one list out of another. Implemented for [`Id`] and
/// for every [`Model`](crate::Model).
pub trait Record: Sized {
    /// The commands for a record that is created with this list.
    fn create_commands(list: &[Self]) -> Value;

    /// The fewest commands that make `old` into `new`. `None`: they are equal.
    fn diff_commands(new: &[Self], old: &[Self]) -> Option<Value>;
}

impl<M> Record for Id<M> {
    fn create_commands(list: &[Self]) -> Value {
        json!([[6, 0, list]])
    }

    /// Links and unlinks. Where nearly all changes, one command that sets the whole list.
    fn diff_commands(new: &[Self], old: &[Self]) -> Option<Value> {
        let (before, after): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
        let gone = before.difference(&after).map(|id| json!([3, id, 0]));
        let come = after.difference(&before).map(|id| json!([4, id, 0]));
        let commands: Vec<Value> = gone.chain(come).collect();
        match commands.len() {
            0 => None,
            few if few <= new.len().max(1) => Some(commands.into()),
            _ => Some(Self::create_commands(new)),
        }
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: FieldValue> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Vec<T>, E> {
        match value {
            false => Ok(Vec::new()),
            true => Err(E::invalid_type(Unexpected::Bool(true), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Vec<T>, A::Error> {
        // The announced length is not trusted with memory.
        let mut list = Vec::with_capacity(access.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = access.next_element_seed(Required(PhantomData))? {
            list.push(item);
        }
        Ok(list)
    }
}

pub(crate) struct Required<T>(pub(crate) PhantomData<T>);

impl<'de, T: FieldValue> DeserializeSeed<'de> for Required<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        decode_required(deserializer)
    }
}
