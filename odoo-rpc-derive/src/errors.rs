//! All that is wrong with one struct or enum, told at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, Error, Result};

/// Runs a derive; what it refuses becomes compile errors.
pub(crate) fn expand(
    input: proc_macro::TokenStream,
    derive: fn(DeriveInput) -> Result<TokenStream>,
) -> proc_macro::TokenStream {
    syn::parse(input).and_then(derive).unwrap_or_else(Error::into_compile_error).into()
}

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// An error at these tokens. The message says what to do.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    /// An error of the parser.
    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// All of them, if there are any.
    pub(crate) fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
