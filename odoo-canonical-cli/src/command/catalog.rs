//! `canonical catalog`.

use super::Verdict;
use crate::{
    Error, SchemaSet,
    catalog::{self, History},
    export,
};
use clap::Args;
use std::{io::Write, path::PathBuf};

#[derive(Debug, Args)]
pub(super) struct Catalog {
    /// Where the site goes.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Which version; the one that is built in when absent.
    #[arg(long, default_value_t = SchemaSet::current())]
    version: String,
    /// A folder with a folder of schemas for each released version (v1, v2, ...), for the change history.
    #[arg(long, value_name = "DIR")]
    history: Option<PathBuf>,
}

impl Catalog {
    pub(super) fn run(&self, output: &mut dyn Write) -> Result<Verdict, Error> {
        let history = match &self.history {
            Some(folder) => History::of(folder, &SchemaSet::embedded(&self.version)?)?,
            None => History::default(),
        };
        let files = catalog::files(&self.version, &history)?;
        export::write(&files, &self.folder)?;
        let page = self.folder.join("index.html");
        writeln!(output, "{}: {} files", page.display(), files.len()).map_err(Error::stdout)?;
        Ok(Verdict::Yes)
    }
}
