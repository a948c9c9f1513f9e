//! A record with a digest of all that the server said of it, taken while it is read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use sha2::{Digest as _, Sha256};

use super::Model;

pub(crate) struct Digested<M> {
    pub(crate) record: M,
    /// Of the names and values in the order in which they came: the same server says the same in the same way.
    pub(crate) digest: u64,
}

impl<'de, M: Model> Deserialize<'de> for Digested<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut hash = Sha256::new();
        let record = PhantomData::<M>.deserialize(Tap { inner: deserializer, hash: &mut hash })?;
        let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(hash.finalize());
        Ok(Self { record, digest: u64::from_be_bytes([a, b, c, d, e, f, g, h]) })
    }
}

/// Hands on what it wraps, and hashes it on the way.
struct Tap<'h, T> {
    inner: T,
    hash: &'h mut Sha256,
}

impl<T> Tap<'_, T> {
    fn add(&mut self, kind: u8, bytes: &[u8]) {
        self.hash.update([kind]);
        self.hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.hash.update(bytes);
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Tap<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Tap { inner: visitor, hash: self.hash })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_option(Tap { inner: visitor, hash: self.hash })
    }

    /// By their names the deserializers know that a number is wanted by its digits.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_newtype_struct(name, Tap { inner: visitor, hash: self.hash })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct enum
        identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Tap<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<V::Value, E> {
        self.add(b'b', &[u8::from(value)]);
        self.inner.visit_bool(value)
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<V::Value, E> {
        self.add(b'i', &value.to_be_bytes());
        self.inner.visit_i64(value)
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<V::Value, E> {
        self.add(b'u', &value.to_be_bytes());
        self.inner.visit_u64(value)
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<V::Value, E> {
        self.add(b'f', &value.to_be_bytes());
        self.inner.visit_f64(value)
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<V::Value, E> {
        self.add(b's', value.as_bytes());
        self.inner.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(mut self, value: &'de str) -> Result<V::Value, E> {
        self.add(b's', value.as_bytes());
        self.inner.visit_borrowed_str(value)
    }

    fn visit_string<E: Error>(mut self, value: String) -> Result<V::Value, E> {
        self.add(b's', value.as_bytes());
        self.inner.visit_string(value)
    }

    fn visit_unit<E: Error>(mut self) -> Result<V::Value, E> {
        self.add(b'n', &[]);
        self.inner.visit_unit()
    }

    fn visit_none<E: Error>(mut self) -> Result<V::Value, E> {
        self.add(b'n', &[]);
        self.inner.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Tap { inner: deserializer, hash: self.hash })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Tap { inner: deserializer, hash: self.hash })
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, access: A) -> Result<V::Value, A::Error> {
        self.add(b'[', &[]);
        self.inner.visit_seq(Tap { inner: access, hash: self.hash })
    }

    fn visit_map<A: MapAccess<'de>>(mut self, access: A) -> Result<V::Value, A::Error> {
        self.add(b'{', &[]);
        self.inner.visit_map(Tap { inner: access, hash: self.hash })
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Tap<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let element = self.inner.next_element_seed(Tap { inner: seed, hash: self.hash })?;
        if element.is_none() {
            self.add(b']', &[]);
        }
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Tap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let key = self.inner.next_key_seed(Tap { inner: seed, hash: self.hash })?;
        if key.is_none() {
            self.add(b'}', &[]);
        }
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(Tap { inner: seed, hash: self.hash })
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Tap<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Tap { inner: deserializer, hash: self.hash })
    }
}
