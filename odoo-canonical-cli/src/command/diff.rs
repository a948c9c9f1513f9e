//! `canonical diff`.

use super::Verdict;
use crate::{
    Error, SchemaSet,
    diff::{Compat, Readers, Report, Rule, diff, table},
};
use clap::{Args, ValueEnum};
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The old version: a file, a folder of schemas, or a version that is built in (v1).
    old: String,
    /// The new version: a file, a folder of schemas, or a version that is built in (v1).
    new: String,
    /// Ends with 1 unless all changes together are at least this.
    #[arg(long, value_enum)]
    require: Option<Require>,
    /// Ends with 1 also when a field is gone. Open readers pass over such a field, so it is no break; but what stood there is lost.
    #[arg(long)]
    forbid_removal: bool,
    /// How readers take fields that their schema does not name.
    #[arg(long, value_enum, default_value = "open")]
    readers: ReadersArgument,
    /// Writes JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Require {
    /// New readers can read old documents.
    Backward,
    /// Old readers can read new documents.
    Forward,
    /// Both.
    Full,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReadersArgument {
    /// They pass over them.
    Open,
    /// They refuse them.
    Strict,
}

impl Diff {
    pub(super) fn run(&self, output: &mut dyn Write) -> Result<Verdict, Error> {
        let readers = match self.readers {
            ReadersArgument::Open => Readers::Open,
            ReadersArgument::Strict => Readers::Strict,
        };
        let report = diff(&SchemaSet::open(&self.old)?, &SchemaSet::open(&self.new)?, readers);
        if self.json {
            serde_json::to_writer_pretty(&mut *output, &report)
                .map_err(|error| Error::stdout(error.into()))?;
            writeln!(output).map_err(Error::stdout)?;
        } else {
            output.write_all(table(&report).as_bytes()).map_err(Error::stdout)?;
        }
        Ok(if self.is_met(&report) { Verdict::Yes } else { Verdict::No })
    }

    fn is_met(&self, report: &Report) -> bool {
        let wanted = match self.require {
            None => Compat::Breaking,
            Some(Require::Backward) => Compat::Backward,
            Some(Require::Forward) => Compat::Forward,
            Some(Require::Full) => Compat::Full,
        };
        let is_removal = |rule: Rule| {
            matches!(rule, Rule::PropertyRemoved | Rule::RequiredPropertyRemoved | Rule::SchemaRemoved)
        };
        report.compat.meets(wanted)
            && !(self.forbid_removal && report.changes.iter().any(|change| is_removal(change.rule)))
    }
}
