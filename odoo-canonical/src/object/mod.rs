//! The business objects.
//!
//! Each object is one file with its type, its place in the list below and its example; shared parts (addresses,
//! references, taxes) have files of their own. Adding an object is one file and one line of the list.

mod address;
pub use address::{Address, AddressRole};

mod reference;
pub use reference::{DocumentRef, DocumentRefKind, ItemRef, LocationRef, PartyRef};

mod tax;
pub use tax::{LineTax, TaxCategory, TaxSubtotal};

mod amounts;
pub use amounts::{AllowanceCharge, AllowanceChargeKind, Price, Totals};

mod order_status;
pub use order_status::OrderStatus;

mod inventory_level;
mod item;
mod party;
mod sales_order;
pub use inventory_level::{InventoryReading, StockDelta, StockDeltaReason, StockQuantities, StockSnapshot};
pub use item::ItemKind;
pub use party::{PartyKind, PartyRole, TaxId, TaxIdStatus};
pub use sales_order::SalesOrderLine;

use crate::{
    canonical_json::{Digest, canonical_json},
    contract::{ContractError, decode},
    invariant::{Report, Violation},
    value::{Key, Revision},
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, str::FromStr};

/// What every business object can say of itself.
///
/// # Contract
/// - Its JSON form and its JSON Schema accept the same documents; where a schema cannot say a rule (a check digit), its
///   description does.
/// - `EXAMPLE` decodes, and passes [`check`](Object::check).
pub trait CanonicalObject: Serialize + DeserializeOwned + JsonSchema + Into<Object> {
    /// Which object this is.
    const KIND: ObjectKind;
    /// A whole document, as JSON.
    const EXAMPLE: &'static str;

    /// The natural key in the source system. Changes of one key are kept in order.
    fn key(&self) -> &Key;

    /// How new this state is in its source, where the source says so.
    fn revision(&self) -> Option<Revision>;

    /// Reports every rule that this object breaks.
    fn check(&self, report: &mut Report);
}

/// Declares all objects: module, type, and name.
macro_rules! objects {
    ($( $(#[$doc:meta])* $module:ident $type:ident $name:literal; )+) => {
        $( pub use $module::$type; )+

        /// Any business object.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Object {
            $( $(#[$doc])* $type(Box<$type>), )+
        }

        /// Which business object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ObjectKind {
            $( $(#[$doc])* $type, )+
        }

        impl ObjectKind {
            /// All kinds, in the order of their names in the code.
            pub const ALL: &'static [Self] = &[$( Self::$type, )+];

            /// The name as it stands in event types, schema names and manifests.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$type => $name, )+ }
            }

            /// A whole document of this kind, as JSON.
            pub fn example(self) -> &'static str {
                match self { $( Self::$type => <$type as CanonicalObject>::EXAMPLE, )+ }
            }

            pub(crate) fn schema(self) -> schemars::Schema {
                match self { $( Self::$type => crate::schema::schema_of::<$type>(), )+ }
            }
        }

        impl Object {
            /// Which object this is.
            pub fn kind(&self) -> ObjectKind {
                match self { $( Self::$type(_) => ObjectKind::$type, )+ }
            }

            /// The natural key in the source system.
            pub fn key(&self) -> &Key {
                match self { $( Self::$type(object) => CanonicalObject::key(object.as_ref()), )+ }
            }

            /// How new this state is in its source, where the source says so.
            pub fn revision(&self) -> Option<Revision> {
                match self { $( Self::$type(object) => CanonicalObject::revision(object.as_ref()), )+ }
            }

            /// Reads a document of a kind. Fields that the contract does not have are refused.
            ///
            /// # Errors
            /// Where the document breaks the contract: its path, the rule, and what was wanted.
            pub fn from_json(kind: ObjectKind, bytes: &[u8]) -> Result<Self, ContractError> {
                match kind { $( ObjectKind::$type => decode(bytes).map(Self::$type), )+ }
            }

            /// Every rule of meaning that the object breaks; empty when it is sound.
            pub fn check(&self) -> Vec<Violation> {
                let mut report = Report::default();
                match self { $( Self::$type(object) => CanonicalObject::check(object.as_ref(), &mut report), )+ }
                report.into_violations()
            }
        }

        $(
            impl From<$type> for Object {
                fn from(object: $type) -> Self {
                    Self::$type(Box::new(object))
                }
            }
        )+
    };
}

objects! {
    /// A customer, supplier or other partner.
    party Party "party";
    /// Something that is bought, sold or kept in stock.
    item Item "item";
    /// An order of a customer.
    sales_order SalesOrder "sales_order";
    /// How much of an item lies at a location, or by how much that changed.
    inventory_level InventoryLevel "inventory_level";
}

impl Object {
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
}

impl Serialize for ObjectKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that no business object has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no business object has this name; known are {}", ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownObjectKind;

impl FromStr for ObjectKind {
    type Err = UnknownObjectKind;

    fn from_str(name: &str) -> Result<Self, UnknownObjectKind> {
        Self::ALL.iter().find(|kind| kind.as_str() == name).copied().ok_or(UnknownObjectKind)
    }
}
