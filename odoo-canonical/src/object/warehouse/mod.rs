//! Warehouses.

mod rules;
mod sample;
mod status;
pub use status::WarehouseStatus;

use super::prelude::*;

object! {
    /// A site where stock is kept, ours or that of a service (Odoo `stock.warehouse`).
    Warehouse in Logistics {
        /// Short name; Odoo takes five characters (Odoo `code`).
        code: Label [None],
        /// Name.
        name: Label [None],
        /// Where it stands.
        status: WarehouseStatus [None],
        /// The company whose stock it is (Odoo `company_id`).
        company: optional PartyRef [None Party],
        /// Who runs it, where it is a service.
        operator: optional PartyRef [None Party],
        /// Its number among the places of GS1.
        gln: optional Gln [None],
        /// Where it is (Odoo `partner_id`).
        address: optional Address [Contact],
        /// Its time zone (IANA name).
        time_zone: optional Label [None],
        /// Until when orders of the day are taken, `hh:mm` on the clock there.
        cutoff: optional Code [None],
        /// The location that its stock lies in (Odoo `lot_stock_id`).
        stock_location: optional LocationRef [None],
        /// Documents that it refers to, such as the contract with its operator.
        refs: list DocumentRef [None],
    }
}


impl CanonicalObject for Warehouse {
    const KIND: ObjectKind = ObjectKind::Warehouse;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(WarehouseStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
