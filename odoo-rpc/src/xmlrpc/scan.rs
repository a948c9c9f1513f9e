//! XML text as events: as much of XML 1.0 as a message of XML-RPC can have. No names are interpreted, nothing is copied.

/// What stands next in the text.
#[derive(Clone, Copy)]
pub(super) enum Event<'a> {
    /// A start tag, by its name. Attributes mean nothing in XML-RPC.
    Start(&'a str),
    End,
    /// Characters without a reference in them, as they stand.
    Text(&'a str),
    /// What stands between `&` and `;`.
    Reference(&'a str),
    /// What stands between `<?xml` and `?>`.
    Declaration(&'a str),
    DocType,
    Eof,
}

pub(super) struct Scanner<'a> {
    rest: &'a str,
    /// How far it came.
    pub(super) offset: usize,
    /// The elements that are open.
    open: Vec<&'a str>,
    /// Whether the last start tag was its own end tag.
    empty: bool,
}

const NOT_CLOSED: &str = "XML syntax: something is not closed";
const NO_MATCH: &str = "XML not well-formed: tags or references do not match";

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, offset: 0, open: Vec::with_capacity(32), empty: false }
    }

    /// The next event. Comments and processing instructions are none.
    pub(super) fn next(&mut self) -> Result<Event<'a>, &'static str> {
        loop {
            if self.empty {
                self.empty = false;
                return Ok(Event::End);
            }
            return match self.rest.as_bytes() {
                [] => Ok(Event::Eof),
                [b'<', b'/', ..] => self.end(),
                [b'<', b'!', b'-', b'-', ..] => {
                    self.enclosed("<!--", "-->")?;
                    continue;
                }
                [b'<', b'!', b'[', ..] => self.enclosed("<![CDATA[", "]]>").map(Event::Text),
                [b'<', b'!', ..] => Ok(Event::DocType),
                [b'<', b'?', ..] => match self.instruction()? {
                    Some(declaration) => Ok(Event::Declaration(declaration)),
                    None => continue,
                },
                [b'<', ..] => self.start(),
                [b'&', ..] => self.reference(),
                bytes => {
                    let length = bytes.iter().position(|b| matches!(b, b'<' | b'&')).unwrap_or(bytes.len());
                    Ok(Event::Text(self.take(length)))
                }
            };
        }
    }

    /// Goes over whitespace.
    pub(super) fn skip_blank(&mut self) {
        let blank = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        if self.rest.as_bytes().first().is_some_and(|b| blank(*b)) {
            let length = self.rest.bytes().position(|b| !blank(b)).unwrap_or(self.rest.len());
            self.take(length);
        }
    }

    /// The short way over `<name>`, if that is what stands here.
    pub(super) fn skip_start(&mut self, name: &'a str) -> bool {
        let stands = !self.empty
            && matches!(self.rest.as_bytes().split_first(), Some((b'<', inner))
                if inner.starts_with(name.as_bytes()) && inner.get(name.len()) == Some(&b'>'));
        if stands {
            self.take(name.len() + 2);
            self.open.push(name);
        }
        stands
    }

    /// The short way to the end of an element that has nothing but characters that mean themselves.
    pub(super) fn skip_text(&mut self) -> Option<&'a str> {
        if self.empty {
            return None;
        }
        let (rest, name) = (self.rest, self.open.last()?);
        let length = rest.bytes().position(|b| matches!(b, b'<' | b'&' | b'\r'))?;
        let (text, after) = rest.split_at_checked(length)?;
        let inner = after.strip_prefix("</")?.as_bytes();
        if !inner.starts_with(name.as_bytes()) || inner.get(name.len()) != Some(&b'>') {
            return None;
        }
        self.take(length + name.len() + 3);
        self.open.pop();
        Some(text)
    }

    fn take(&mut self, length: usize) -> &'a str {
        // A length that was found by looking for ASCII is at a boundary.
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.offset += taken.len();
        self.rest = rest;
        taken
    }

    fn enclosed(&mut self, before: &str, after: &str) -> Result<&'a str, &'static str> {
        let inner = self.rest.strip_prefix(before).ok_or(NOT_CLOSED)?;
        let (inner, _) = inner.split_once(after).ok_or(NOT_CLOSED)?;
        self.take(before.len() + inner.len() + after.len());
        Ok(inner)
    }

    fn reference(&mut self) -> Result<Event<'a>, &'static str> {
        let name = self.enclosed("&", ";")?;
        if name.contains(['&', '<']) { Err(NO_MATCH) } else { Ok(Event::Reference(name)) }
    }

    /// Goes over a processing instruction, and gives what stands in it if it is the XML declaration.
    fn instruction(&mut self) -> Result<Option<&'a str>, &'static str> {
        let inner = self.enclosed("<?", "?>")?;
        let length = inner.bytes().position(|b| !is_name(b)).unwrap_or(inner.len());
        match inner.split_at_checked(length) {
            Some(("xml", declaration)) => Ok(Some(declaration)),
            Some(("", _)) | None => Err("XML syntax: a processing instruction without a name"),
            Some(_) => Ok(None),
        }
    }

    fn start(&mut self) -> Result<Event<'a>, &'static str> {
        let inner = self.rest.get(1..).unwrap_or_default();
        let length = inner.bytes().position(|b| !is_name(b)).ok_or(NOT_CLOSED)?;
        let (name, rest) = inner.split_at_checked(length).ok_or(NOT_CLOSED)?;
        if name.is_empty() {
            return Err("XML syntax: a tag without a name");
        }
        let attributes = match rest.as_bytes() {
            [b'>', ..] => 0,
            [b'/', b'>', ..] => 1,
            [b' ' | b'\t' | b'\r' | b'\n', ..] => attributes(rest).ok_or(NOT_CLOSED)?,
            _ => return Err("XML syntax: a name of a tag that is none"),
        };
        self.empty = rest.as_bytes().get(attributes.wrapping_sub(1)) == Some(&b'/');
        self.take(1 + name.len() + attributes + 1);
        if !self.empty {
            self.open.push(name);
        }
        Ok(Event::Start(name))
    }

    fn end(&mut self) -> Result<Event<'a>, &'static str> {
        let name = self.open.pop().ok_or(NO_MATCH)?;
        let after = self.rest.get(2..).and_then(|inner| inner.strip_prefix(name)).ok_or(NO_MATCH)?;
        let space = match after.starts_with('>') {
            true => 0,
            false => after.find('>').ok_or(NOT_CLOSED)?,
        };
        if !after.bytes().take(space).all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
            return Err(NO_MATCH);
        }
        self.take(2 + name.len() + space + 1);
        Ok(Event::End)
    }
}

/// Whether a byte can be part of a name. Which characters beyond ASCII may is not looked into: no name of XML-RPC has one.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | 0x80..)
}

/// How many bytes stand before the `>` of a start tag, whose attributes may have one in quotes.
fn attributes(rest: &str) -> Option<usize> {
    let mut quote = None;
    rest.bytes().position(|b| {
        match (quote, b) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), b) if open == b => quote = None,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event as Peer;

    use super::*;

    /// One line per event, texts that touch in one; the last is "error" where it cannot be read or is a document type.
    fn scanned(text: &str) -> Vec<String> {
        let mut scanner = Scanner::new(text);
        let mut events = Vec::new();
        loop {
            let event = match scanner.next() {
                Ok(Event::Eof) => return events,
                Ok(Event::Start(name)) => format!("start {name}"),
                Ok(Event::End) => "end".to_owned(),
                Ok(Event::Text(text)) => format!("text {text}"),
                Ok(Event::Reference(name)) => format!("reference {name}"),
                Ok(Event::Declaration(_)) => "declaration".to_owned(),
                Ok(Event::DocType) | Err(_) => "error".to_owned(),
            };
            let over = event == "error";
            push(&mut events, event);
            if over {
                return events;
            }
        }
    }

    /// The same by quick-xml, which takes any name of a tag or an instruction, also none.
    fn expected(text: &str) -> Vec<String> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut events = Vec::new();
        loop {
            let event = match reader.read_event() {
                Ok(Peer::Eof) => return events,
                Ok(Peer::Start(tag))
                    if tag.name().as_ref().is_empty() || !tag.name().as_ref().bytes().all(is_name) =>
                {
                    "error".to_owned()
                }
                Ok(Peer::Start(tag)) => format!("start {}", tag.name().as_ref()),
                Ok(Peer::End(_)) => "end".to_owned(),
                Ok(Peer::Text(text)) => format!("text {}", &*text),
                Ok(Peer::CData(text)) => format!("text {}", &*text),
                Ok(Peer::GeneralRef(name)) => format!("reference {}", &*name),
                Ok(Peer::PI(text)) if !text.bytes().next().is_some_and(is_name) => "error".to_owned(),
                Ok(Peer::Decl(_)) => "declaration".to_owned(),
                Ok(Peer::Comment(_) | Peer::PI(_) | Peer::Empty(_)) => continue,
                Ok(Peer::DocType(_)) | Err(_) => "error".to_owned(),
            };
            let over = event == "error";
            push(&mut events, event);
            if over {
                return events;
            }
        }
    }

    fn push(events: &mut Vec<String>, event: String) {
        match (events.last_mut(), event.strip_prefix("text ")) {
            (Some(last), Some(more)) if last.starts_with("text ") => last.push_str(more),
            _ => events.push(event),
        }
    }

    const PIECES: &[&str] = &[
        "<a>",
        "</a>",
        "<value>",
        "</value>",
        "<value/>",
        "<value />",
        "<a b='>' c=\"/\">",
        "<a\n>",
        "</a >",
        "</ a>",
        "<a b/>",
        "<!-- x -->",
        "<!--",
        "-->",
        "<![CDATA[ <y> & ]]>",
        "]]>",
        "<![CDATA[",
        "<?xml version='1.0'?>",
        "<?pi x?>",
        "<?",
        "?>",
        "&amp;",
        "&#65;",
        "&",
        ";",
        "&;",
        " ",
        "\n",
        "text",
        "é",
        "<",
        ">",
        "/",
        "\"",
        "'",
        "/>",
        "</>",
        "<>",
        "< a>",
        "<1>",
    ];

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => prop::sample::select(PIECES).prop_map(str::to_owned),
            1 => "[ -~]{0,3}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn events_are_those_of_quick_xml(pieces in prop::collection::vec(piece(), 0..12)) {
            let text = pieces.concat();
            prop_assert_eq!(scanned(&text), expected(&text), "{}", text);
        }
    }
}
