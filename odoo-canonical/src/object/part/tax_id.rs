//! Registrations with tax offices and registers, and what is known about them.

use crate::value::{Country, Instant, Label, Scheme};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

record! {
    /// A registration with a tax office or register.
    TaxId in Party {
        /// Which register: `vat`, `ein`, `company_reg` and so on.
        scheme: Scheme [None],
        /// The number as it is registered.
        value: Label [TaxId],
        /// The country of the register. Greece writes `EL` before its numbers but is `GR`.
        country: optional Country [None],
        /// What is known about its validity; unchecked when absent.
        status: optional TaxIdStatus [None],
        /// When the register was asked. An answer holds for that day only.
        verified_at: optional Instant [None],
        /// What the register gave as proof that it was asked (VIES `requestIdentifier`).
        evidence: optional Label [TaxId],
    }
}

/// What is known about the validity of a tax number. A register that did not answer says nothing about the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxIdStatus {
    /// Nobody has looked.
    Unchecked,
    /// The form is right.
    FormatOk,
    /// The check digits are right.
    ChecksumOk,
    /// The register knows it.
    RegistryValid,
    /// The register does not know it.
    RegistryInvalid,
    /// The register could not be asked.
    Unavailable,
}
