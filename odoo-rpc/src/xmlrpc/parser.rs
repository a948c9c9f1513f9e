//! XML-RPC text as structural events: what stands between the bytes and the values.

use std::borrow::Cow;

use super::scan::{Event, Scanner};
use super::{DecodeError, MAX_BYTES, is_xml_char};

/// A structural event: between tags only whitespace may stand.
pub(super) enum Tag<'a> {
    Start(&'a str),
    End,
    Eof,
}

pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
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
        Ok(Self { scanner: Scanner::new(unmarked), offset: 0, skipped: text.len() - unmarked.len() })
    }

    /// The next event that carries something. Comments and processing instructions carry nothing.
    pub(super) fn next_event(&mut self) -> Result<Event<'a>, DecodeError> {
        loop {
            self.offset = self.skipped + self.scanner.offset;
            match self.scanner.next() {
                Ok(Event::DocType) => {
                    return Err(self.error("a document type declaration, which is not allowed"));
                }
                Ok(Event::Declaration(text)) => {
                    if !is_utf8(text) {
                        return Err(self.error(
                            "an encoding other than UTF-8, or an XML declaration that cannot be read",
                        ));
                    }
                }
                Ok(event) => return Ok(event),
                Err(reason) => return Err(self.error(reason)),
            }
        }
    }

    pub(super) fn next_tag(&mut self) -> Result<Tag<'a>, DecodeError> {
        loop {
            self.scanner.skip_blank();
            match self.next_event()? {
                Event::Start(tag) => return Ok(Tag::Start(tag)),
                Event::End => return Ok(Tag::End),
                Event::Eof => return Ok(Tag::Eof),
                Event::Text(text) if is_blank(text) => {}
                _ => return Err(self.error("text where only a tag may stand")),
            }
        }
    }

    pub(super) fn start(&mut self, name: &'static str) -> Result<(), DecodeError> {
        if self.start_or_end(name)? { Ok(()) } else { Err(self.error(&format!("expected <{name}>"))) }
    }

    /// Whether `<name>` was read; if not, the element that surrounds it ended.
    pub(super) fn start_or_end(&mut self, name: &'static str) -> Result<bool, DecodeError> {
        self.scanner.skip_blank();
        if self.scanner.skip_start(name) {
            self.offset = self.skipped + self.scanner.offset;
            return Ok(true);
        }
        match self.next_tag()? {
            Tag::Start(tag) if tag == name => Ok(true),
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
        self.offset = self.skipped + self.scanner.offset;
        if let Some(text) = self.scanner.skip_text() {
            return Ok(Cow::Borrowed(text));
        }
        let mut text = Cow::Borrowed("");
        loop {
            match self.next_event()? {
                Event::End => return Ok(text),
                event => self.push_text(event, &mut text)?,
            }
        }
    }

    pub(super) fn push_text(&self, event: Event<'a>, out: &mut Cow<'a, str>) -> Result<(), DecodeError> {
        let piece = match event {
            Event::Text(text) if text.contains('\r') => {
                Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
            }
            Event::Text(text) => Cow::Borrowed(text),
            Event::Reference(name) => {
                out.to_mut().push(self.reference(name)?);
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
    fn reference(&self, name: &str) -> Result<char, DecodeError> {
        if let Some(number) = name.strip_prefix('#') {
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            // `from_str_radix` would take a sign.
            let digits = Some(digits).filter(|digits| digits.starts_with(|c: char| c.is_digit(radix)));
            return digits
                .and_then(|digits| u32::from_str_radix(digits, radix).ok())
                .and_then(char::from_u32)
                .filter(|c| is_xml_char(*c))
                .ok_or_else(|| self.error("a character reference that names no character"));
        }
        match name {
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

/// Whether an XML declaration can be read and leaves the encoding at UTF-8.
fn is_utf8(declaration: &str) -> bool {
    let mut rest = declaration.trim_ascii();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else { return false };
        let after = after.trim_ascii_start();
        let quote = if after.starts_with('\'') { '\'' } else { '"' };
        let Some((value, after)) = after.strip_prefix(quote).and_then(|after| after.split_once(quote)) else {
            return false;
        };
        let name = name.trim_ascii_end();
        if !matches!(name, "version" | "encoding" | "standalone") {
            return false;
        }
        let utf8 = value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("us-ascii");
        if name == "encoding" && !utf8 {
            return false;
        }
        rest = after.trim_ascii_start();
    }
    true
}

/// The first character that may not stand in XML as it is. Of the bytes, those of U+FFFE and U+FFFF need a second look.
fn forbidden(text: &str) -> Option<usize> {
    const BLOCK: usize = 128;
    let suspicious = |b: u8| (b == 0xEF) | ((b < b' ') & (b != b'\t') & (b != b'\n') & (b != b'\r'));
    for (number, block) in text.as_bytes().chunks(BLOCK).enumerate() {
        // All bytes of a block at once: that there is one is rare.
        if !block.iter().fold(false, |any, b| any | suspicious(*b)) {
            continue;
        }
        for (at, _) in block.iter().enumerate().filter(|(_, b)| suspicious(**b)) {
            let at = number * BLOCK + at;
            if text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(|c| !is_xml_char(c)) {
                return Some(at);
            }
        }
    }
    None
}

pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}
