//! `canonical export`.

use super::Verdict;
use crate::{Error, SchemaSet, export};
use clap::Args;
use std::{io::Write, path::PathBuf};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Where the schemas go: the strict ones right there, the others in open/ and draft-07/, and index.json.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Which version; the one that is built in when absent.
    #[arg(long, default_value_t = SchemaSet::current())]
    version: String,
    /// Writes nothing, and ends with 1 when the folder does not hold just what would be written.
    #[arg(long)]
    check: bool,
}

impl Export {
    pub(super) fn run(&self, output: &mut dyn Write) -> Result<Verdict, Error> {
        let files = export::files(&self.version)?;
        if !self.check {
            export::write(&files, &self.folder)?;
            writeln!(output, "{}: {} files", self.folder.display(), files.len()).map_err(Error::stdout)?;
            return Ok(Verdict::Yes);
        }
        let differences = export::check(&files, &self.folder)?;
        for difference in &differences {
            writeln!(output, "{difference}").map_err(Error::stdout)?;
        }
        Ok(if differences.is_empty() { Verdict::Yes } else { Verdict::No })
    }
}
