//! The list of the value types, for schemas and catalogues.

use schemars::{Schema, SchemaGenerator};

/// Declares all value types that have a schema of their own: name and type.
macro_rules! values {
    ($($name:literal $type:ident,)+) => {
        /// The names of the value types.
        pub const VALUE_TYPES: &[&str] = &[$($name),+];

        pub(crate) fn schemas(generator: impl Fn() -> SchemaGenerator) -> Vec<(&'static str, Schema)> {
            vec![$( ($name, generator().into_root_schema_for::<super::$type>()) ),+]
        }
    };
}

values! {
    "bic" Bic,
    "code" Code,
    "country" Country,
    "currency" Currency,
    "decimal" Decimal,
    "gln" Gln,
    "gtin" Gtin,
    "iban" Iban,
    "identifier" Identifier,
    "incoterm" Incoterm,
    "instant" Instant,
    "key" Key,
    "label" Label,
    "language" Language,
    "lei" Lei,
    "local_date" LocalDate,
    "money" Money,
    "percentage" Percentage,
    "quantity" Quantity,
    "record_id" RecordId,
    "revision" Revision,
    "scheme" Scheme,
    "sscc" Sscc,
    "subdivision" Subdivision,
    "tax_number" TaxNumber,
    "text" Text,
    "unit_code" UnitCode,
    "uri_reference" UriReference,
    "zoned_time" ZonedTime,
}
