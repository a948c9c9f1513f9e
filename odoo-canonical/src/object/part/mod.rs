//! What objects share.

mod address;
pub use address::{Address, AddressRole};

mod reference;
pub use reference::{DocumentFunction, DocumentRef, DocumentRefKind, ItemRef, LocationRef, PartyRef};

mod tax;
pub use tax::{LineTax, TaxCategory, TaxSubtotal};

mod amounts;
pub use amounts::{AllowanceCharge, AllowanceChargeKind, Price, Totals, total_up};

mod tax_id;
pub use tax_id::{TaxId, TaxIdStatus};

mod bank_account;
pub use bank_account::BankAccount;

mod logistic;
pub use logistic::{DeliveryTerms, Dimensions, Lot};

mod common;
pub use common::{Attachment, Contact, Endpoint, Exchange, Period};

mod allocation;
pub use allocation::Allocation;
