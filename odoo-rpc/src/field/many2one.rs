//! Fields that lead to one record.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::Value;

use super::id::comodel;
use super::{AnyModel, FieldValue, Id, ModelName, scalar};

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
        self.id.encode()
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
