//! The value types that business objects are made of.
//!
//! Each type has one strict parser (`FromStr`, `TryFrom<&str>`), which is the only way in, and travels in JSON as
//! a string. What cannot be understood is refused with a [`ValueError`]; what is well formed but unknown (a
//! currency that is younger than this crate, a unit of a partner) is representable and says so.

mod error;
pub use error::ValueError;

#[macro_use]
pub(crate) mod string_value;
#[macro_use]
mod code;
pub use code::Code;

mod text;
pub use text::{Key, Label, Text};

mod identifier;
pub use identifier::{Identifier, Scheme};

mod record_id;
pub use record_id::RecordId;

mod revision;
pub use revision::Revision;

mod decimal;
pub use decimal::Decimal;

mod percentage;
pub use percentage::Percentage;

mod currency;
pub use currency::Currency;

mod money;
pub use money::{Money, MoneyError};

mod unit;
pub use unit::{Unit, UnitCode, UnitStatus};

mod quantity;
pub use quantity::{Quantity, QuantityError};

mod country;
pub use country::{Country, Subdivision};

mod language;
pub use language::Language;

mod gtin;
pub use gtin::{Gtin, GtinLevel};

mod gs1;
pub use gs1::{Gln, Sscc};

mod bank;
pub use bank::{Bic, Iban, Lei};

mod tax_number;
pub use tax_number::{TaxNumber, TaxNumberKind};

mod incoterm;
pub use incoterm::Incoterm;

mod date;
pub use date::LocalDate;

mod instant;
pub use instant::Instant;

mod zoned_time;
pub use zoned_time::ZonedTime;

mod table;

mod uri;
pub use uri::UriReference;

mod list;
pub use list::VALUE_TYPES;
pub(crate) use list::schemas;
