//! Documents from a stream, one at a time and never more than one in memory.

use super::Finding;
use odoo_canonical::MAX_DOCUMENT_BYTES;
use std::io::{self, BufRead};

/// A document is larger than [`MAX_DOCUMENT_BYTES`].
struct TooLarge;

/// A text, unless it is too large.
type Text = Result<Vec<u8>, TooLarge>;

/// One document of a stream.
pub struct Document {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its text, or a finding when it is larger than is read.
    pub text: Result<Vec<u8>, Box<Finding>>,
}

/// The documents of a stream: one JSON document, or one on each line (NDJSON).
pub struct Stream<'r> {
    reader: &'r mut dyn BufRead,
    mode: Mode,
    /// Lines that were read.
    lines: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The first line has not been seen.
    Unknown,
    /// A document on each line.
    Lines,
    /// There was one document, and it is done.
    Done,
}

impl<'r> Stream<'r> {
    /// Begins to read; `lines` says that every line is a document, which is otherwise seen from the first one.
    pub fn new(reader: &'r mut dyn BufRead, lines: bool) -> Self {
        Self { reader, mode: if lines { Mode::Lines } else { Mode::Unknown }, lines: 0 }
    }

    /// The next document; `None` at the end. Blank lines are no documents.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn next_document(&mut self) -> io::Result<Option<Document>> {
        let next = self.next_text()?;
        Ok(next.map(|(line, text)| {
            let message = format!("larger than the {MAX_DOCUMENT_BYTES} bytes that are read");
            Document { line, text: text.map_err(|TooLarge| Box::new(Finding::of("", "size", message))) }
        }))
    }

    fn next_text(&mut self) -> io::Result<Option<(u64, Text)>> {
        if self.mode == Mode::Done {
            return Ok(None);
        }
        while let Some(text) = self.read_line()? {
            let line = self.lines;
            let blank = matches!(&text, Ok(text) if text.trim_ascii().is_empty());
            if blank {
                continue;
            }
            let is_first = self.mode == Mode::Unknown;
            if !is_first || matches!(&text, Ok(text) if is_whole(text)) {
                self.mode = Mode::Lines;
                return Ok(Some((line, text)));
            }
            self.mode = Mode::Done;
            return Ok(Some((line, self.rest(text)?)));
        }
        Ok(None)
    }

    /// Everything from the first line on.
    fn rest(&mut self, first: Text) -> io::Result<Text> {
        let Ok(mut all) = first else {
            return Ok(Err(TooLarge));
        };
        while let Some(line) = self.read_line()? {
            match line {
                Ok(line) if all.len() + line.len() <= MAX_DOCUMENT_BYTES => all.extend(line),
                _ => return Ok(Err(TooLarge)),
            }
        }
        Ok(Ok(all))
    }

    /// A line with its line break; of one that is too long only the fact.
    fn read_line(&mut self) -> io::Result<Option<Text>> {
        let mut line = Vec::new();
        let (mut too_large, mut ended) = (false, false);
        while !ended {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(buffer.len(), |end| end + 1);
            ended = end.is_some();
            // The line break is not part of a document.
            if line.len() + taken > MAX_DOCUMENT_BYTES + 1 {
                too_large = true;
                line = Vec::new();
            }
            if !too_large {
                line.extend(buffer.iter().take(taken));
            }
            self.reader.consume(taken);
        }
        if line.is_empty() && !too_large {
            return Ok(None);
        }
        self.lines += 1;
        Ok(Some(if too_large { Err(TooLarge) } else { Ok(line) }))
    }
}

/// Whether a line is a document of its own, be it a broken one: its brackets are closed again.
fn is_whole(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    if !line.starts_with(b"{") {
        return serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    }
    let (mut depth, mut in_string, mut escaped) = (0_i64, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth <= 0 && !in_string
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn texts(input: &str, lines: bool) -> Vec<(u64, Option<String>)> {
        // A small buffer, so that lines come in pieces.
        let mut reader = BufReader::with_capacity(7, input.as_bytes());
        let mut documents = Stream::new(&mut reader, lines);
        let mut all = Vec::new();
        while let Some(Document { line, text }) = documents.next_document().unwrap() {
            let text = text.ok().map(|text| String::from_utf8(text).unwrap().trim().to_owned());
            all.push((line, text));
        }
        all
    }

    #[test]
    fn one_document_may_have_many_lines() {
        let text = "\n{\n  \"a\": [\n {} ]\n}\n";
        assert_eq!(texts(text, false), [(2, Some(text.trim().to_owned()))]);
        assert_eq!(texts("{\"a\": {}\n}", false).len(), 1);
        assert_eq!(texts("", false), []);
        assert_eq!(texts(" \n\n", false), []);
    }

    #[test]
    fn each_line_may_be_a_document() {
        let text = "{\"a\": \"}\"}\n\n{broken\n[1]\n{}";
        let lines: Vec<u64> = texts(text, false).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 3, 4, 5]);
        assert_eq!(texts("{bad}\n{}\n", false).len(), 2);
        assert_eq!(texts("{broken\n{}\n", true).len(), 2);
    }

    #[test]
    fn a_line_that_is_too_long_does_not_hide_the_next() {
        let text = format!("{{}}\n\"{}\"\n{{}}\n", "x".repeat(MAX_DOCUMENT_BYTES));
        let found: Vec<bool> = texts(&text, true).into_iter().map(|(_, text)| text.is_some()).collect();
        assert_eq!(found, [true, false, true]);
        let text = format!("[\n\"{}\"\n]", "x".repeat(MAX_DOCUMENT_BYTES));
        assert_eq!(texts(&text, false), [(1, None)]);
    }
}
