//! What objects share.

mod address;
pub use address::{Address, AddressRole};

mod reference;
pub use reference::{DocumentRef, DocumentRefKind, ItemRef, LocationRef, PartyRef};

mod tax;
pub use tax::{LineTax, TaxCategory, TaxSubtotal};

mod amounts;
pub use amounts::{AllowanceCharge, AllowanceChargeKind, Price, Totals, total_up};
