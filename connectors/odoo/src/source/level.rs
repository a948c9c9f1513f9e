//! One level: read from Odoo, carried as the payload of a change, mapped to the canonical object.

use bytes::Bytes;
use connector_core::canonical::object::{
    InventoryLevel, InventoryReading, ItemRef, LocationRef, StockQuantities,
};
use connector_core::canonical::value::{Code, Decimal, Identifier, Key, Quantity, UnitCode, ValueError};
use connector_core::canonical::{Object, ObjectKind};
use connector_core::contract::{Change, Dedup, MapError, Operation};
use odoo_rpc::{Call, Domain};
use serde::{Deserialize, Serialize};

use super::{FORMAT, cursor, newest_by_product};
use crate::config::Config;
use crate::fields::FieldMap;
use crate::refs::decimal;
use crate::session::{Odoo, Row, id_of, name_of, text};
use crate::units;
use crate::xid::Namespace;

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Warehouse {
    pub(super) id: i64,
    code: String,
    name: String,
}

impl Warehouse {
    pub(super) fn of(row: &Row) -> Option<Self> {
        let id = id_of(row, "id")?;
        Some(Warehouse { id, code: text(row, "code").to_owned(), name: text(row, "name").to_owned() })
    }
}

/// A code that two warehouses have: it is one in a company, and not across companies.
pub(super) fn code_twice(warehouses: &[Warehouse]) -> Option<&str> {
    let mut seen = std::collections::BTreeSet::new();
    warehouses.iter().map(|warehouse| warehouse.code.as_str()).find(|code| !seen.insert(*code))
}

/// What was read; the payload of the change. Everything in it follows from the state of the stock and the product, so an unchanged level
/// is the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    product: i64,
    /// The item's key in the source system, where we made the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    item_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_code: Option<String>,
    warehouse: Warehouse,
    /// External ids of the unit.
    unit: Vec<String>,
    unit_name: String,
    /// Newest write date of the product's quants and moves; of one that never had any, when it was made. What a product costs changes
    /// often, and says nothing of its stock. Where somebody deletes the newest of them, this is earlier than the deletion.
    write_date: String,
    on_hand: String,
    available: String,
    incoming: String,
    outgoing: String,
}

/// Products whose stock is counted.
pub(super) fn storable(fields: FieldMap) -> Domain {
    if fields.is_storable { Domain::eq("is_storable", true) } else { Domain::eq("detailed_type", "product") }
}

/// Reads the levels of products; those whose stock is not counted are left out.
pub(super) async fn read(
    odoo: &Odoo,
    names: &Namespace,
    products: &[i64],
    warehouses: &[Warehouse],
) -> Result<Vec<Level>, odoo_rpc::Error> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let dates = newest_by_product(odoo, products).await?;
    let external = odoo.external_ids("product.product", products).await?;
    let counted = if odoo.fields.is_storable { "is_storable" } else { "detailed_type" };
    let fields = [
        "default_code",
        "uom_id",
        "create_date",
        "qty_available",
        "free_qty",
        "incoming_qty",
        "outgoing_qty",
        counted,
    ];
    let mut levels = Vec::new();
    let mut units = std::collections::BTreeMap::new();
    for warehouse in warehouses {
        // A number: as text, Odoo finds nothing and says 0. Before 18.0 the key has another name.
        let call = Call::new("product.product", "read")
            .ids(products.iter().copied())
            .arg(fields.to_vec())
            .context("warehouse_id", warehouse.id)
            .context("warehouse", warehouse.id);
        let rows: Vec<Row> = odoo.client.call_as(call).await?;
        if units.is_empty() {
            let ids: std::collections::BTreeSet<i64> =
                rows.iter().filter_map(|row| id_of(row, "uom_id")).collect();
            units = odoo.external_ids("uom.uom", &ids.into_iter().collect::<Vec<_>>()).await?;
        }
        for row in &rows {
            let Some(id) = id_of(row, "id") else { continue };
            let is_counted = match row.get(counted) {
                Some(serde_json::Value::Bool(counted)) => *counted,
                value => value.and_then(serde_json::Value::as_str) == Some("product"),
            };
            if !is_counted {
                continue;
            }
            let number =
                |field| decimal(row, field).map(|number| number.normalized().to_string()).unwrap_or_default();
            let moved = dates.get(&id).map(String::as_str).filter(|date| !date.is_empty());
            let date = moved.unwrap_or_else(|| text(row, "create_date"));
            let mut unit = id_of(row, "uom_id").and_then(|id| units.get(&id)).cloned().unwrap_or_default();
            unit.sort_unstable();
            levels.push(Level {
                product: id,
                item_key: external.get(&id).and_then(|ids| ids.iter().find_map(|id| names.item_key(id))),
                default_code: Some(text(row, "default_code"))
                    .filter(|code| !code.is_empty())
                    .map(str::to_owned),
                warehouse: warehouse.clone(),
                unit,
                unit_name: name_of(row, "uom_id").to_owned(),
                write_date: date.to_owned(),
                on_hand: number("qty_available"),
                available: number("free_qty"),
                incoming: number("incoming_qty"),
                outgoing: number("outgoing_qty"),
            });
        }
    }
    Ok(levels)
}

impl Level {
    /// Whether the product came from the source system.
    pub(super) fn is_ours(&self) -> bool {
        self.item_key.is_some()
    }

    /// The source's own key; for a product that did not come from there, Odoo's name for it, which no number is taken for.
    fn item_key(&self) -> String {
        self.item_key.clone().unwrap_or_else(|| format!("product.product,{}", self.product))
    }

    fn key(&self) -> String {
        format!("{}@{}", self.item_key(), self.warehouse.code)
    }

    /// The change that carries it.
    pub(super) fn change(&self) -> Result<Change, String> {
        let payload = serde_json::to_vec(self).map_err(|e| e.to_string())?;
        let moment = cursor::instant(&self.write_date).ok_or_else(|| {
            format!("product.product {}: write_date `{}` is no time", self.product, self.write_date)
        })?;
        Ok(Change {
            object: ObjectKind::InventoryLevel,
            key: self.key(),
            operation: Operation::Upsert,
            // What was read later holds: dates go backwards where stock is deleted, and one reader asks for one page after the other.
            version: 0,
            ordering_key: self.key(),
            delivery_id: None,
            occurred_at: Some(moment),
            format: FORMAT.to_owned(),
            payload: Bytes::from(payload),
            dedup: Dedup::State,
            origins: Vec::new(),
        })
    }
}

/// The level in the canonical language.
pub(super) fn map(config: &Config, payload: &[u8]) -> Result<Vec<Object>, MapError> {
    let level: Level =
        serde_json::from_slice(payload).map_err(|e| MapError::new("", "json", e.to_string()))?;
    let at = |path: &'static str| move |e: ValueError| MapError::new(path, "value", e.to_string());
    let code = units::code(&config.units, &level.unit).ok_or_else(|| {
        let detail = format!(
            "no UN/ECE code is known for Odoo's unit `{}` ({}); map one under `units` in the configuration",
            level.unit_name,
            if level.unit.is_empty() { "without external id".to_owned() } else { level.unit.join(", ") }
        );
        MapError::new("unit", "unit", detail)
    })?;
    let unit: UnitCode = code.parse().map_err(at("unit"))?;
    let quantity = |text: &str, path: &'static str| {
        let value: Decimal = text.parse().map_err(at(path))?;
        Ok::<_, MapError>(Some(Quantity::new(value, unit.clone())))
    };
    let quantities = StockQuantities {
        on_hand: quantity(&level.on_hand, "on_hand")?,
        available: quantity(&level.available, "available")?,
        incoming: quantity(&level.incoming, "incoming")?,
        outgoing: quantity(&level.outgoing, "outgoing")?,
        reserved: None,
    };
    let as_of = cursor::instant(&level.write_date)
        .ok_or_else(|| MapError::new("write_date", "time", format!("`{}` is no time", level.write_date)))?;
    let key: Key = level.item_key().parse().map_err(at("item_key"))?;
    let mut item = ItemRef::new(key.clone());
    item.sku = level.default_code.as_deref().map(str::parse).transpose().map_err(at("default_code"))?;
    let identifier = |scheme: &str, value: Key, system: &str| {
        let identifier = Identifier::new(scheme.parse()?, value);
        Ok::<_, ValueError>(match system.parse::<Code>() {
            Ok(system) => identifier.in_system(system),
            Err(_) => identifier,
        })
    };
    let product: Key = level.product.to_string().parse().map_err(at("product"))?;
    item.ids.push(identifier("odoo:product.product", product, &config.system).map_err(at("product"))?);
    if level.item_key.is_some() {
        item.ids.push(identifier("key", key, &config.source_system).map_err(at("item_key"))?);
    }
    let mut location = LocationRef::new(level.warehouse.code.parse().map_err(at("warehouse.code"))?);
    location.name = level.warehouse.name.parse().ok();
    let key = level.key().parse().map_err(at("item_key"))?;
    let reading = InventoryReading::snapshot(quantities);
    Ok(vec![InventoryLevel::new(key, item, location, as_of, reading).into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Level {
        Level {
            product: 12,
            item_key: Some("v 7".into()),
            default_code: Some("LAMP".into()),
            warehouse: Warehouse { id: 1, code: "WH".into(), name: "Main".into() },
            unit: vec!["uom.product_uom_unit".into()],
            unit_name: "Units".into(),
            write_date: "2026-11-23 08:15:00".into(),
            on_hand: "10".into(),
            available: "7.5".into(),
            incoming: "0".into(),
            outgoing: "2".into(),
        }
    }

    fn config() -> Config {
        Config::new("https://h", "d", "l", "odoo-na", "shop-na")
    }

    #[test]
    fn warehouses_of_two_companies_may_have_one_code() {
        let house = |id, code: &str| Warehouse { id, code: code.into(), name: "Main".into() };
        assert_eq!(code_twice(&[house(1, "WH"), house(2, "CHIC")]), None);
        assert_eq!(code_twice(&[house(1, "WH"), house(2, "CHIC"), house(3, "WH")]), Some("WH"));
    }

    #[test]
    fn an_item_of_the_source_and_a_product_of_odoo_never_share_a_key() {
        let ours = Level { item_key: Some("12".into()), product: 40, ..level() };
        let theirs = Level { item_key: None, product: 12, ..level() };
        assert_ne!(ours.key(), theirs.key());
        let item = |level: &Level| match map(&config(), &level.change().unwrap().payload).unwrap().remove(0) {
            Object::InventoryLevel(level) => level.item.key.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!((item(&ours), item(&theirs)), ("12".into(), "product.product,12".into()));
    }

    #[test]
    fn a_level_is_mapped_with_both_its_identities() {
        let change = level().change().unwrap();
        assert_eq!(change.key, "v 7@WH");
        assert_eq!(change.occurred_at.unwrap().as_microseconds(), 1_795_421_700_000_000);
        let objects = map(&config(), &change.payload).unwrap();
        let [Object::InventoryLevel(object)] = objects.as_slice() else { panic!("{objects:?}") };
        assert_eq!((object.item.key.as_str(), object.location.key.as_str()), ("v 7", "WH"));
        let ids: Vec<String> =
            object.item.ids.iter().map(|id| format!("{}={}", id.scheme, id.value)).collect();
        assert_eq!(ids, ["odoo:product.product=12", "key=v 7"]);
        assert!(objects[0].check().is_empty(), "{:?}", objects[0].check());
        let InventoryReading::Snapshot(snapshot) = &object.reading else { panic!("no snapshot") };
        assert_eq!(snapshot.quantities.available.as_ref().unwrap().to_string(), "7.5 C62");
    }

    #[test]
    fn what_is_not_ours_goes_by_its_id_and_unknown_units_are_refused() {
        let foreign = Level { item_key: None, default_code: None, ..level() };
        let change = foreign.change().unwrap();
        assert_eq!(change.key, "product.product,12@WH");
        assert!(map(&config(), &change.payload).is_ok());
        let odd = Level { unit: vec!["acme.pallet".into()], ..level() };
        assert_eq!(map(&config(), &odd.change().unwrap().payload).unwrap_err().code, "unit");
        assert_eq!(map(&config(), b"{}").unwrap_err().code, "json");
        let broken = Level { on_hand: String::new(), ..level() };
        assert_eq!(map(&config(), &broken.change().unwrap().payload).unwrap_err().path, "on_hand");
    }
}
