//! A struct as it was written, checked: all that is wrong with it is found here.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{
    Data, DeriveInput, Field, Fields, GenericArgument, Generics, Path, PathArguments, Result, Token, Type,
    Visibility,
};

use crate::attribute::{Attributes, Place};
use crate::case::snake;
use crate::errors::Errors;

const STRUCT: Place = Place { what: "a model", texts: &["model", "crate"], flags: &[], bare: false };
const FIELD: Place = Place { what: "a field", texts: &["name"], flags: &["readonly", "skip"], bare: false };

/// A struct that is a model.
pub(super) struct Model {
    pub(super) ident: Ident,
    /// Where `odoo-rpc` is.
    pub(super) krate: Path,
    /// The technical name.
    pub(super) name: String,
    /// Odoo's fields, `id` first, the others as written.
    pub(super) fields: Vec<ModelField>,
    /// The fields that are not Odoo's.
    pub(super) skipped: Vec<Skipped>,
}

/// A field that Odoo has.
pub(super) struct ModelField {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) ty: Type,
    /// The technical name.
    pub(super) name: String,
    /// The constant that stands for it.
    pub(super) handle: Ident,
    pub(super) readonly: bool,
}

/// A field that Odoo does not have.
pub(super) struct Skipped {
    pub(super) ident: Ident,
    pub(super) ty: Type,
}

impl ModelField {
    pub(super) fn is_id(&self) -> bool {
        self.name == "id"
    }

    pub(super) fn is_written(&self) -> bool {
        !self.is_id() && !self.readonly
    }
}

/// Reads a struct.
///
/// # Errors
/// All that is wrong with it, each at its place.
pub(super) fn parse(input: DeriveInput) -> Result<Model> {
    let mut errors = Errors::default();
    let attributes = Attributes::read(&input.attrs, &STRUCT, &mut errors);
    let krate = attributes.crate_path(&mut errors);
    let name = model_name(&attributes, &input.ident, &mut errors);
    refuse_generics(&input.generics, &mut errors);

    let mut model = Model { ident: input.ident, krate, name, fields: Vec::new(), skipped: Vec::new() };
    if let Some(fields) = named_fields(input.data, &model.ident, &mut errors) {
        for field in fields {
            read_field(field, &mut model, &mut errors);
        }
        check_id(&model, &mut errors);
        refuse_duplicates(&model.fields, &mut errors);
    }
    // Odoo answers with it first, whatever it was asked.
    model.fields.sort_by_key(|field| !field.is_id());

    errors.finish()?;
    Ok(model)
}

fn model_name(attributes: &Attributes, ident: &Ident, errors: &mut Errors) -> String {
    let Some(text) = attributes.text("model") else {
        if !attributes.is_incomplete {
            errors.at(
                ident,
                "which model of Odoo is it? Add its technical name: #[odoo(model = \"res.partner\")]",
            );
        }
        return String::new();
    };
    let name = text.value();
    // `regex_object_name` in `odoo/orm/utils.py` (before 19.0 `odoo/models.py`).
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    match name.chars().find(|c| !allowed(*c)) {
        None if name.is_empty() => {
            errors.at(text, "an empty name: write the model's technical name, for example \"res.partner\"");
        }
        None => {}
        Some(wrong) => errors.at(
            text,
            format!(
                "no model has {wrong:?} in its name: write the technical name (a-z, 0-9, `_`, `.`), for example \"res.partner\""
            ),
        ),
    }
    name
}

fn refuse_generics(generics: &Generics, errors: &mut Errors) {
    if !generics.params.is_empty() {
        errors.at(
            &generics.params,
            "a model is one table of Odoo and cannot be generic: write one struct for each",
        );
    }
}

/// The fields, or `None` and an error.
fn named_fields(data: Data, ident: &Ident, errors: &mut Errors) -> Option<Punctuated<Field, Token![,]>> {
    let message = match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => return Some(fields.named),
            Fields::Unnamed(_) => "a model's fields have names: write struct Name { id: Id<Self>, ... }",
            Fields::Unit => "a model has at least its record's id: write struct Name { id: Id<Self>, ... }",
        },
        Data::Enum(_) => {
            "a model is a struct with named fields; for the values of a selection there is OdooSelection"
        }
        Data::Union(_) => "a model is a struct with named fields",
    };
    errors.at(ident, message);
    None
}

fn read_field(field: Field, model: &mut Model, errors: &mut Errors) {
    let attributes = Attributes::read(&field.attrs, &FIELD, errors);
    // A field with a name has one.
    let Some(ident) = field.ident else { return };
    if let Some(skip) = attributes.find("skip") {
        for other in ["name", "readonly"] {
            if attributes.find(other).is_some() {
                errors.at(
                    skip,
                    format!(
                        "`skip` says that it is no field of Odoo, `{other}` that it is one: keep one of them"
                    ),
                );
            }
        }
        model.skipped.push(Skipped { ident, ty: field.ty });
        return;
    }
    let plain = ident.unraw().to_string();
    let name = match attributes.text("name") {
        None => plain.clone(),
        Some(text) => {
            let name = text.value();
            if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '.') {
                errors.at(
                    text,
                    "not the technical name of one field: write it as Odoo does, for example \"type\"; a path through a \
                     relation is a nested model",
                );
            }
            name
        }
    };
    let handle = Ident::new(&snake(&plain).to_uppercase(), ident.span());
    model.fields.push(ModelField {
        ident,
        vis: field.vis,
        ty: field.ty,
        name,
        handle,
        readonly: attributes.find("readonly").is_some(),
    });
}

fn check_id(model: &Model, errors: &mut Errors) {
    let Some(id) = model.fields.iter().find(|field| field.is_id()) else {
        errors.at(&model.ident, "which record is it? Add the field `id: Id<Self>`");
        return;
    };
    if !may_be_id(&id.ty, &model.ident) {
        errors
            .at(&id.ty, format!("the id of a record of this model is `Id<Self>` (or `Id<{}>`)", model.ident));
    }
}

/// Whether a type can be `Id<Self>`. An alias can: the compiler will tell.
fn may_be_id(ty: &Type, model: &Ident) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::None => {
            !["Id", "i64", "i32", "u64", "u32", "usize", "String"].iter().any(|no| last.ident == no)
        }
        PathArguments::AngleBracketed(arguments) if last.ident == "Id" => match arguments.args.first() {
            Some(GenericArgument::Type(Type::Path(of))) => {
                of.path.is_ident("Self") || of.path.segments.last().is_some_and(|of| of.ident == *model)
            }
            _ => false,
        },
        _ => !["Option", "Many2one", "Vec"].iter().any(|no| last.ident == no),
    }
}

fn refuse_duplicates(fields: &[ModelField], errors: &mut Errors) {
    let (mut names, mut handles) = (HashMap::new(), HashMap::new());
    for field in fields {
        if let Some(first) = names.insert(&field.name, &field.ident) {
            errors.at(
                &field.ident,
                format!("`{first}` is Odoo's `{}` already: one field, one place", field.name),
            );
        } else if let Some(first) = handles.insert(&field.handle, &field.ident) {
            errors.at(
                &field.ident,
                format!("`{first}` has the constant `{}` already: rename one and keep Odoo's name in #[odoo(name = \"...\")]", field.handle),
            );
        }
    }
}
