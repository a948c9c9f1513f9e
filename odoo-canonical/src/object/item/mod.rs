//! What is bought, sold or kept in stock.

mod rules;
mod sample;
mod upcast;

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
        /// Volume of one base unit (Odoo `volume`).
        volume: optional Quantity [None],
        /// What the item is a variant of: the key of the family (Odoo `product.template`).
        family: optional Key [None],
        /// In what it differs from the rest of its family (BG-32; Odoo `product_template_attribute_value_ids`).
        variant: list Attribute [None],
        /// How it is packed, from small to large (Odoo `product.uom`).
        packs: list Pack [None],
        /// How pieces are told apart in stock; not at all when absent (Odoo `tracking`).
        tracking: optional ItemTracking [None Logistics],
        /// How many days it can be kept after production.
        shelf_life_days: optional Decimal [None Logistics],
        /// What one base unit costs us (Odoo `standard_price`).
        cost: optional Money [Financial Finance],
        /// Tax category of sales in the country of the seller (BT-151).
        tax_category: optional TaxCategory [None Finance],
        /// Taxes when it is sold (Odoo `taxes_id`).
        sales_taxes: list LineTax [None Finance],
        /// Taxes when it is bought (Odoo `supplier_taxes_id`).
        purchase_taxes: list LineTax [None Finance],
        /// Group, as a path with ` / ` between its parts (Odoo `categ_id`).
        category: optional Label [None],
        /// Customs tariff number (Odoo `hs_code`).
        hs_code: optional Code [None],
        /// Where it was made (BT-159; Odoo `country_of_origin`).
        origin: optional Country [None],
        /// Codes in common classifications such as UNSPSC and CPV (BT-158).
        classifications: list Identifier [None],
        /// What law asks to be known of it: dangerous goods, medical devices, energy classes.
        regulatory: list Regulatory [None],
        /// What trading partners call it (BT-156; Odoo `product.supplierinfo.product_code`).
        partner_codes: list PartnerCode [None],
        /// Names in other languages.
        translations: list Translation [None],
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

code_list! {
    /// How pieces of an item are told apart.
    ItemTracking, "item tracking", "How pieces of an item are told apart." {
        /// Not at all.
        None = "none",
        /// By production lot.
        Lot = "lot",
        /// Piece by piece.
        Serial = "serial",
    }
}

record! {
    /// A property and its value.
    Attribute in Product {
        /// The property: `Colour`.
        name: Label [None],
        /// The value: `Brass`.
        value: Label [None],
    }
}

record! {
    /// A level of packing.
    Pack in Product {
        /// The unit in which the pack is counted, for example `XCT` (carton).
        unit: UnitCode [None],
        /// How many base units are in it.
        quantity: Decimal [None],
        /// GTIN of the pack.
        gtin: optional Gtin [None],
        /// Outer size.
        dimensions: optional Dimensions [None],
        /// Weight, packing included.
        gross_weight: optional Quantity [None],
    }
}

record! {
    /// What law asks to be known of an item.
    Regulatory in Product {
        /// Which fact: `un_number`, `adr_class`, `medical_device_class`, `energy_class` and so on.
        scheme: Scheme [None],
        /// The fact.
        value: Label [None],
        /// The country whose law it is; everywhere when absent.
        country: optional Country [None],
    }
}

record! {
    /// What a trading partner calls an item.
    PartnerCode in Product {
        /// The partner.
        party: PartyRef [None Party],
        /// The partner's number.
        code: Label [None],
        /// The partner's name for it.
        name: optional Label [None],
    }
}

record! {
    /// Name and description in one language.
    Translation in Product {
        /// The language.
        language: Language [None],
        /// The name.
        name: Label [None],
        /// The description.
        description: optional Text [None],
    }
}

impl CanonicalObject for Item {
    const KIND: ObjectKind = ObjectKind::Item;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const UPCASTERS: &'static [Upcaster] = upcast::UPCASTERS;

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
