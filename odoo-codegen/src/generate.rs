//! The door to the generator.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Error;
use crate::options::Options;
use crate::plan::Plan;
use crate::render;
use crate::schema::Schema;

/// Writes the models of a schema as Rust.
///
/// The same input gives the same bytes.
///
/// # Errors
/// [`Error::UnknownModel`], [`Error::UnknownField`]: the options name something that the schema does not have.
pub fn generate(schema: &Schema, options: &Options) -> Result<Code, Error> {
    Ok(Code { plan: Plan::new(schema, options)? })
}

/// Generated code, to be written as one file or as a folder of them.
pub struct Code {
    plan: Plan,
}

impl Code {
    /// All models in one file, for `mod odoo;` and `odoo.rs`.
    #[must_use]
    pub fn one_file(&self) -> String {
        render::one_file(&self.plan)
    }

    /// One file a model, for `mod odoo;` and a folder `odoo`: file name → text. `mod.rs` has the others and re-exports all types.
    #[must_use]
    pub fn folder(&self) -> BTreeMap<String, String> {
        render::folder(&self.plan)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.plan.models.iter().map(|model| &model.name)).finish()
    }
}
