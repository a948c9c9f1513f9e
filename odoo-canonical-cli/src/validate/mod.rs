//! Whether documents are valid: their shape, then their meaning, with a place and a rule for everything that is wrong.

mod document;
mod stream;

use crate::Error;
use odoo_canonical::ObjectKind;
use serde::Serialize;
use std::io::BufRead;
pub use stream::{Document, Stream};

/// How a stream of documents is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What a document is when it is no envelope, and what an envelope must hold.
    pub object: Option<ObjectKind>,
    /// Whether every line is a document. Otherwise that is seen from the first line.
    pub lines: bool,
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which document of the stream, from 1.
    pub document: u64,
    /// The line on which the document begins, from 1.
    pub line: u64,
    /// Where in it, as a JSON Pointer (RFC 6901); empty for the whole document.
    pub path: String,
    /// The rule that is broken: that of the contract (`missing_field`), or the number of an invariant (`BR-CO-15`).
    pub rule: String,
    /// What is wrong, without values of the document.
    pub message: String,
    /// What an invariant asks for. It may hold values of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What stands there instead. It may hold values of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// What became of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// How many documents there were.
    pub documents: u64,
    /// How many of them have a finding.
    pub invalid: u64,
    /// How many findings there are.
    pub findings: u64,
    /// How many valid envelopes hold a reference to their data (`dataref`) instead of data, which is not looked at.
    pub by_reference: u64,
}

/// Validates every document of a stream: one JSON document, or one on each line (NDJSON). Findings go to `tell` as they come; no more than one
/// document is held at a time.
///
/// # Errors
/// When the stream cannot be read (`name` is what it is called then), or `tell` fails.
pub fn validate(
    name: &str,
    reader: &mut dyn BufRead,
    options: Options,
    mut tell: impl FnMut(&Finding) -> Result<(), Error>,
) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    let mut documents = Stream::new(reader, options.lines);
    while let Some(Document { line, text }) = documents.next_document().map_err(Error::read(name))? {
        summary.documents += 1;
        // Within a document of one line, only the column is of use: the line is that of the file.
        let one_line = matches!(&text, Ok(text) if !text.trim_ascii().contains(&b'\n'));
        let checked = match text {
            Ok(text) => document::check(&text, options.object),
            Err(finding) => document::Checked { findings: vec![*finding], by_reference: false },
        };
        summary.invalid += u64::from(!checked.findings.is_empty());
        summary.by_reference += u64::from(checked.by_reference && checked.findings.is_empty());
        for mut finding in checked.findings {
            (finding.document, finding.line) = (summary.documents, line);
            if one_line {
                finding.message = finding.message.replacen(" at line 1 column ", " at column ", 1);
            }
            summary.findings += 1;
            tell(&finding)?;
        }
    }
    if summary.documents == 0 {
        let finding = Finding::of("", "syntax", "there is no document");
        summary.findings += 1;
        tell(&Finding { document: 0, line: 1, ..finding })?;
    }
    Ok(summary)
}

/// What is wrong with one document; `document` and `line` of the findings are nought.
pub fn document(text: &[u8], object: Option<ObjectKind>) -> Vec<Finding> {
    document::check(text, object).findings
}

impl Finding {
    pub(crate) fn of(path: &str, rule: &str, message: impl Into<String>) -> Self {
        Self {
            document: 0,
            line: 0,
            path: path.to_owned(),
            rule: rule.to_owned(),
            message: message.into(),
            expected: None,
            found: None,
        }
    }
}
