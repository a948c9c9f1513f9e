//! From the list of objects to the enums over them.

use super::ObjectKind;
use std::{fmt, str::FromStr};

/// Declares all objects: module and type. The name on the wire is that of the module.
macro_rules! objects {
    ($( $module:ident $type:ident, )+) => {
        $(
            mod $module;
            pub use $module::*;
        )+

        /// Any business object.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Object {
            $(
                #[doc = concat!("See [`", stringify!($type), "`](struct@", stringify!($type), ").")]
                $type(Box<$type>),
            )+
        }

        /// Which business object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ObjectKind {
            $(
                #[doc = concat!("See [`", stringify!($type), "`](struct@", stringify!($type), ").")]
                $type,
            )+
        }

        impl ObjectKind {
            /// All kinds, in the order of the list.
            pub const ALL: &'static [Self] = &[$( Self::$type, )+];

            /// The name as it stands in event types, schema names and manifests.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$type => stringify!($module), )+ }
            }

            /// A whole document of this kind, as JSON.
            pub fn example(self) -> &'static str {
                match self { $( Self::$type => <$type as CanonicalObject>::EXAMPLE, )+ }
            }

            /// The data domain that answers for the kind.
            pub fn domain(self) -> Domain {
                match self { $( Self::$type => <$type as Head>::DOMAIN, )+ }
            }

            /// The states of the kind and the steps between them, where it has any.
            pub fn status_machine(self) -> Option<StatusMachine> {
                match self { $( Self::$type => <$type as CanonicalObject>::STATUS, )+ }
            }

            /// Every rule that documents of this kind are held to beyond their shape.
            pub fn rules(self) -> impl Iterator<Item = Rule> {
                let families = match self { $( Self::$type => <$type as CanonicalObject>::RULES, )+ };
                families.iter().copied().flatten().copied()
            }

            pub(crate) fn upcasters(self) -> &'static [Upcaster] {
                match self { $( Self::$type => <$type as CanonicalObject>::UPCASTERS, )+ }
            }

            pub(crate) fn schema(self, generator: schemars::SchemaGenerator) -> schemars::Schema {
                match self { $( Self::$type => generator.into_root_schema_for::<$type>(), )+ }
            }

            pub(crate) fn sample(self, sampler: &mut Sampler) -> Result<Object, ContractError> {
                match self { $( Self::$type => <$type as CanonicalObject>::sample(sampler).map(Object::from), )+ }
            }
        }

        impl Object {
            /// Which object this is.
            pub fn kind(&self) -> ObjectKind {
                match self { $( Self::$type(_) => ObjectKind::$type, )+ }
            }

            /// The natural key in the source system.
            pub fn key(&self) -> &Key {
                match self { $( Self::$type(object) => Head::key(object.as_ref()), )+ }
            }

            /// Other identities, as pairs of scheme and value.
            pub fn ids(&self) -> &[Identifier] {
                match self { $( Self::$type(object) => Head::ids(object.as_ref()), )+ }
            }

            /// How new this state is in its source, where the source says so.
            pub fn revision(&self) -> Option<Revision> {
                match self { $( Self::$type(object) => Head::revision(object.as_ref()), )+ }
            }

            /// The state that the document is in, where its kind has states.
            pub fn status(&self) -> Option<&'static str> {
                match self { $( Self::$type(object) => CanonicalObject::status(object.as_ref()), )+ }
            }

            /// Reads a document of a kind. Fields that the contract does not have are refused.
            ///
            /// # Errors
            /// Where the document breaks the contract: its path, the rule, and what was wanted.
            pub fn from_json(kind: ObjectKind, bytes: &[u8]) -> Result<Self, ContractError> {
                Self::decode(kind, bytes, Contract::Strict)
            }

            fn decode(kind: ObjectKind, bytes: &[u8], contract: Contract) -> Result<Self, ContractError> {
                match kind { $( ObjectKind::$type => decode(bytes, contract).map(Self::$type), )+ }
            }

            /// Every rule of meaning that the object breaks; empty when it is sound.
            pub fn check(&self) -> Vec<Violation> {
                let mut report = Report::default();
                crate::invariant::identifiers(&mut report, self.ids());
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

impl serde::Serialize for ObjectKind {
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
