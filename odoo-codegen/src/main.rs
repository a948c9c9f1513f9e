//! The program: definitions from a server into files, from files into code, and whether both still fit.
//!
//! Exit codes: 0 all is well; 1 stale code, or a server that differs; 2 wrong usage; 3 files or definitions that cannot be used; 4 the server
//! cannot be reached or refuses.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    cli::run(cli::Arguments::parse())
}
