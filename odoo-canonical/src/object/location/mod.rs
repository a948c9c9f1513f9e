//! Places within and around warehouses where stock can lie.

mod rules;
mod sample;
mod status;
pub use status::LocationStatus;

use super::prelude::*;

object! {
    /// A place where stock lies, or that it comes from or goes to (Odoo `stock.location`).
    Location in Logistics {
        /// Name of the place within its parent (Odoo `name`).
        name: Label [None],
        /// What it is for (Odoo `usage`).
        usage: LocationUsage [None],
        /// Where it stands.
        status: LocationStatus [None],
        /// The place that it is part of (Odoo `location_id`).
        parent: optional LocationRef [None],
        /// The warehouse that it belongs to (Odoo `warehouse_id`).
        warehouse: optional LocationRef [None],
        /// What a scanner reads on it (Odoo `barcode`).
        barcode: optional Label [None],
        /// Its number among the places of GS1.
        gln: optional Gln [None],
        /// What may stand there at most, by weight.
        max_weight: optional Quantity [None],
        /// Documents that it refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// What a location is for (Odoo `stock.location.usage`).
    LocationUsage, "location usage", "What a location is for." {
        /// Stock of ours lies there.
        Internal = "internal",
        /// Only other locations lie there.
        View = "view",
        /// Stock on its way between warehouses.
        Transit = "transit",
        /// What suppliers have not sent yet.
        Supplier = "supplier",
        /// What customers have.
        Customer = "customer",
        /// Where counted differences come from and go to.
        Inventory = "inventory",
        /// What is being made into something else.
        Production = "production",
    }
}

impl CanonicalObject for Location {
    const KIND: ObjectKind = ObjectKind::Location;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(LocationStatus::MACHINE);

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
