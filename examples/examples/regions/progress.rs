//! What a person sees while it runs: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how far the run is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    shown: u64,
}

impl Progress {
    pub(crate) fn new(total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let style =
                ProgressStyle::with_template("{spinner} {bar:40} {pos}/{len} settled, {msg} ({elapsed})");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Progress { bar, total, shown: 0 }
    }

    /// Something that happened once.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Where it stands.
    pub(crate) fn at(&mut self, settled: u64, message: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_position(settled);
                bar.set_message(message.to_owned());
            }
            // A line for each tenth is enough for a log.
            None if settled >= self.shown + (self.total / 10).max(1) => {
                self.shown = settled;
                eprintln!("{settled}/{} settled, {message}", self.total);
            }
            None => {}
        }
    }

    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
