//! The server that a command talks to.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use odoo_rpc::{Client, Config, ProtocolKind};

use super::Failure;

/// The variable with the API key. A key is never an argument: other users of the machine can see those.
const KEY: &str = "ODOO_API_KEY";

#[derive(Args)]
pub(super) struct Arguments {
    /// The address, for example https://odoo.example.com.
    #[arg(long, env = "ODOO_URL")]
    url: String,
    /// The database.
    #[arg(long, env = "ODOO_DB")]
    db: String,
    /// The login of the user whose key it is. JSON-2 does not need it.
    #[arg(long, env = "ODOO_LOGIN", default_value = "")]
    login: String,
    /// A file with the API key. Without it, the key is in the variable ODOO_API_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The protocol. Without it, what suits the server's version.
    #[arg(long, value_enum)]
    protocol: Option<Protocol>,
    /// Lets the key travel over plain http to another machine.
    #[arg(long)]
    allow_plain_http: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Protocol {
    Json2,
    Jsonrpc,
    Xmlrpc,
}

/// Connects and does something with the client.
pub(super) fn with_client<T>(
    arguments: Arguments,
    work: impl AsyncFnOnce(Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut config = Config::new(arguments.url, arguments.db, arguments.login, key(arguments.key_file)?);
    config.protocol = arguments.protocol.map(|protocol| match protocol {
        Protocol::Json2 => ProtocolKind::Json2,
        Protocol::Jsonrpc => ProtocolKind::JsonRpc,
        Protocol::Xmlrpc => ProtocolKind::XmlRpc,
    });
    config.allow_plain_http = arguments.allow_plain_http;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Usage(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let client = Client::connect(config).await.map_err(Failure::Server)?;
        work(client).await
    })
}

fn key(file: Option<PathBuf>) -> Result<String, Failure> {
    let text = match file {
        Some(path) => {
            fs::read_to_string(&path).map_err(|source| odoo_codegen::Error::Read { path, source })?
        }
        None => {
            #[expect(clippy::disallowed_methods, reason = "the one variable that this program reads itself")]
            let key = std::env::var(KEY);
            key.map_err(|_| Failure::Usage(format!("no API key: set {KEY}, or give --key-file")))?
        }
    };
    let key = text.trim();
    if key.is_empty() {
        return Err(Failure::Usage("the API key is empty".to_owned()));
    }
    Ok(key.to_owned())
}
