//! An enum as it was written, checked: all that is wrong with it is found here.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Path, Result, Type, Variant};

use crate::attribute::{Attributes, Place};
use crate::case::snake;
use crate::errors::Errors;

const ENUM: Place = Place { what: "a selection", texts: &["crate"], flags: &[], bare: false };
const VARIANT: Place = Place { what: "a variant", texts: &[], flags: &[], bare: true };

/// An enum that is a selection, with the variant `Other(String)`.
pub(super) struct Selection {
    pub(super) ident: Ident,
    /// Where `odoo-rpc` is.
    pub(super) krate: Path,
    /// The values that the program knows, as written.
    pub(super) known: Vec<Known>,
}

/// A variant without data.
pub(super) struct Known {
    pub(super) ident: Ident,
    /// As Odoo writes it.
    pub(super) value: String,
}

/// Reads an enum.
///
/// # Errors
/// All that is wrong with it, each at its place.
pub(super) fn parse(input: DeriveInput) -> Result<Selection> {
    let mut errors = Errors::default();
    let krate = Attributes::read(&input.attrs, &ENUM, &mut errors).crate_path(&mut errors);
    if !input.generics.params.is_empty() {
        errors.at(&input.generics.params, "a selection is a list of values and cannot be generic");
    }
    let mut selection = Selection { ident: input.ident, krate, known: Vec::new() };
    match input.data {
        Data::Enum(data) => {
            let (others, known): (Vec<_>, Vec<_>) =
                data.variants.into_iter().partition(|variant| variant.ident == "Other");
            check_other(&others, &selection.ident, &mut errors);
            for variant in known {
                read_variant(variant, &mut selection, &mut errors);
            }
            refuse_duplicates(&selection.known, &mut errors);
        }
        _ => errors.at(&selection.ident, "a selection is an enum; for a model there is OdooModel"),
    }
    errors.finish()?;
    Ok(selection)
}

fn check_other(others: &[Variant], ident: &Ident, errors: &mut Errors) {
    // The compiler has its own words for two of one name.
    let Some(other) = others.first() else {
        errors.at(
            ident,
            "add the variant `Other(String)`: a module or a newer Odoo may add values, and a record that has one must still be read",
        );
        return;
    };
    if Attributes::read(&other.attrs, &VARIANT, errors).bare().is_some() {
        errors.at(&other.ident, "`Other` is every value that no other variant is: it has no text of its own");
    }
    if !is_one_text(&other.fields) {
        errors.at(&other.ident, "write `Other(String)`: it keeps the value that the server said");
    }
}

fn is_one_text(fields: &Fields) -> bool {
    let Fields::Unnamed(fields) = fields else { return false };
    let mut types = fields.unnamed.iter().map(|field| &field.ty);
    match (types.next(), types.next()) {
        (Some(Type::Path(path)), None) => {
            path.path.segments.last().is_some_and(|last| last.ident == "String")
        }
        _ => false,
    }
}

fn read_variant(variant: Variant, selection: &mut Selection, errors: &mut Errors) {
    let attributes = Attributes::read(&variant.attrs, &VARIANT, errors);
    if !matches!(variant.fields, Fields::Unit) {
        errors.at(&variant.ident, "a variant is one value and holds nothing; only `Other(String)` does");
    }
    let value = match attributes.bare() {
        None => snake(&variant.ident.unraw().to_string()),
        Some(text) => {
            if text.value().is_empty() {
                errors.at(text, "an empty text is no value for Odoo: make the field an Option");
            }
            text.value()
        }
    };
    selection.known.push(Known { ident: variant.ident, value });
}

fn refuse_duplicates(known: &[Known], errors: &mut Errors) {
    let mut values = HashMap::new();
    for Known { ident, value } in known {
        if let Some(first) = values.insert(value, ident) {
            errors.at(ident, format!("`{first}` is {value:?} already: one value, one variant"));
        }
    }
}
