//! `#[derive(OdooModel)]`.

mod generate;
mod parse;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Result};

/// The code for one struct.
pub(crate) fn derive(input: DeriveInput) -> Result<TokenStream> {
    Ok(generate::generate(&parse::parse(input)?))
}
