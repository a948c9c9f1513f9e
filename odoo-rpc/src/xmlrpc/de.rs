//! One `<value>` as a serde deserializer: rows go straight into structs, texts are borrowed from the message.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::parser::{Parser, is_blank};
use super::scan::Event;
use super::{DecodeError, MAX_DEPTH};
use crate::field::NUMBER_TEXT;

/// The rest of a `<value>` whose start tag was read.
pub(super) struct ValueDeserializer<'p, 'a> {
    parser: &'p mut Parser<'a>,
    depth: usize,
    /// What was read of it already.
    opened: Option<Opened<'a>>,
}

/// A scalar that was read to the end of its `<value>`, or a container whose items follow.
enum Opened<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Double(f64, Cow<'a, str>),
    Boolean(bool),
    Nil,
    Array,
    Struct,
}

impl<'p, 'a> ValueDeserializer<'p, 'a> {
    pub(super) fn new(parser: &'p mut Parser<'a>) -> Self {
        Self { parser, depth: 0, opened: None }
    }

    fn open(&mut self) -> Result<Opened<'a>, DecodeError> {
        if let Some(opened) = self.opened.take() {
            return Ok(opened);
        }
        let mut text = Cow::Borrowed("");
        loop {
            match self.parser.next_event()? {
                Event::End => return Ok(Opened::Text(text)),
                Event::Start(tag) => {
                    if !is_blank(&text) {
                        return Err(self.parser.error("text beside a tag in one <value>"));
                    }
                    return self.typed(tag);
                }
                event => self.parser.push_text(event, &mut text)?,
            }
        }
    }

    fn typed(&mut self, tag: &str) -> Result<Opened<'a>, DecodeError> {
        let at = self.parser.offset;
        let bad = |what: &str| DecodeError::new(at, format!("not a valid {what}"));
        let opened = match tag {
            "array" | "struct" if self.depth >= MAX_DEPTH => {
                return Err(self.parser.error(&format!("nested deeper than {MAX_DEPTH} levels")));
            }
            "array" => {
                self.parser.start("data")?;
                return Ok(Opened::Array);
            }
            "struct" => return Ok(Opened::Struct),
            "string" | "dateTime.iso8601" => Opened::Text(self.parser.text()?),
            "int" | "i4" | "i8" => {
                let number = self.parser.text()?.trim().parse().map_err(|_| bad("64-bit integer"))?;
                Opened::Integer(number)
            }
            "double" => {
                let text = self.parser.text()?;
                let number = text.trim().parse::<f64>().map_err(|_| bad("double"))?;
                if !number.is_finite() {
                    return Err(bad("finite double"));
                }
                Opened::Double(number, text)
            }
            "boolean" => match self.parser.text()?.trim() {
                "1" => Opened::Boolean(true),
                "0" => Opened::Boolean(false),
                _ => return Err(bad("boolean")),
            },
            "nil" | "ex:nil" => match is_blank(&self.parser.text()?) {
                true => Opened::Nil,
                false => return Err(bad("nil")),
            },
            "base64" => {
                let mut text = self.parser.text()?;
                if text.contains(|c: char| c.is_ascii_whitespace()) {
                    text.to_mut().retain(|c| !c.is_ascii_whitespace());
                }
                if !is_base64(&text) {
                    return Err(bad("base64"));
                }
                Opened::Text(text)
            }
            _ => return Err(self.parser.error("an unknown type of value")),
        };
        self.parser.end("value")?;
        Ok(opened)
    }
}

impl<'de> de::Deserializer<'de> for ValueDeserializer<'_, 'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.open()? {
            Opened::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Opened::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Opened::Integer(number) => visitor.visit_i64(number),
            Opened::Double(number, _) => visitor.visit_f64(number),
            Opened::Boolean(value) => visitor.visit_bool(value),
            Opened::Nil => visitor.visit_unit(),
            Opened::Array => {
                let mut items = Items { parser: self.parser, depth: self.depth + 1, done: false };
                let value = visitor.visit_seq(&mut items)?;
                items.finish()?;
                Ok(value)
            }
            Opened::Struct => {
                let mut members = Members { parser: self.parser, depth: self.depth + 1, done: false };
                let value = visitor.visit_map(&mut members)?;
                members.finish()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.open()? {
            Opened::Nil => visitor.visit_none(),
            opened => visitor.visit_some(Self { opened: Some(opened), ..self }),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name != NUMBER_TEXT {
            return visitor.visit_newtype_struct(self);
        }
        match self.open()? {
            Opened::Integer(number) => visitor.visit_i64(number),
            Opened::Double(_, text) => visitor.visit_str(text.trim()),
            opened => Self { opened: Some(opened), ..self }.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.open()? {
            Opened::Text(text) => {
                let name: StrDeserializer<'_, DecodeError> = (&*text).into_deserializer();
                visitor.visit_enum(name)
            }
            opened => Self { opened: Some(opened), ..self }.deserialize_any(visitor).map_err(|_| {
                de::Error::custom(format!("expected the name of a {name}, one of {variants:?}"))
            }),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'p, 'a> {
    parser: &'p mut Parser<'a>,
    depth: usize,
    done: bool,
}

impl Items<'_, '_> {
    fn next(&mut self) -> Result<bool, DecodeError> {
        if !self.done && !self.parser.start_or_end("value")? {
            self.parser.end("array")?;
            self.parser.end("value")?;
            self.done = true;
        }
        Ok(!self.done)
    }

    fn finish(&mut self) -> Result<(), DecodeError> {
        match self.next()? {
            true => Err(de::Error::custom("the list is longer than expected")),
            false => Ok(()),
        }
    }
}

impl<'a> SeqAccess<'a> for &mut Items<'_, 'a> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        match self.next()? {
            true => seed
                .deserialize(ValueDeserializer { parser: self.parser, depth: self.depth, opened: None })
                .map(Some),
            false => Ok(None),
        }
    }
}

struct Members<'p, 'a> {
    parser: &'p mut Parser<'a>,
    depth: usize,
    done: bool,
}

impl<'a> Members<'_, 'a> {
    fn next(&mut self) -> Result<Option<Cow<'a, str>>, DecodeError> {
        if self.done {
            return Ok(None);
        }
        if self.parser.start_or_end("member")? {
            self.parser.start("name")?;
            return self.parser.text().map(Some);
        }
        self.parser.end("value")?;
        self.done = true;
        Ok(None)
    }

    fn finish(&mut self) -> Result<(), DecodeError> {
        match self.next()? {
            Some(_) => Err(de::Error::custom("the struct has more members than expected")),
            None => Ok(()),
        }
    }
}

impl<'a> MapAccess<'a> for &mut Members<'_, 'a> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        match self.next()? {
            Some(Cow::Borrowed(name)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            Some(Cow::Owned(name)) => seed.deserialize(name.into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        self.parser.start("value")?;
        let value =
            seed.deserialize(ValueDeserializer { parser: self.parser, depth: self.depth, opened: None })?;
        self.parser.end("member")?;
        Ok(value)
    }
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}
