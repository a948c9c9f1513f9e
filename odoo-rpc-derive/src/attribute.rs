//! `#[odoo(...)]`: which keys there are, and what was written.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, LitStr, Path, Result, Token, parse_quote};

use crate::errors::Errors;

/// What can be written at one kind of place.
pub(crate) struct Place {
    /// The kind of place, as a message names it.
    pub(crate) what: &'static str,
    /// Keys with a text: `name = "type"`.
    pub(crate) texts: &'static [&'static str],
    /// Keys that stand alone: `readonly`.
    pub(crate) flags: &'static [&'static str],
    /// Whether a text stands alone: `"draft"`.
    pub(crate) bare: bool,
}

impl Place {
    fn takes(&self) -> String {
        let texts = self.texts.iter().map(|key| format!("{key} = \"...\""));
        let flags = self.flags.iter().map(|key| (*key).to_owned());
        let bare = self.bare.then(|| "only a text: #[odoo(\"...\")]".to_owned());
        format!("{} takes {}", self.what, texts.chain(flags).chain(bare).collect::<Vec<_>>().join(", "))
    }
}

/// What was written at one place, each key at most once.
#[derive(Default)]
pub(crate) struct Attributes {
    texts: Vec<(Ident, LitStr)>,
    flags: Vec<Ident>,
    bare: Option<LitStr>,
    /// Whether something was refused: what seems to be missing may be just that.
    pub(crate) is_incomplete: bool,
}

impl Attributes {
    /// Reads every `#[odoo(...)]` of one place.
    pub(crate) fn read(attributes: &[Attribute], place: &Place, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        let mut refused = Errors::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("odoo")) {
            match attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated) {
                Ok(items) => items.into_iter().for_each(|item| read.take(item, place, &mut refused)),
                Err(error) => refused.add(error),
            }
        }
        if let Err(error) = refused.finish() {
            read.is_incomplete = true;
            errors.add(error);
        }
        read
    }

    fn take(&mut self, item: Item, place: &Place, errors: &mut Errors) {
        match item {
            Item::Bare(text) if !place.bare => {
                errors.at(text, format!("a text without a key: {}", place.takes()))
            }
            Item::Bare(text) if self.bare.is_some() => {
                errors.at(text, "a second text: one variant is one value")
            }
            Item::Bare(text) => self.bare = Some(text),
            Item::Key(key, value) => self.take_key(key, value, place, errors),
        }
    }

    fn take_key(&mut self, key: Ident, value: Option<LitStr>, place: &Place, errors: &mut Errors) {
        let name = key.to_string();
        let (text, flag) = (place.texts.contains(&name.as_str()), place.flags.contains(&name.as_str()));
        match value {
            _ if !text && !flag => errors.at(key, format!("unknown key `{name}`: {}", place.takes())),
            _ if self.find(&name).is_some() => errors.at(key, format!("`{name}` stands twice: keep one")),
            Some(value) if text => self.texts.push((key, value)),
            None if flag => self.flags.push(key),
            Some(value) => errors.at(value, format!("`{name}` stands alone: #[odoo({name})]")),
            None => errors.at(key, format!("`{name}` needs a text: #[odoo({name} = \"...\")]")),
        }
    }

    /// Where a key was written.
    pub(crate) fn find(&self, key: &str) -> Option<&Ident> {
        self.texts.iter().map(|(name, _)| name).chain(&self.flags).find(|name| *name == key)
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&LitStr> {
        self.texts.iter().find(|(name, _)| name == key).map(|(_, text)| text)
    }

    /// The text that stands alone.
    pub(crate) fn bare(&self) -> Option<&LitStr> {
        self.bare.as_ref()
    }

    /// The path to `odoo-rpc`: the key `crate`, or the crate under its own name.
    pub(crate) fn crate_path(&self, errors: &mut Errors) -> Path {
        match self.text("crate") {
            None => parse_quote!(::odoo_rpc),
            Some(text) => text.parse_with(Path::parse_mod_style).unwrap_or_else(|_| {
                errors
                    .at(text, "not a path: write it as in a `use`, for example crate = \"my_sdk::odoo_rpc\"");
                parse_quote!(::odoo_rpc)
            }),
        }
    }
}

/// One thing between the commas.
enum Item {
    Bare(LitStr),
    Key(Ident, Option<LitStr>),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Bare);
        }
        // `crate` is a keyword.
        let key = input.call(Ident::parse_any)?;
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Ok(Self::Key(key, None));
        }
        let value = input.parse().map_err(|error: Error| {
            Error::new(error.span(), format!("a text in quotes is wanted: #[odoo({key} = \"...\")]"))
        })?;
        Ok(Self::Key(key, Some(value)))
    }
}
