//! The command line: what is asked, and what it ends with.

mod asyncapi;
mod catalog;
mod diff;
mod export;
mod sample;
mod upcast;
mod validate;

use crate::Error;
use clap::{Parser, Subcommand};
use std::{
    io::{BufRead, Write},
    process::ExitCode,
};

/// Governs the schemas of odoo-canonical, and validates documents against them.
///
/// Exit codes: 0 all is well; 1 the answer is no (findings, an unmet requirement, stale files); 2 wrong usage, or something cannot be read or
/// written.
#[derive(Debug, Parser)]
#[command(name = "canonical", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tells what changed between two versions of the schemas, and whether old and new can read each other.
    Diff(diff::Diff),
    /// Tells what is wrong with documents: place, rule, and what was expected.
    Validate(validate::Validate),
    /// Writes the schemas as files.
    Export(export::Export),
    /// Writes the schemas as a site for people: objects, states, rules, examples, history.
    Catalog(catalog::Catalog),
    /// Writes an AsyncAPI 3.0 document of a set of flows.
    #[command(name = "asyncapi")]
    AsyncApi(asyncapi::AsyncApi),
    /// Writes synthetic documents that are valid.
    Sample(sample::Sample),
    /// Brings documents of older major versions to this one.
    Upcast(upcast::Upcast),
}

/// What a command ends with when nothing kept it from its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Yes,
    /// The answer is no.
    No,
}

/// Does what is asked: answers go to `output`, what went wrong to `errors`. When whoever reads the output goes away, that is no failure.
pub fn run(
    arguments: &Arguments,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> ExitCode {
    let done = command(&arguments.command, input, output, errors).and_then(|verdict| {
        output.flush().map_err(Error::stdout)?;
        Ok(verdict)
    });
    match done {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody else to tell when this fails.
            let _ = writeln!(errors, "canonical: {}", on_one_line(&error));
            ExitCode::from(2)
        }
    }
}

fn command(
    command: &Command,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<Verdict, Error> {
    match command {
        Command::Diff(diff) => diff.run(output),
        Command::Validate(validate) => validate.run(input, output),
        Command::Export(export) => export.run(output),
        Command::Catalog(catalog) => catalog.run(output),
        Command::AsyncApi(asyncapi) => asyncapi.run(output),
        Command::Sample(sample) => sample.run(output),
        Command::Upcast(upcast) => upcast.run(input, output, errors),
    }
}

fn on_one_line(error: &Error) -> String {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !message.ends_with(&cause_text) {
            message.push_str(": ");
            message.push_str(&cause_text);
        }
        source = cause.source();
    }
    message
}
