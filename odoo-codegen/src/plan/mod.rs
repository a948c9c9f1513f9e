//! What will be written: the chosen models with every name and type decided. No text yet.

mod field;
mod selection;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use field::{Kind, PlannedField, Target};
pub(crate) use selection::{PlannedSelection, Variant};

use crate::error::Error;
use crate::name::{self, Names};
use crate::options::Options;
use crate::schema::{Fields, Schema};

/// Names that generated code uses for other things.
const TYPES_IN_USE: &[&str] = &[
    "AnyModel",
    "Binary",
    "Box",
    "Clone",
    "Copy",
    "Date",
    "Debug",
    "Decimal",
    "Default",
    "Eq",
    "Err",
    "Hash",
    "Id",
    "Many2one",
    "ModelName",
    "None",
    "OdooModel",
    "OdooSelection",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Properties",
    "Reference",
    "Result",
    "Self",
    "Some",
    "String",
    "Timestamp",
    "Value",
    "Vec",
];

/// Everything that will be written, in order.
pub(crate) struct Plan {
    /// The server's version.
    pub(crate) version: Option<String>,
    /// By name.
    pub(crate) models: Vec<PlannedModel>,
    /// Models that are only led to: identifier and name, by name.
    pub(crate) markers: Vec<(String, String)>,
}

/// One struct.
pub(crate) struct PlannedModel {
    /// The technical name.
    pub(crate) name: String,
    /// The struct.
    pub(crate) ident: String,
    /// The module, where each model has one.
    pub(crate) module: String,
    /// `id` first, then by name.
    pub(crate) fields: Vec<PlannedField>,
    /// Its enums, in the order of the fields.
    pub(crate) selections: Vec<PlannedSelection>,
}

impl Plan {
    /// Decides everything.
    ///
    /// # Errors
    /// A model or field that was asked for and is not there.
    pub(crate) fn new(schema: &Schema, options: &Options) -> Result<Self, Error> {
        let chosen = choose(schema, options)?;
        let mut types = Names::with(TYPES_IN_USE);
        let idents = name_models(&chosen, &mut types);
        let mut modules = Names::with(&[MARKERS]);
        let mut enums = selection::Enums::default();
        let mut models = Vec::new();
        for (model, fields) in &chosen {
            let ident = idents.get(*model).cloned().unwrap_or_default();
            let mut planned = PlannedModel {
                name: (*model).to_owned(),
                module: modules.take(&name::module(model)),
                fields: vec![PlannedField::id()],
                selections: Vec::new(),
                ident,
            };
            let names = field::identifiers(fields.keys().copied());
            for (field, definition) in fields {
                let field_ident = names.get(*field).cloned().unwrap_or_default();
                let selection = enums.plan(&planned.ident, model, field, definition, &mut types);
                planned.fields.push(PlannedField::new(
                    field,
                    field_ident,
                    definition,
                    selection.as_ref(),
                    &idents,
                ));
                planned.selections.extend(selection);
            }
            models.push(planned);
        }
        let own: BTreeSet<&str> = chosen.keys().copied().collect();
        let markers = idents
            .iter()
            .filter(|(model, _)| !own.contains(model.as_str()))
            .map(|(model, ident)| (ident.clone(), model.clone()))
            .collect();
        Ok(Self { version: schema.version.clone(), models, markers })
    }
}

/// The module of the models that are only led to.
pub(crate) const MARKERS: &str = "markers";

type Chosen<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a crate::schema::Field>>;

fn choose<'a>(schema: &'a Schema, options: &Options) -> Result<Chosen<'a>, Error> {
    let missing = |model: &&String| !schema.models.contains_key(*model);
    if let Some(model) = options.models.iter().chain(options.fields.keys()).find(missing) {
        return Err(Error::UnknownModel { model: model.clone() });
    }
    let wanted = |model: &str| options.models.is_empty() || options.models.contains(model);
    if let Some(model) =
        field::TEXT_IDS.iter().find(|model| schema.models.contains_key(**model) && wanted(model))
    {
        return Err(Error::definition(
            &[model],
            "its records have texts for ids, which no struct can hold: leave it out",
        ));
    }
    schema
        .models
        .iter()
        .filter(|(model, _)| wanted(model))
        .map(|(model, fields)| Ok((model.as_str(), choose_fields(model, fields, options)?)))
        .collect()
}

fn choose_fields<'a>(
    model: &str,
    fields: &'a Fields,
    options: &Options,
) -> Result<BTreeMap<&'a str, &'a crate::schema::Field>, Error> {
    let named = options.fields.get(model);
    if let Some(field) =
        named.into_iter().flatten().find(|field| *field != "id" && !fields.contains_key(*field))
    {
        return Err(Error::UnknownField { model: model.to_owned(), field: field.clone() });
    }
    let wanted = |name: &str, field: &crate::schema::Field| match named {
        Some(named) => named.contains(name),
        None => {
            !matches!(field.kind.as_str(), "binary" | "image")
                && name != "__last_update"
                && (options.custom || !name.starts_with("x_"))
                && !(options.skip_computed && field.is_computed())
        }
    };
    Ok(fields
        .iter()
        .map(|(name, field)| (name.as_str(), field))
        .filter(|(name, field)| *name != "id" && wanted(name, field))
        .collect())
}

/// The types of the chosen models, then of those that they lead to. A model keeps its name when it goes from one to the other.
fn name_models(chosen: &Chosen<'_>, types: &mut Names) -> BTreeMap<String, String> {
    let mut idents = BTreeMap::new();
    for model in chosen.keys() {
        idents.insert((*model).to_owned(), type_name(model, types));
    }
    let led_to: BTreeSet<&str> =
        chosen.values().flat_map(|fields| fields.values()).filter_map(|f| f.comodel()).collect();
    for model in led_to {
        if !idents.contains_key(model) {
            idents.insert(model.to_owned(), type_name(model, types));
        }
    }
    idents
}

fn type_name(model: &str, types: &mut Names) -> String {
    let plain = name::camel(model);
    let wanted = match plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
        false => format!("Model{plain}"),
        true if types.has(&plain) => format!("{plain}Model"),
        true => plain,
    };
    types.take(&wanted)
}
