//! `canonical asyncapi`.

use super::Verdict;
use crate::{
    Error,
    asyncapi::{Flows, Schemas, asyncapi},
};
use clap::Args;
use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
};

/// A larger file of flows is not read: 8 MiB.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct AsyncApi {
    /// The flows, as TOML, or as JSON when the name ends in .json.
    #[arg(value_name = "FLOWS")]
    file: PathBuf,
    /// Where the document goes; standard output when absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Names the schemas by their URL instead of embedding them.
    #[arg(long)]
    reference: bool,
}

impl AsyncApi {
    pub(super) fn run(&self, output: &mut dyn Write) -> Result<Verdict, Error> {
        let name = self.file.display().to_string();
        let mut text = String::new();
        let file = fs::File::open(&self.file).map_err(Error::read(&self.file))?;
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(Error::read(&self.file))?;
        let schemas = if self.reference { Schemas::Referenced } else { Schemas::Embedded };
        let document = asyncapi(&name, &Flows::parse(&name, &text)?, schemas)?;
        let text = format!("{document:#}\n");
        match &self.out {
            Some(path) => fs::write(path, text).map_err(Error::write(path))?,
            None => output.write_all(text.as_bytes()).map_err(Error::stdout)?,
        }
        Ok(Verdict::Yes)
    }
}
