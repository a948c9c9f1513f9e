//! The program `canonical`. What it does is in the library of this crate; this is the door.

use clap::Parser as _;
use odoo_canonical_cli::command::{Arguments, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(
        &arguments,
        &mut std::io::stdin().lock(),
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    )
}
