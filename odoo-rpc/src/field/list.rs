//! Fields that lead to a list of records.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, SeqAccess, Unexpected, Visitor};
use serde_json::{Value, json};

use super::{AnyModel, FieldValue, Id, decode_required};
use crate::model::FieldDef;

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
        json!([[6, 0, list.iter().map(|id| linked(*id)).collect::<Vec<_>>()]])
    }

    /// Links and unlinks. Where nearly all changes, one command that sets the whole list.
    fn diff_commands(new: &[Self], old: &[Self]) -> Option<Value> {
        let (before, after): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
        let gone = before.difference(&after).map(|id| json!([3, id, 0]));
        let come = after.difference(&before).map(|id| json!([4, linked(**id), 0]));
        let commands: Vec<Value> = gone.chain(come).collect();
        match commands.len() {
            0 => None,
            few if few <= new.len().max(1) => Some(commands.into()),
            _ => Some(Self::create_commands(new)),
        }
    }
}

/// The commands name records of any model, so its name is not asked for.
fn linked<M>(id: Id<M>) -> Value {
    Id::<AnyModel>::new(id.get()).encode()
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
