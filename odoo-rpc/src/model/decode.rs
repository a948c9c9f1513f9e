//! Reading records: what the code of `#[derive(OdooModel)]` is made of.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Unexpected, Visitor};
use serde_json::Value;

use super::{FieldDef, Model};
use crate::field::{FieldValue, Id, Required};

/// Which field a key of an answer is: its position in a list of names, or one past the end for a field that nobody asked for.
///
/// Odoo answers in the order in which it was asked, so the next name is tried first.
#[derive(Debug)]
pub struct FieldIndex {
    names: &'static [&'static str],
    next: usize,
}

impl FieldIndex {
    /// For fields of these names.
    #[must_use]
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, next: 0 }
    }
}

impl<'de> DeserializeSeed<'de> for &mut FieldIndex {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut FieldIndex {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<usize, E> {
        let found = match self.names.get(self.next) {
            Some(name) if *name == key => self.next,
            _ => self.names.iter().position(|name| *name == key).unwrap_or(self.names.len()),
        };
        if found < self.names.len() {
            self.next = found + 1;
        }
        Ok(found)
    }
}

/// Reads the value of one field.
///
/// # Errors
/// A value of another type; a field that was read already. The message names the field.
pub fn read_field<'de, T: FieldValue, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    map: &mut A,
    name: &'static str,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom(format!("field {name}: it stands twice in one record")));
    }
    match map.next_value_seed(Required(PhantomData)) {
        Ok(value) => *slot = Some(value),
        Err(error) => return Err(A::Error::custom(format!("field {name}: {error}"))),
    }
    Ok(())
}

/// The value of a field at the end of a record.
///
/// # Errors
/// The answer did not have it.
pub fn finish_field<T, E: Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::custom(format!("field {name}: the server left it out")))
}

/// Reads one record that must be there.
///
/// # Errors
/// As [`Model::from_map`].
pub fn decode_model<'de, M: Model, D: Deserializer<'de>>(deserializer: D) -> Result<M, D::Error> {
    deserializer.deserialize_any(RequiredVisitor(PhantomData))
}

/// Not [`ModelVisitor`] and then its value: a model is large, and each step would move it once more.
struct RequiredVisitor<M>(PhantomData<M>);

impl<'de, M: Model> Visitor<'de> for RequiredVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ModelVisitor::<M>(PhantomData).expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<M, E> {
        ModelVisitor::<M>(PhantomData).visit_bool(value)?.ok_or_else(missing)
    }

    fn visit_unit<E: Error>(self) -> Result<M, E> {
        Err(missing())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<M, A::Error> {
        M::from_map(map)
    }
}

fn missing<E: Error>() -> E {
    E::custom("there is no record (false): make it an Option")
}

struct ModelVisitor<M>(PhantomData<M>);

impl<'de, M: Model> Visitor<'de> for ModelVisitor<M> {
    type Value = Option<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a record of {} with its fields", M::MODEL)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<M>, E> {
        match value {
            false => Ok(None),
            true => Err(E::invalid_type(Unexpected::Bool(true), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Option<M>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<M>, A::Error> {
        M::from_map(map).map(Some)
    }
}

/// A model inside another one: the records that a relation leads to, read with their fields.
#[diagnostic::do_not_recommend]
impl<M: Model> FieldValue for M {
    const TYPES: &'static [&'static str] = &["many2one"];
    const COMODEL: Option<&'static str> = Some(M::MODEL);
    const NESTED: Option<fn() -> &'static [FieldDef]> = Some(|| M::FIELDS);
    type Plain = Id<M>;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(ModelVisitor(PhantomData))
    }

    /// Which record it is. What differs in the record itself is not written: it has its own [`update`](crate::Records::update).
    fn encode(&self) -> Value {
        self.id().encode()
    }
}
