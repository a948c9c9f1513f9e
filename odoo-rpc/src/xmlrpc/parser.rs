//! XML-RPC text as structural events: what stands between the bytes and the values.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{DecodeError, MAX_BYTES, is_xml_char};

/// A structural event: between tags only whitespace may stand.
pub(super) enum Tag<'a> {
    Start(BytesStart<'a>),
    End,
    Eof,
}

pub(super) struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    /// Where the latest event began.
    pub(super) offset: usize,
    /// How far the input was moved by a byte order mark.
    skipped: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(body: &'a [u8]) -> Result<Self, DecodeError> {
        if body.len() > MAX_BYTES {
            return Err(DecodeError::new(MAX_BYTES, format!("longer than {MAX_BYTES} bytes")));
        }
        let text =
            std::str::from_utf8(body).map_err(|error| DecodeError::new(error.valid_up_to(), "not UTF-8"))?;
        if let Some(offset) = forbidden(text) {
            return Err(DecodeError::new(offset, "a character that XML 1.0 does not allow"));
        }
        let unmarked = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut reader = Reader::from_str(unmarked);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, offset: 0, skipped: text.len() - unmarked.len() })
    }

    /// The next event that carries something. Comments and processing instructions carry nothing.
    pub(super) fn next_event(&mut self) -> Result<Event<'a>, DecodeError> {
        loop {
            self.offset = self.skipped + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let event = self.reader.read_event().map_err(|error| {
                let at = self.skipped + usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                DecodeError::new(at, syntax_reason(&error))
            })?;
            match event {
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) => {
                    return Err(self.error("a document type declaration, which is not allowed"));
                }
                Event::Decl(declaration) => match declaration.encoding() {
                    None => {}
                    Some(Ok(name))
                        if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") => {}
                    Some(_) => return Err(self.error("an encoding other than UTF-8")),
                },
                event => return Ok(event),
            }
        }
    }

    pub(super) fn next_tag(&mut self) -> Result<Tag<'a>, DecodeError> {
        loop {
            match self.next_event()? {
                Event::Start(tag) => return Ok(Tag::Start(tag)),
                Event::End(_) => return Ok(Tag::End),
                Event::Eof => return Ok(Tag::Eof),
                Event::Text(text) if is_blank(&text) => {}
                _ => return Err(self.error("text where only a tag may stand")),
            }
        }
    }

    pub(super) fn start(&mut self, name: &str) -> Result<(), DecodeError> {
        if self.start_or_end(name)? { Ok(()) } else { Err(self.error(&format!("expected <{name}>"))) }
    }

    /// Whether `<name>` was read; if not, the element that surrounds it ended.
    pub(super) fn start_or_end(&mut self, name: &str) -> Result<bool, DecodeError> {
        match self.next_tag()? {
            Tag::Start(tag) if tag.name().as_ref() == name => Ok(true),
            Tag::End => Ok(false),
            _ => Err(self.error(&format!("expected <{name}>"))),
        }
    }

    /// That the names of start and end tags agree is the reader's work.
    pub(super) fn end(&mut self, name: &str) -> Result<(), DecodeError> {
        match self.next_tag()? {
            Tag::End => Ok(()),
            _ => Err(self.error(&format!("expected </{name}>"))),
        }
    }

    pub(super) fn eof(&mut self) -> Result<(), DecodeError> {
        match self.next_tag()? {
            Tag::Eof => Ok(()),
            _ => Err(self.error("something follows the end of the message")),
        }
    }

    /// Text up to the end of the element whose start tag was read. Borrowed where it stands in one piece, as nearly all does.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.next_event()? {
                Event::End(_) => return Ok(text),
                event => self.push_text(event, &mut text)?,
            }
        }
    }

    pub(super) fn push_text(&self, event: Event<'a>, out: &mut Cow<'a, str>) -> Result<(), DecodeError> {
        let piece = match event {
            Event::Text(text) => text.xml10_content(),
            Event::CData(text) => text.xml10_content(),
            Event::GeneralRef(reference) => {
                out.to_mut().push(self.reference(&reference)?);
                return Ok(());
            }
            Event::Start(_) => return Err(self.error("a tag where only text may stand")),
            _ => return Err(self.error("the message ends too early")),
        };
        match out.is_empty() {
            true => *out = piece,
            false => out.to_mut().push_str(&piece),
        }
        Ok(())
    }

    /// There are no document types, so only the five predefined entities and character references exist.
    fn reference(&self, reference: &BytesRef<'_>) -> Result<char, DecodeError> {
        match reference.resolve_char_ref() {
            Ok(Some(c)) if is_xml_char(c) => return Ok(c),
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return Err(self.error("a character reference that names no character")),
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(self.error("an entity that is not predefined")),
        }
    }

    pub(super) fn error(&self, reason: &str) -> DecodeError {
        DecodeError::new(self.offset, reason)
    }
}

/// The first character that may not stand in XML as it is. Of the bytes, those of U+FFFE and U+FFFF need a second look.
fn forbidden(text: &str) -> Option<usize> {
    let suspicious = |&b: &u8| b == 0xEF || (b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r'));
    let mut from = 0;
    while let Some(at) = text.as_bytes().get(from..)?.iter().position(suspicious) {
        let at = from + at;
        let c = text.get(at..)?.chars().next()?;
        if !is_xml_char(c) {
            return Some(at);
        }
        from = at + c.len_utf8();
    }
    None
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The library's own texts quote names out of the input, which may be data: only the kind is passed on.
fn syntax_reason(error: &quick_xml::Error) -> &'static str {
    match error {
        quick_xml::Error::Syntax(_) => "XML syntax: something is not closed",
        quick_xml::Error::IllFormed(_) => "XML not well-formed: tags or references do not match",
        _ => "XML cannot be read",
    }
}
