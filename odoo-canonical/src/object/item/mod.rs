//! What is bought, sold or kept in stock.

mod rules;
mod sample;

use super::prelude::*;

object! {
    /// Something that is bought, sold or kept in stock: a variant, not a template (Odoo `product.product`).
    Item in Product {
        /// Seller's article number (BT-155; Odoo `default_code`). Not unique in every system, so never the key.
        sku: optional Label [None],
        /// Name (BT-153; Odoo `name`).
        name: Label [None],
        /// Description for buyers (BT-154; Odoo `description_sale`).
        description: optional Text [None],
        /// Goods or service (Odoo `type`).
        kind: ItemKind [None],
        /// Whether stock is counted (Odoo `is_storable`).
        stocked: bool = (false) [None],
        /// The unit in which quantities of the item are kept (UN/ECE Rec 20; Odoo `uom_id`).
        base_unit: UnitCode [None],
        /// GTINs of the item (BT-157; Odoo `barcode`).
        gtins: list Gtin [None],
        /// Net list price for one base unit (BT-146; Odoo `list_price`).
        list_price: optional Money [Financial Sales],
        /// Weight of one base unit (Odoo `weight`).
        weight: optional Quantity [None],
        /// Whether the item may be used in new documents (Odoo `active`).
        active: bool = (true) [None],
    }
}

code_list! {
    /// Goods or service.
    ItemKind, "item kind", "Goods, service, or a kind of the source." {
        /// Something that can be touched (Odoo `consu`).
        Goods = "goods",
        /// Something that is done (Odoo `service`).
        Service = "service",
        /// A set that is sold as one and delivered as its parts (Odoo `combo`).
        Kit = "kit",
    }
}

impl CanonicalObject for Item {
    const KIND: ObjectKind = ObjectKind::Item;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
