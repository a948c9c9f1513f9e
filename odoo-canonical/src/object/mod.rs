//! The business objects.
//!
//! Each object is one folder and one line of the list below. In the folder stand `mod.rs` (the type), `rules.rs` (what must
//! hold in it), `sample.rs` (synthetic documents), where it has states `status.rs`, an example, and a list of what breaks
//! its rules. What objects share (addresses, references, prices, taxes) stands in `part`.

mod part;
pub use part::*;

mod prelude;

#[macro_use]
mod kind;
pub use kind::UnknownObjectKind;

use crate::{
    canonical_json::{Digest, canonical_json},
    contract::{Contract, ContractError, decode},
    data_class::Domain,
    invariant::{Report, Rule, Violation},
    sample::Sampler,
    status::StatusMachine,
    upcast::Upcaster,
    value::{Identifier, Key, Revision},
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

objects! {
    party Party,
    item Item,
    sales_order SalesOrder,
    inventory_level InventoryLevel,
    price_list PriceList,
    order_acknowledgement OrderAcknowledgement,
    purchase_order PurchaseOrder,
    shipment Shipment,
    shipment_event ShipmentEvent,
    proof_of_delivery ProofOfDelivery,
    invoice Invoice,
    payment Payment,
    remittance_advice RemittanceAdvice,
    bank_statement BankStatement,
    goods_return GoodsReturn,
    tax_determination_request TaxDeterminationRequest,
    tax_determination_result TaxDeterminationResult,
    warehouse Warehouse,
    location Location,
    lead Lead,
}

/// What the `object!` declaration gives to every business object.
pub trait Head {
    /// The data domain that answers for the object.
    const DOMAIN: Domain;

    /// The natural key in the source system. Changes of one key are kept in order.
    fn key(&self) -> &Key;

    /// Other identities, as pairs of scheme and value.
    fn ids(&self) -> &[Identifier];

    /// How new this state is in its source, where the source says so.
    fn revision(&self) -> Option<Revision>;
}

/// What every business object can say of itself.
///
/// # Contract
/// - Its JSON form and its JSON Schema accept the same documents; where a schema cannot say a rule (a check digit), its
///   description does.
/// - `EXAMPLE` decodes, and passes [`check`](Object::check). So does every sample.
/// - `check` reports only rules that stand in `RULES`.
pub trait CanonicalObject: Head + Serialize + DeserializeOwned + JsonSchema + Into<Object> {
    /// Which object this is.
    const KIND: ObjectKind;
    /// A whole document, as JSON.
    const EXAMPLE: &'static str;
    /// The families of rules that the object is held to.
    const RULES: &'static [&'static [Rule]];
    /// The states of the object, where it has any.
    const STATUS: Option<StatusMachine> = None;
    /// How documents of older major versions become documents of this one, oldest first.
    const UPCASTERS: &'static [Upcaster] = &[];

    /// The state that this document is in.
    fn status(&self) -> Option<&'static str> {
        None
    }

    /// Reports every rule that this object breaks.
    fn check(&self, report: &mut Report);

    /// A synthetic document: the same sampler gives the same document.
    ///
    /// # Errors
    /// None that a test over many seeds has found; a sample is read like any document.
    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError>;
}

impl Object {
    /// Reads a document of a kind as its consumers may: fields that this version does not have are passed over, and their
    /// places are given back, for what is passed over must at least be seen.
    ///
    /// # Errors
    /// Where the document breaks the contract in anything else.
    pub fn from_json_open(kind: ObjectKind, bytes: &[u8]) -> Result<(Self, Vec<String>), ContractError> {
        let object = Self::decode(kind, bytes, Contract::Open)?;
        let given: serde_json::Value = decode(bytes, Contract::Open)?;
        let read = serde_json::to_value(&object).unwrap_or_default();
        Ok((object, crate::contract::passed_over(&given, &read)))
    }

    /// The document in its one canonical form; see [`canonical_json`].
    ///
    /// # Errors
    /// None that the types of this crate can cause.
    pub fn to_canonical_json(&self) -> Result<Vec<u8>, ContractError> {
        canonical_json(self)
    }

    /// The digest of the canonical form: equal for equal documents. The scale of a decimal counts (`1.0` is not `1.00`).
    ///
    /// # Errors
    /// None that the types of this crate can cause.
    pub fn digest(&self) -> Result<Digest, ContractError> {
        Ok(Digest::of(&self.to_canonical_json()?))
    }

    /// Whether this document may follow an earlier one of the same kind: its state is one that the earlier state may become.
    /// Always true for kinds without states.
    pub fn may_follow(&self, earlier: &Self) -> bool {
        match (self.kind().status_machine(), earlier.status(), self.status()) {
            (Some(machine), Some(from), Some(to)) if self.kind() == earlier.kind() => {
                machine.may_become(from, to)
            }
            _ => self.kind() == earlier.kind(),
        }
    }
}
