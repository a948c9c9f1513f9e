//! What is bought, sold or kept in stock.

use super::{CanonicalObject, ObjectKind};
use crate::{
    contract::present,
    ext::Ext,
    invariant::{self, Report},
    value::{Gtin, Identifier, Key, Label, Money, Quantity, RecordId, Revision, Text, UnitCode},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that is bought, sold or kept in stock: a variant, not a template (Odoo `product.product`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The id that the host assigned, where it assigns ids.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub id: Option<RecordId>,
    /// Natural key in the source system; with the system it is the identity.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub key: Key,
    /// Other identities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub ids: Vec<Identifier>,
    /// Seller's article number (BT-155; Odoo `default_code`). Not unique in every system, so never the key.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub sku: Option<Label>,
    /// Name (BT-153; Odoo `name`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub name: Label,
    /// Description for buyers (BT-154; Odoo `description_sale`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub description: Option<Text>,
    /// Goods or service (Odoo `type`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub kind: ItemKind,
    /// Whether stock is counted (Odoo `is_storable`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub stocked: bool,
    /// The unit in which quantities of the item are kept (UN/ECE Rec 20; Odoo `uom_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub base_unit: UnitCode,
    /// GTINs of the item (BT-157; Odoo `barcode`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub gtins: Vec<Gtin>,
    /// Net list price for one base unit (BT-146; Odoo `list_price`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "sales"))]
    pub list_price: Option<Money>,
    /// Weight of one base unit (Odoo `weight`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub weight: Option<Quantity>,
    /// Whether the item may be used in new documents (Odoo `active`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub active: bool,
    /// How new this state is in its source.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub revision: Option<Revision>,
    /// Vendor data under keys like `vendor:key`.
    #[serde(default, skip_serializing_if = "Ext::is_empty")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "product"))]
    pub ext: Ext,
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

impl Item {
    /// An active item with what every item has; stock is not counted until [`stocked`](Self::stocked) is set.
    pub fn new(key: Key, name: Label, kind: ItemKind, base_unit: UnitCode) -> Self {
        Self {
            id: None,
            key,
            ids: Vec::new(),
            sku: None,
            name,
            description: None,
            kind,
            stocked: false,
            base_unit,
            gtins: Vec::new(),
            list_price: None,
            weight: None,
            active: true,
            revision: None,
            ext: Ext::default(),
        }
    }
}

impl CanonicalObject for Item {
    const KIND: ObjectKind = ObjectKind::Item;
    const EXAMPLE: &'static str = include_str!("item.example.json");

    fn key(&self) -> &Key {
        &self.key
    }

    fn revision(&self) -> Option<Revision> {
        self.revision
    }

    fn check(&self, report: &mut Report) {
        invariant::item::check(self, report);
    }
}
