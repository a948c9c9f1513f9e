//! `canonical upcast`.

use super::Verdict;
use crate::{
    Error,
    language::kind_of,
    upcast::{self, Given},
    validate::{self, Document, Finding, Stream},
};
use clap::Args;
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
};

#[derive(Debug, Args)]
pub(super) struct Upcast {
    /// A file of one document, or of one on each line (NDJSON); - is standard input.
    file: String,
    /// What documents are that are no envelopes.
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// The major version of documents that are no envelopes.
    #[arg(long, value_name = "MAJOR")]
    from: Option<u32>,
    /// Every line is a document.
    #[arg(long)]
    ndjson: bool,
}

impl Upcast {
    /// What was brought over goes to the output, a document on each line; what was not, or is not valid afterwards, to the errors.
    pub(super) fn run(
        &self,
        input: &mut dyn BufRead,
        output: &mut dyn Write,
        errors: &mut dyn Write,
    ) -> Result<Verdict, Error> {
        let given = Given { object: self.object.as_deref().map(kind_of).transpose()?, from: self.from };
        let lines = self.ndjson || super::validate::has_lines(&self.file);
        if self.file == "-" {
            return self.stream(input, given, lines, output, errors);
        }
        let file = File::open(&self.file).map_err(Error::read(&self.file))?;
        self.stream(&mut BufReader::new(file), given, lines, output, errors)
    }

    fn stream(
        &self,
        reader: &mut dyn BufRead,
        given: Given,
        lines: bool,
        output: &mut dyn Write,
        errors: &mut dyn Write,
    ) -> Result<Verdict, Error> {
        let (mut verdict, mut count) = (Verdict::Yes, 0_u64);
        let mut stream = Stream::new(reader, lines);
        while let Some(Document { line, text }) = stream.next_document().map_err(Error::read(&self.file))? {
            count += 1;
            let raised = text.and_then(|text| upcast::document(&text, given));
            let findings = match raised {
                Err(finding) => vec![*finding],
                Ok(document) => {
                    let text = document.to_string();
                    let findings = validate::document(text.as_bytes(), given.object);
                    if findings.is_empty() {
                        writeln!(output, "{text}").map_err(Error::stdout)?;
                    }
                    findings
                }
            };
            for Finding { path, rule, message, .. } in findings {
                verdict = Verdict::No;
                // When nobody reads the errors, the exit code still says it.
                let _ = writeln!(errors, "{}:{line}: document {count}: {path}: {rule}: {message}", self.file);
            }
        }
        if count == 0 {
            let _ = writeln!(errors, "{}: there is no document", self.file);
            verdict = Verdict::No;
        }
        Ok(verdict)
    }
}
