//! From the plan to text: one file, or a folder of one file a model.
//!
//! The text is written in the form that rustfmt gives it, and not by a printer of syntax trees: the code is a few flat items, a printer drops
//! comments that are not docs, and both are held by tests (all output parses, and rustfmt changes nothing).

mod header;
pub(crate) use header::MARK;
mod item;

use std::collections::BTreeMap;

use crate::plan::{MARKERS, Plan};

/// Everything in one file.
pub(crate) fn one_file(plan: &Plan) -> String {
    let here = item::Place::one_file();
    let mut out = header::top(plan);
    out.push_str(&header::uses(&plan.models, !plan.markers.is_empty()));
    for model in &plan.models {
        out.push_str(&item::model(model, &here));
    }
    out.push_str(&item::markers(&plan.markers));
    out
}

/// A `mod.rs`, one file for each model, and one for the models that are only led to. File name → text.
pub(crate) fn folder(plan: &Plan) -> BTreeMap<String, String> {
    let homes = item::homes(plan);
    let mut files = BTreeMap::new();
    let mut root = header::top(plan);
    let mut modules: Vec<&str> = plan.models.iter().map(|model| model.module.as_str()).collect();
    if !plan.markers.is_empty() {
        modules.push(MARKERS);
        let text =
            format!("{}{}{}", header::markers(plan), header::uses(&[], true), item::markers(&plan.markers));
        files.insert(format!("{MARKERS}.rs"), text);
    }
    if !modules.is_empty() {
        root.push('\n');
    }
    for module in modules {
        root.push_str(&format!("mod {module};\npub use {module}::*;\n"));
    }
    files.insert("mod.rs".to_owned(), root);
    for model in &plan.models {
        let here = item::Place::module(&model.module, &homes);
        let mut text = header::module(plan, &model.name);
        text.push_str(&header::uses(std::slice::from_ref(model), false));
        text.push_str(&item::model(model, &here));
        files.insert(format!("{}.rs", model.module), text);
    }
    files
}
