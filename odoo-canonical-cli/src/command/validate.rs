//! `canonical validate`.

use super::Verdict;
use crate::{
    Error,
    language::kind_of,
    validate::{Finding, Options, Summary, validate},
};
use clap::Args;
use serde_json::json;
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
};

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Files of one JSON document, or of one on each line (NDJSON); - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// What documents are that are no envelopes, and what envelopes must hold: sales_order, party, ...
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// Every line is a document. Otherwise that is seen from the name of the file (.ndjson, .jsonl) or its first line.
    #[arg(long)]
    ndjson: bool,
    /// Leaves out what was expected and found, which may hold values of the document.
    #[arg(long)]
    no_values: bool,
    /// Writes one JSON object for each finding and one with the counts at the end, each on a line.
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub(super) fn run(&self, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<Verdict, Error> {
        let object = self.object.as_deref().map(kind_of).transpose()?;
        let mut total = Summary::default();
        for name in &self.files {
            let lines = self.ndjson || has_lines(name);
            let options = Options { object, lines };
            let tell = |finding: &Finding| self.tell(name, finding.clone(), output);
            let summary = if name == "-" {
                validate("standard input", input, options, tell)?
            } else {
                let file = File::open(name).map_err(Error::read(name))?;
                validate(name, &mut BufReader::new(file), options, tell)?
            };
            total.documents += summary.documents;
            total.invalid += summary.invalid;
            total.findings += summary.findings;
            total.by_reference += summary.by_reference;
        }
        self.sum_up(total, output)?;
        Ok(if total.findings == 0 { Verdict::Yes } else { Verdict::No })
    }

    fn tell(&self, file: &str, mut finding: Finding, output: &mut dyn Write) -> Result<(), Error> {
        if self.no_values {
            (finding.expected, finding.found) = (None, None);
        }
        if self.json {
            let mut line = json!({ "file": file });
            if let (Some(line), Ok(serde_json::Value::Object(rest))) =
                (line.as_object_mut(), serde_json::to_value(&finding))
            {
                line.extend(rest);
            }
            return writeln!(output, "{line}").map_err(Error::stdout);
        }
        let Finding { document, line, path, rule, message, expected, found } = finding;
        let path = if path.is_empty() { "the document" } else { &path };
        let values = match (expected, found) {
            (Some(expected), Some(found)) => format!(": expected {expected}, found {found}"),
            _ => String::new(),
        };
        writeln!(output, "{file}:{line}: document {document}: {path}: {rule}: {message}{values}")
            .map_err(Error::stdout)
    }

    fn sum_up(&self, total: Summary, output: &mut dyn Write) -> Result<(), Error> {
        if self.json {
            return writeln!(output, "{}", json!({ "summary": total })).map_err(Error::stdout);
        }
        let Summary { documents, invalid, findings, by_reference } = total;
        let elsewhere = match by_reference {
            0 => String::new(),
            count => format!("; the data of {count} is elsewhere and was not looked at"),
        };
        let text = format!(
            "{documents} documents, {} valid, {invalid} not; {findings} findings{elsewhere}",
            documents - invalid
        );
        writeln!(output, "{text}").map_err(Error::stdout)
    }
}

pub(super) fn has_lines(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "ndjson" || extension == "jsonl")
}
