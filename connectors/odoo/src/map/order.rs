//! An order with its lines: `sale.order`, `sale.order.line`. Allowances and charges are lines of their own, with service products.

use connector_core::canonical::object::{
    Address, AllowanceCharge, AllowanceChargeKind, ItemRef, LineTax, PartyRef, Price, SalesOrder,
    SalesOrderLine,
};
use connector_core::canonical::value::Decimal;
use connector_core::contract::Rejection;

use super::address::OrderAddress;
use super::unmapped::refuse_unmapped;
use super::{Cell, Mapper, Record, cell, html, moment, number};
use crate::config::ItemMatch;
use crate::error::refuse;

/// What an order may still be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// New or a quotation: everything.
    Open,
    /// Confirmed: neither the pricelist, which Odoo refuses even unchanged, nor dates, which would move what is being delivered.
    Confirmed,
}

/// What a line sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Product {
    External(String),
    Id(i64),
}

/// A line as it should stand in Odoo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) external_id: String,
    pub(crate) product: Product,
    pub(crate) name: String,
    pub(crate) quantity: Decimal,
    /// External id of the unit.
    pub(crate) unit: String,
    pub(crate) price: Decimal,
    pub(crate) taxes: Vec<i64>,
}

/// An order as it should stand in Odoo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MappedOrder {
    pub(crate) external_id: String,
    /// What `origin` says: narrows the search for the order, and is no identity.
    pub(crate) origin: String,
    /// What `client_order_ref` says.
    pub(crate) reference: String,
    pub(crate) partner: String,
    pub(crate) invoice: Option<String>,
    pub(crate) shipping: Option<String>,
    /// Contacts that must be there before.
    pub(crate) addresses: Vec<OrderAddress>,
    pub(crate) lines: Vec<Line>,
    head: Vec<Cell>,
    dates: Vec<Cell>,
    unit_column: String,
    tax_column: String,
}

/// Digits that a price keeps behind the point where it is for several units: a millionth of a cent over a million units.
const PRICE_DIGITS: u32 = 14;

impl Mapper<'_> {
    /// The order.
    pub(crate) fn order(&self, order: &SalesOrder) -> Result<MappedOrder, Rejection> {
        refuse_unmapped(order)?;
        let key = order.key.as_str();
        let external_id = self.names.order(key);
        let mut addresses = Vec::new();
        let buyer = order.buyer.key.as_str();
        let invoice = self.counterpart(
            buyer,
            order.bill_to_party.as_ref(),
            order.bill_to.as_ref(),
            "invoice",
            &mut addresses,
        )?;
        let shipping = self.counterpart(
            buyer,
            order.ship_to_party.as_ref(),
            order.ship_to.as_ref(),
            "delivery",
            &mut addresses,
        )?;
        let origin = self.config.origin(key);
        let reference = order.buyer_order_number.as_ref().unwrap_or(&order.number).to_string();
        let mut head = vec![cell("client_order_ref", reference.as_str()), cell("origin", origin.as_str())];
        head.extend(order.note.as_ref().map(|note| cell("note", html(note.as_str()))));
        let pricelist = self.refs.pricelist(order.currency)?;
        let mut dates = vec![
            cell("date_order", moment(order.ordered_at)),
            // Empty is no pricelist: the company's currency, at the prices that come with the lines.
            cell("pricelist_id/.id", pricelist.map(|id| id.to_string()).unwrap_or_default()),
        ];
        // At noon, the day stays the same day in most of the world's zones.
        dates.extend(order.requested_date.map(|day| cell("commitment_date", format!("{day} 12:00:00"))));
        dates.extend(self.config.warehouse_id.map(|id| cell("warehouse_id/.id", id.to_string())));
        dates.extend(self.config.team_id.map(|id| cell("team_id/.id", id.to_string())));
        let mut lines = Vec::new();
        for (index, line) in order.lines.iter().enumerate() {
            self.line(key, line, &format!("/lines/{index}"), &mut lines)?;
        }
        for (index, entry) in order.allowances_charges.iter().enumerate() {
            let path = format!("/allowances_charges/{index}");
            lines.push(self.extra(self.names.order_extra(key, index), entry, &entry.taxes, &path)?);
        }
        let (unit_column, tax_column) = (
            format!("order_line/{}/id", self.fields.line_unit),
            format!("order_line/{}/.id", self.fields.line_taxes),
        );
        let partner = self.names.party(buyer);
        Ok(MappedOrder {
            external_id,
            origin,
            reference,
            partner,
            invoice,
            shipping,
            addresses,
            lines,
            head,
            dates,
            unit_column,
            tax_column,
        })
    }

    /// Who is billed or gets the goods, where it is not simply the buyer.
    fn counterpart(
        &self,
        buyer: &str,
        party: Option<&PartyRef>,
        address: Option<&Address>,
        role: &str,
        addresses: &mut Vec<OrderAddress>,
    ) -> Result<Option<String>, Rejection> {
        let party = party.map(|party| party.key.as_str());
        let Some(address) = address else { return Ok(party.map(|key| self.names.party(key))) };
        let path = if role == "invoice" { "/bill_to" } else { "/ship_to" };
        let found = self.order_address(party.unwrap_or(buyer), role, address, path)?;
        let contact = found.contact.clone();
        addresses.push(found);
        Ok(Some(contact))
    }

    fn line(
        &self,
        order: &str,
        line: &SalesOrderLine,
        path: &str,
        lines: &mut Vec<Line>,
    ) -> Result<(), Rejection> {
        let line_id = line.line_id.as_str();
        let name = line.description.as_ref().map(|text| text.as_str());
        let item = &line.item;
        let name = name
            .or(item.name.as_ref().map(|name| name.as_str()))
            .or(item.sku.as_ref().map(|sku| sku.as_str()));
        lines.push(Line {
            external_id: self.names.line(order, line_id),
            product: self.product(item, path)?,
            name: name.unwrap_or(item.key.as_str()).to_owned(),
            quantity: line.quantity.value,
            unit: self.refs.unit(&line.quantity.unit, &format!("{path}/quantity/unit"))?.to_owned(),
            price: unit_price(&line.price, path)?,
            taxes: self.refs.taxes(&line.taxes, path)?,
        });
        for (index, entry) in line.allowances_charges.iter().enumerate() {
            let external_id = self.names.line_extra(order, line_id, index);
            lines.push(self.extra(external_id, entry, &line.taxes, path)?);
        }
        Ok(())
    }

    fn product(&self, item: &ItemRef, path: &str) -> Result<Product, Rejection> {
        if self.config.item_match == ItemMatch::ExternalId {
            let own = self.names.item(item.key.as_str());
            return Ok(Product::External(self.articles.get(&own).cloned().unwrap_or(own)));
        }
        let Some(sku) = item.sku.as_ref().map(|sku| sku.as_str()) else {
            let message =
                "the item has no SKU, and the configuration finds items by SKU; give it one at the source";
            return Err(refuse("sku_missing", format!("{path}/item/sku"), message));
        };
        match self.skus.get(sku).map(Vec::as_slice) {
            Some([only]) => Ok(Product::Id(*only)),
            Some([_, _, ..]) => {
                let message = format!(
                    "several products of Odoo have the internal reference `{sku}`; leave it with one"
                );
                Err(refuse("sku_ambiguous", format!("{path}/item/sku"), message))
            }
            _ => {
                let message = format!(
                    "no product of Odoo has the internal reference `{sku}`; give it to the right one"
                );
                Err(refuse("sku_not_found", format!("{path}/item/sku"), message))
            }
        }
    }

    fn service(&self, role: &str) -> Product {
        let external_id = self.names.service(role);
        match self.skus.get(&external_id).map(Vec::as_slice) {
            Some([id]) if self.config.item_match == ItemMatch::Sku => Product::Id(*id),
            _ => Product::External(external_id),
        }
    }

    /// An allowance or charge as a line: one unit of a service at that price.
    fn extra(
        &self,
        external_id: String,
        entry: &AllowanceCharge,
        taxes: &[LineTax],
        tax_path: &str,
    ) -> Result<Line, Rejection> {
        let (role, word) = service(entry.kind);
        Ok(Line {
            external_id,
            product: self.service(role),
            name: entry.reason.as_ref().map_or(word, |reason| reason.as_str()).to_owned(),
            quantity: Decimal::ONE,
            unit: self.refs.unit_of_one().to_owned(),
            price: entry.signed(),
            taxes: self.refs.taxes(taxes, tax_path)?,
        })
    }
}

/// The service products that an order's allowances and charges need: role and name.
pub(crate) fn services(order: &SalesOrder) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = order.lines.iter().flat_map(|line| &line.allowances_charges);
    lines.chain(&order.allowances_charges).map(|entry| service(entry.kind))
}

fn service(kind: AllowanceChargeKind) -> (&'static str, &'static str) {
    match kind {
        AllowanceChargeKind::Allowance => ("discount", "Discount"),
        AllowanceChargeKind::Charge => ("charge", "Charge"),
    }
}

impl MappedOrder {
    /// Whether the lines name their products by Odoo's own id.
    pub(crate) fn by_id(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.product, Product::Id(_)))
    }

    /// The record for `load`; `emptied` are lines that the order has lost and that cannot be deleted.
    pub(crate) fn record(&self, stage: Stage, emptied: &[Line]) -> Record {
        let mut cells =
            vec![cell("id", self.external_id.as_str()), cell("partner_id/id", self.partner.as_str())];
        cells.extend(self.invoice.as_ref().map(|id| cell("partner_invoice_id/id", id.as_str())));
        cells.extend(self.shipping.as_ref().map(|id| cell("partner_shipping_id/id", id.as_str())));
        cells.extend(self.head.iter().cloned());
        if stage == Stage::Open {
            cells.extend(self.dates.iter().cloned());
        }
        let by_id = self.by_id();
        let lines = self.lines.iter().chain(emptied).enumerate();
        let lines = lines.map(|(index, line)| self.line_cells(index, line, by_id)).collect();
        Record { cells, lines }
    }

    fn line_cells(&self, index: usize, line: &Line, by_id: bool) -> Vec<Cell> {
        let (external, id) = match &line.product {
            Product::External(external) => (external.clone(), String::new()),
            Product::Id(id) => (String::new(), id.to_string()),
        };
        let taxes: Vec<String> = line.taxes.iter().map(i64::to_string).collect();
        let product = if by_id {
            cell("order_line/product_id/.id", id)
        } else {
            cell("order_line/product_id/id", external)
        };
        vec![
            cell("order_line/id", line.external_id.as_str()),
            cell("order_line/sequence", ((index + 1) * 10).to_string()),
            product,
            cell("order_line/name", line.name.as_str()),
            cell("order_line/product_uom_qty", number(line.quantity)),
            cell(&self.unit_column, line.unit.as_str()),
            cell("order_line/price_unit", number(line.price)),
            // Else Odoo would take off what its pricelists say.
            cell("order_line/discount", "0"),
            // Empty is no tax; without the column it would be the product's.
            cell(&self.tax_column, taxes.join(",")),
        ]
    }
}

/// The price of one unit. Exact, or to more digits than matter.
fn unit_price(price: &Price, path: &str) -> Result<Decimal, Rejection> {
    let Some(base) = price.base_quantity else { return Ok(price.amount) };
    let exact = price.amount.checked_div(base);
    exact.map(|exact| exact.round_half_up(PRICE_DIGITS)).ok_or_else(|| {
        refuse(
            "price",
            format!("{path}/price"),
            "the price of one unit cannot be computed; correct price or base quantity",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_for_several_units_keeps_the_amount_of_the_line() {
        for (amount, base, quantity, expected) in
            [("10.00", "3", "3", "10.00"), ("1190", "119", "7", "70.00"), ("99999.99", "7", "7", "99999.99")]
        {
            let price = Price::per(amount.parse().unwrap(), base.parse().unwrap());
            let unit = unit_price(&price, "").unwrap();
            let total = unit.checked_mul(quantity.parse().unwrap()).unwrap().round_half_up(2);
            assert_eq!(total, expected.parse().unwrap(), "{amount}/{base}");
        }
    }
}
