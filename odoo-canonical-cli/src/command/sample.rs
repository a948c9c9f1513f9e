//! `canonical sample`.

use super::Verdict;
use crate::{Error, language::kind_of, sample};
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Sample {
    /// Which object: sales_order, party, ...
    object: String,
    /// The same seed gives the same document, on every machine.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many, of as many seeds from the first on.
    #[arg(long, default_value_t = 1)]
    count: u64,
    /// Each in its envelope.
    #[arg(long)]
    envelope: bool,
}

impl Sample {
    pub(super) fn run(&self, output: &mut dyn Write) -> Result<Verdict, Error> {
        let kind = kind_of(&self.object)?;
        for number in 0..self.count {
            let mut line = sample::document(kind, self.seed.wrapping_add(number), self.envelope)?;
            line.push(b'\n');
            output.write_all(&line).map_err(Error::stdout)?;
        }
        Ok(Verdict::Yes)
    }
}
