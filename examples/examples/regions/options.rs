//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Runs the North America region: orders from a shop into Odoo, Odoo's stock back to the shop.
///
/// Exits with 0 only if every invariant that it checks at the end holds.
#[derive(Debug, Parser)]
#[command(name = "regions", version)]
pub(crate) struct Options {
    /// Orders that the pretend shop sends.
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub(crate) orders: usize,

    /// Which orders: the same seed gives the same ones.
    #[arg(long, default_value_t = 1, value_name = "S", value_parser = clap::value_parser!(u64).range(0..1_000_000))]
    pub(crate) seed: u64,

    /// Also feeds the Shopify order payloads in the JSON files of this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) input: Option<PathBuf>,

    /// Where the store goes; a new folder unless given.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,

    /// A real Odoo server instead of the in-memory one.
    #[arg(long, env = "ODOO_URL", value_name = "URL", requires_all = ["odoo_db", "odoo_key"])]
    pub(crate) odoo_url: Option<String>,

    /// Its database.
    #[arg(long, env = "ODOO_DB", value_name = "DB")]
    pub(crate) odoo_db: Option<String>,

    /// The integration user's login.
    #[arg(long, env = "ODOO_LOGIN", value_name = "LOGIN", default_value = "admin")]
    pub(crate) odoo_login: String,

    /// The integration user's API key.
    #[arg(long, env = "ODOO_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) odoo_key: Option<String>,
}
