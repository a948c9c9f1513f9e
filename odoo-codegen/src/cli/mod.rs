//! Command line: what is asked, and what it ends with.

mod command;
mod server;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Rust structs for Odoo's models.
///
/// Exit codes: 0 all is well; 1 stale code (check) or a server that differs (drift); 2 wrong usage; 3 files or definitions that cannot be
/// used; 4 the server cannot be reached or refuses.
#[derive(Parser)]
#[command(name = "odoo-codegen", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Saves the definitions of models as JSON, one file a model.
    Fetch {
        #[command(flatten)]
        server: server::Arguments,
        /// The folder to save to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The models, for example res.partner.
        #[arg(required = true, value_name = "MODELS")]
        models: Vec<String>,
    },
    /// Writes code from saved definitions.
    Generate(Generate),
    /// Tells whether the code that is there is what would be written now; if not, ends with 1.
    Check(Generate),
    /// Tells how a server differs from saved definitions; if it does, ends with 1.
    Drift {
        #[command(flatten)]
        server: server::Arguments,
        /// The folder, or file, of the saved definitions.
        #[arg(long, value_name = "PATH")]
        from: PathBuf,
        /// Only these models.
        #[arg(long, value_delimiter = ',')]
        models: Vec<String>,
        /// Only what can make code fail that was made from the saved definitions.
        #[arg(long)]
        breaking: bool,
    },
}

#[derive(Args)]
struct Generate {
    /// The folder, or file, of the saved definitions.
    #[arg(long, value_name = "PATH")]
    from: PathBuf,
    /// Where the code is: a file that ends in .rs, or a folder for one file a model.
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// Only these models. Default: all that were saved.
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    /// Of a model only these fields. Binary fields are taken only when they are named here.
    #[arg(long, value_name = "MODEL=FIELD,...", value_parser = command::fields_of_model)]
    fields: Vec<(String, Vec<String>)>,
    /// Leaves out fields that are computed on each read.
    #[arg(long)]
    skip_computed: bool,
    /// Leaves out custom fields (x_...).
    #[arg(long)]
    no_custom: bool,
}

/// What a command ends with when nothing failed.
enum Verdict {
    Well,
    /// There is something to tell: one line or more each.
    Told(Vec<String>),
}

/// What a command failed with.
enum Failure {
    Usage(String),
    Ours(odoo_codegen::Error),
    Server(odoo_rpc::Error),
}

/// Does what is asked and says what came of it.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    match command::run(arguments.command) {
        Ok(Verdict::Well) => ExitCode::SUCCESS,
        Ok(Verdict::Told(lines)) => {
            // Whoever closed the pipe has read enough; the code says the rest.
            let mut out = io::stdout().lock();
            let _ = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
            ExitCode::from(1)
        }
        Err(failure) => {
            let (code, message) = failure.describe();
            let _ = writeln!(io::stderr().lock(), "odoo-codegen: {message}");
            ExitCode::from(code)
        }
    }
}

impl Failure {
    /// The exit code, and the message with its causes on one line.
    fn describe(&self) -> (u8, String) {
        let (code, error): (u8, &dyn std::error::Error) = match self {
            Self::Usage(message) => return (2, message.clone()),
            Self::Ours(error @ odoo_codegen::Error::Server { .. }) => (4, error),
            Self::Ours(error) => (3, error),
            Self::Server(error) => (4, error),
        };
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        (code, message)
    }
}

impl From<odoo_codegen::Error> for Failure {
    fn from(error: odoo_codegen::Error) -> Self {
        Self::Ours(error)
    }
}
