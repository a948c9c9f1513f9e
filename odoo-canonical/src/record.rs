//! How records and business objects are declared: one line a field, from which the struct, its JSON form, its JSON Schema
//! with the marks of data protection, and its constructor are made.

/// Declares a record.
///
/// `name: Type [Class]` is required and an argument of `new`; `name: Type = (value) [Class]` is required in JSON and begins
/// with a value; `optional` is left out when not known; `list` is left out when empty; `default` may be left out when
/// reading and is always written; `ext` is the map of vendor data. The class says how sensitive the field is, see
/// [`DataClass`](crate::DataClass); a second word names a domain that is not that of the record.
macro_rules! record {
    // The parts of a mark come first, for everything else is a declaration.
    (@domain $domain:ident) => { $crate::Domain::$domain.as_str() };
    (@domain $domain:ident $own:ident) => { $crate::Domain::$own.as_str() };

    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] $given:tt [$($begin:tt)*]
        $(#[$doc:meta])* $field:ident: optional $type:ty [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[serde(default, deserialize_with = "crate::contract::present", skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: Option<$type>,
        ] $given [$($begin)* $field = None,] $($rest)* }
    };
    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] $given:tt [$($begin:tt)*]
        $(#[$doc:meta])* $field:ident: list $type:ty [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: Vec<$type>,
        ] $given [$($begin)* $field = Vec::new(),] $($rest)* }
    };
    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] $given:tt [$($begin:tt)*]
        $(#[$doc:meta])* $field:ident: default $type:ty [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[serde(default)]
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: $type,
        ] $given [$($begin)* $field = Default::default(),] $($rest)* }
    };
    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] $given:tt [$($begin:tt)*]
        $(#[$doc:meta])* $field:ident: ext [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[serde(default, skip_serializing_if = "crate::ext::Ext::is_empty")]
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: $crate::ext::Ext,
        ] $given [$($begin)* $field = Default::default(),] $($rest)* }
    };
    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] $given:tt [$($begin:tt)*]
        $(#[$doc:meta])* $field:ident: $type:ty = ($value:expr) [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: $type,
        ] $given [$($begin)* $field = $value,] $($rest)* }
    };
    (@field $head:tt $name:ident $domain:ident [$($fields:tt)*] [$($given:tt)*] $begin:tt
        $(#[$doc:meta])* $field:ident: $type:ty [$class:ident $($own:ident)?], $($rest:tt)*) => {
        record! { @field $head $name $domain [$($fields)*
            $(#[$doc])*
            #[schemars(extend("x-data-class" = $crate::DataClass::$class.as_str(), "x-domain" = record!(@domain $domain $($own)?)))]
            pub $field: $type,
        ] [$($given)* $field: $type,] $begin $($rest)* }
    };
    (@field [$($meta:tt)*] $name:ident $domain:ident [$($fields:tt)*] [$($arg:ident: $argument:ty,)*] [$($field:ident = $value:expr,)*]) => {
        $($meta)*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($fields)* }

        impl $name {
            /// With what every one has; all else is empty or as its field says.
            #[allow(clippy::too_many_arguments, clippy::new_without_default, reason = "one for each field that must be there")]
            pub fn new($($arg: $argument),*) -> Self {
                Self { $($arg,)* $($field: $value,)* }
            }
        }
    };

    ($(#[$meta:meta])* $name:ident in $domain:ident { $($body:tt)* }) => {
        record! { @field [$(#[$meta])*] $name $domain [] [] [] $($body)* }
    };
}

/// Declares a business object: a record that begins with its identities and ends with its revision and vendor data.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident in $domain:ident { $($body:tt)* }) => {
        record! {
            $(#[$meta])*
            $name in $domain {
                /// The id that the host assigned, where it assigns ids.
                id: optional $crate::value::RecordId [None],
                /// Natural key in the source system; with the system it is the identity.
                key: $crate::value::Key [None],
                /// Other identities.
                ids: list $crate::value::Identifier [None],
                $($body)*
                /// How new this state is in its source.
                revision: optional $crate::value::Revision [None],
                /// Vendor data under keys like `vendor:key`.
                ext: ext [FreeText],
            }
        }

        impl $crate::object::Head for $name {
            const DOMAIN: $crate::Domain = $crate::Domain::$domain;

            fn key(&self) -> &$crate::value::Key {
                &self.key
            }

            fn ids(&self) -> &[$crate::value::Identifier] {
                &self.ids
            }

            fn revision(&self) -> Option<$crate::value::Revision> {
                self.revision
            }
        }
    };
}
