//! The items: structs, enums, markers.

use std::collections::BTreeMap;

use crate::name;
use crate::plan::{Kind, MARKERS, Plan, PlannedField, PlannedModel, PlannedSelection, Target, Variant};

/// How wide rustfmt lets a line get.
const LINE: usize = 100;
/// How wide rustfmt lets the arguments of an attribute get, if there are several.
const ARGUMENTS: usize = 70;

/// Type → the module that has it.
pub(crate) type Homes = BTreeMap<String, String>;

/// Where a text stands, and so how it calls the types of other places.
pub(crate) struct Place<'a> {
    module: &'a str,
    homes: Option<&'a Homes>,
}

impl<'a> Place<'a> {
    /// All types are here.
    pub(crate) fn one_file() -> Self {
        Self { module: "", homes: None }
    }

    /// In one module of several.
    pub(crate) fn module(module: &'a str, homes: &'a Homes) -> Self {
        Self { module, homes: Some(homes) }
    }

    fn call(&self, ident: &str) -> String {
        match self.homes.and_then(|homes| homes.get(ident)) {
            Some(home) if home != self.module => format!("super::{ident}"),
            _ => ident.to_owned(),
        }
    }
}

/// Which module each type of the plan is in.
pub(crate) fn homes(plan: &Plan) -> Homes {
    let mut homes = Homes::new();
    for model in &plan.models {
        homes.insert(model.ident.clone(), model.module.clone());
        homes
            .extend(model.selections.iter().map(|selection| (selection.ident.clone(), model.module.clone())));
    }
    homes.extend(plan.markers.iter().map(|(ident, _)| (ident.clone(), MARKERS.to_owned())));
    homes
}

/// A struct and its enums.
pub(crate) fn model(model: &PlannedModel, here: &Place<'_>) -> String {
    let mut out = format!("\n/// A record of `{}`.\n", model.name);
    out.push_str("#[derive(Clone, Debug, PartialEq, OdooModel)]\n");
    out.push_str(&format!("#[odoo(model = {})]\npub struct {} {{\n", literal(&model.name), model.ident));
    for field in &model.fields {
        out.push_str(&self::field(field, here));
    }
    out.push_str("}\n");
    for selection in &model.selections {
        out.push_str(&self::selection(selection, here));
    }
    out
}

fn field(field: &PlannedField, here: &Place<'_>) -> String {
    let mut out = docs(&field.docs, "    ");
    let ident = name::escaped(&field.ident);
    let name = (ident.strip_prefix("r#").unwrap_or(&ident) != field.name)
        .then(|| format!("name = {}", literal(&field.name)));
    let readonly = field.readonly.then(|| "readonly".to_owned());
    out.push_str(&attribute(&name.into_iter().chain(readonly).collect::<Vec<_>>()));
    let rust_type = rust_type(field, here);
    let line = format!("    pub {ident}: {rust_type},\n");
    match line.chars().count() <= LINE + 1 {
        true => out.push_str(&line),
        false => out.push_str(&format!("    pub {ident}:\n        {rust_type},\n")),
    }
    out
}

fn rust_type(field: &PlannedField, here: &Place<'_>) -> String {
    let target = |target: &Target| match target {
        Target::Model(ident) => here.call(ident),
        Target::Any => "AnyModel".to_owned(),
    };
    let plain = match &field.kind {
        Kind::Id => "Id<Self>".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Integer => "i64".to_owned(),
        Kind::Decimal => "Decimal".to_owned(),
        Kind::Text => "String".to_owned(),
        Kind::Date => "Date".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
        Kind::Binary => "Binary".to_owned(),
        Kind::Reference => "Reference".to_owned(),
        Kind::Properties => "Properties".to_owned(),
        Kind::Json => "Value".to_owned(),
        Kind::Selection(ident) => here.call(ident),
        Kind::Many2one(to) => format!("Many2one<{}>", target(to)),
        Kind::Many(to) => format!("Vec<Id<{}>>", target(to)),
    };
    if field.optional { format!("Option<{plain}>") } else { plain }
}

fn selection(selection: &PlannedSelection, here: &Place<'_>) -> String {
    let PlannedSelection { ident, docs: text, same_as, variants } = selection;
    let mut out = format!("\n{}", docs(text, ""));
    if let Some(same) = same_as {
        let same = here.call(same);
        let line = format!("pub type {ident} = {same};\n");
        match line.len() <= LINE + 1 {
            true => out.push_str(&line),
            false => out.push_str(&format!("pub type {ident} =\n    {same};\n")),
        }
        return out;
    }
    out.push_str("#[derive(Clone, Debug, PartialEq, Eq, Hash, OdooSelection)]\n");
    out.push_str(&format!("pub enum {ident} {{\n"));
    for Variant { ident, key, docs: text } in variants {
        out.push_str(&docs(text, "    "));
        if !goes_without_saying(key) {
            out.push_str(&attribute(&[literal(key)]));
        }
        out.push_str(&format!("    {ident},\n"));
    }
    out.push_str("    /// A value that is none of these.\n    Other(String),\n}\n");
    out
}

/// Whether the variant's own name says the key: words of two letters and more, so that there is one way to tell them apart.
fn goes_without_saying(key: &str) -> bool {
    key != "other"
        && key != "self"
        && key.split('_').all(|word| word.len() > 1 && word.bytes().all(|c| c.is_ascii_lowercase()))
}

/// Models without fields.
pub(crate) fn markers(markers: &[(String, String)]) -> String {
    let one = |(ident, model): &(String, String)| {
        format!(
            "\n/// Stands for the model `{model}`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {ident} {{}}\n\n\
             impl ModelName for {ident} {{\n    const MODEL: &'static str = {};\n}}\n",
            literal(model)
        )
    };
    markers.iter().map(one).collect()
}

/// An attribute of a field or variant, or nothing.
fn attribute(arguments: &[String]) -> String {
    let joined = arguments.join(", ");
    let width = joined.chars().count();
    let fits = match arguments {
        [] => return String::new(),
        [_] => width + "    #[odoo()]".len() <= LINE,
        _ => width <= ARGUMENTS,
    };
    match fits {
        true => format!("    #[odoo({joined})]\n"),
        false => format!("    #[odoo(\n        {}\n    )]\n", arguments.join(",\n        ")),
    }
}

fn docs(lines: &[String], indent: &str) -> String {
    let line = |line: &String| match line.is_empty() {
        true => format!("{indent}///\n"),
        false => format!("{indent}/// {line}\n"),
    };
    lines.iter().map(line).collect()
}

/// A text as a literal. What nobody sees is spelled out.
fn literal(text: &str) -> String {
    let one = |c: char| if c == '\'' { c.to_string() } else { c.escape_debug().to_string() };
    format!("\"{}\"", text.chars().map(one).collect::<String>())
}
