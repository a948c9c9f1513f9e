//! The vocabulary in which objects are written: what the `mod.rs`, `rules.rs` and `sample.rs` of every folder begin with.

pub(crate) use crate::{
    contract::ContractError,
    invariant::{self, Report, Rule, document, rule},
    object::{CanonicalObject, ObjectKind, part::*},
    sample::{Sampler, build, minor_units},
    status::StatusMachine,
    upcast::Upcaster,
    value::*,
};
pub(crate) use schemars::JsonSchema;
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use serde_json::json;
