//! The REST order, as webhooks carry it.

use connector_core::canonical::value::{Currency, Decimal, Label};
use connector_core::contract::MapError;

use super::json::{Fields, Node};
use super::order::{
    Address, Change, Customer, Discount, Financial, Fulfilment, Line, Order, ShippingLine, StatusPaths, Tax,
    Totals,
};
use super::value::*;

pub(super) fn order(node: &Node<'_>) -> Result<Order, MapError> {
    let fields = node.fields()?;
    let currency = currency(&fields.need("currency")?)?;
    let reasons = fields.list("discount_applications")?.iter().map(reason).collect::<Result<Vec<_>, _>>()?;
    let id = fields.need("id")?;
    let tips_apart = |line: &Node<'_>| Ok::<_, MapError>(line.fields()?.get("tip").is_none());
    let mut lines = Vec::new();
    for item in fields.need("line_items")?.items()? {
        // A tip stands among the lines and in `total_tip_received`; GraphQL has it there alone.
        if tips_apart(&item)? {
            lines.push(line(&item, currency, &reasons)?);
        }
    }
    let shipping_lines = fields.list("shipping_lines")?;
    let shipping_lines = shipping_lines.iter().map(|line| shipping_line(line, currency, &reasons));
    let change = |original: &str, current: &str| {
        Ok::<_, MapError>(Change {
            original: money_in(&fields, original, currency)?,
            current: money_in(&fields, current, currency)?,
        })
    };
    Ok(Order {
        name: match label_in(&fields, "name")? {
            Some(name) => name,
            None => return Err(missing(&fields, "name")),
        },
        ordered_at: match instant_in(&fields, "processed_at")? {
            Some(at) => at,
            None => instant(&fields.need("created_at")?)?,
        },
        cancelled_at: instant_in(&fields, "cancelled_at")?,
        cancel_reason: string_in(&fields, "cancel_reason")?.map(|word| word.to_ascii_lowercase()),
        closed_at: instant_in(&fields, "closed_at")?,
        confirmed: boolean_in(&fields, "confirmed")?,
        test: boolean_in(&fields, "test")?.unwrap_or(false),
        currency,
        presentment_currency: fields
            .get("presentment_currency")
            .map_or(Ok(None), |n| super::value::currency(&n).map(Some))?,
        taxes_included: fields.need("taxes_included")?.boolean()?,
        financial: match fields.get("financial_status") {
            None => Financial::Pending,
            Some(node) => {
                Financial::from_word(&node.string()?).ok_or_else(|| unknown(&node, "financial status"))?
            }
        },
        fulfilment: match fields.get("fulfillment_status") {
            None => Fulfilment::None,
            Some(node) => {
                Fulfilment::from_word(&node.string()?).ok_or_else(|| unknown(&node, "fulfilment status"))?
            }
        },
        paths: StatusPaths {
            financial: fields.path_of("financial_status"),
            fulfilment: fields.path_of("fulfillment_status"),
        },
        email: match label_in(&fields, "email")? {
            Some(email) => Some(email),
            None => label_in(&fields, "contact_email")?,
        },
        phone: label_in(&fields, "phone")?,
        note: text_in(&fields, "note")?,
        po_number: label_in(&fields, "po_number")?,
        source_name: string_in(&fields, "source_name")?,
        tags: tags(&fields)?,
        gateways: strings(&fields.list("payment_gateway_names")?)?,
        attributes: pairs(&fields.list("note_attributes")?)?,
        customer: fields.get("customer").map(|node| customer(&node)).transpose()?,
        billing: fields.get("billing_address").map(|node| address(&node)).transpose()?,
        shipping: fields.get("shipping_address").map(|node| address(&node)).transpose()?,
        lines,
        shipping_lines: shipping_lines.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect(),
        tip: money_in(&fields, "total_tip_received", currency)?,
        duties: change("original_total_duties", "current_total_duties")?,
        fees: change("original_total_additional_fees", "current_total_additional_fees")?,
        totals: Totals {
            subtotal: change("subtotal_price", "current_subtotal_price")?,
            tax: change("total_tax", "current_total_tax")?,
            total: change("total_price", "current_total_price")?,
            path: fields.path_of("total_price"),
        },
        id: key(&id, &super::value::id(&id)?)?,
    })
}

fn missing(fields: &Fields<'_>, name: &str) -> MapError {
    MapError::new(fields.path_of(name), "missing", "is missing; the order cannot be mapped without it")
}

fn unknown(node: &Node<'_>, what: &str) -> MapError {
    node.fault(
        "enum",
        format!("is a {what} that this version does not know; it needs a decision what it means"),
    )
}

/// The amount in shop currency: `NAME_set.shop_money` where there is one, else `NAME`. Presentment money is what the buyer saw; it is
/// never booked.
fn money_in(fields: &Fields<'_>, name: &str, order: Currency) -> Result<Option<Decimal>, MapError> {
    let shop = match fields.get(&format!("{name}_set")) {
        Some(set) => set.fields()?.get("shop_money"),
        None => None,
    };
    let Some(shop) = shop else {
        return fields.get(name).map(|node| amount(&node, order)).transpose();
    };
    let shop = shop.fields()?;
    if let Some(node) = shop.get("currency_code")
        && currency(&node)? != order
    {
        return Err(node.fault("currency", format!("shop money must be in the order's currency, {order}")));
    }
    amount(&shop.need("amount")?, order).map(Some)
}

fn money(fields: &Fields<'_>, name: &str, order: Currency) -> Result<Decimal, MapError> {
    match money_in(fields, name, order)? {
        Some(amount) => Ok(amount),
        None => Err(missing(fields, name)),
    }
}

fn line(node: &Node<'_>, order: Currency, reasons: &[Option<Label>]) -> Result<Line, MapError> {
    let fields = node.fields()?;
    let name = match label_in(&fields, "name")? {
        Some(name) => Some(name),
        None => label_in(&fields, "title")?,
    };
    let id = fields.need("id")?;
    let discounts = match fields.get("discount_allocations") {
        Some(list) => allocations(&list, order, reasons)?,
        // Old payloads and imports have only the sum.
        None => total_discount(&fields, order)?,
    };
    Ok(Line {
        path: node.path().to_owned(),
        id: label(&id)?.ok_or_else(|| missing(&fields, "id"))?,
        variant: id_in(&fields, "variant_id")?,
        product: id_in(&fields, "product_id")?,
        sku: label_in(&fields, "sku")?,
        name: name.ok_or_else(|| missing(&fields, "title"))?,
        properties: pairs(&fields.list("properties")?)?,
        requires_shipping: boolean_in(&fields, "requires_shipping")?.unwrap_or(true),
        gift_card: boolean_in(&fields, "gift_card")?.unwrap_or(false),
        quantity: decimal(&fields.need("quantity")?)?.normalized(),
        current_quantity: fields
            .get("current_quantity")
            .map(|n| decimal(&n))
            .transpose()?
            .map(|q| q.normalized()),
        price: money(&fields, "price", order)?,
        discounts,
        taxes: taxes(&fields, order)?,
    })
}

fn allocations(
    list: &Node<'_>,
    order: Currency,
    reasons: &[Option<Label>],
) -> Result<Vec<Discount>, MapError> {
    let one = |node: &Node<'_>| {
        let fields = node.fields()?;
        let index = fields.get("discount_application_index").map(|n| n.scalar()).transpose()?;
        let reason = index.and_then(|index| index.parse::<usize>().ok()).and_then(|index| reasons.get(index));
        Ok(Discount { amount: money(&fields, "amount", order)?, reason: reason.cloned().flatten() })
    };
    list.items()?.iter().map(one).collect()
}

fn total_discount(fields: &Fields<'_>, order: Currency) -> Result<Vec<Discount>, MapError> {
    let amount = money_in(fields, "total_discount", order)?.filter(|amount| !amount.is_zero());
    Ok(amount.into_iter().map(|amount| Discount { amount, reason: None }).collect())
}

fn taxes(fields: &Fields<'_>, order: Currency) -> Result<Vec<Tax>, MapError> {
    let one = |node: &Node<'_>| {
        let fields = node.fields()?;
        Ok(Tax {
            rate: rate(&fields.need("rate")?)?,
            title: label_in(&fields, "title")?,
            amount: money(&fields, "price", order)?,
        })
    };
    fields.list("tax_lines")?.iter().map(one).collect()
}

fn shipping_line(
    node: &Node<'_>,
    order: Currency,
    reasons: &[Option<Label>],
) -> Result<Option<ShippingLine>, MapError> {
    let fields = node.fields()?;
    if boolean_in(&fields, "is_removed")? == Some(true) {
        return Ok(None);
    }
    let price = money(&fields, "price", order)?;
    let discounts = match fields.get("discount_allocations") {
        Some(list) => allocations(&list, order, reasons)?,
        None => {
            let discounted = money_in(&fields, "discounted_price", order)?.unwrap_or(price);
            let off = price.checked_sub(discounted).filter(|off| off.is_positive());
            off.into_iter().map(|amount| Discount { amount: pad(amount, order), reason: None }).collect()
        }
    };
    Ok(Some(ShippingLine {
        path: node.path().to_owned(),
        title: label_in(&fields, "title")?,
        price,
        discounts,
        current: money_in(&fields, "current_discounted_price", order)?,
        taxes: taxes(&fields, order)?,
    }))
}

/// What a discount is called: its code, else its title.
fn reason(node: &Node<'_>) -> Result<Option<Label>, MapError> {
    let fields = node.fields()?;
    for name in ["code", "title", "description"] {
        if let Some(label) = label_in(&fields, name)? {
            return Ok(Some(label));
        }
    }
    Ok(None)
}

fn tags(fields: &Fields<'_>) -> Result<Vec<String>, MapError> {
    let text = string_in(fields, "tags")?.unwrap_or_default();
    let mut tags: Vec<String> =
        text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
    tags.sort();
    Ok(tags)
}

pub(super) fn strings(nodes: &[Node<'_>]) -> Result<Vec<String>, MapError> {
    nodes.iter().map(|node| node.string()).collect()
}

/// `{name, value}` pairs; a value that is no text or number is left as JSON.
fn pairs(nodes: &[Node<'_>]) -> Result<Vec<(String, String)>, MapError> {
    let mut pairs = Vec::new();
    for node in nodes {
        let fields = node.fields()?;
        let Some(value) = fields.get("value") else { continue };
        let value = value.scalar().unwrap_or_else(|_| value.text().to_owned());
        pairs.push((fields.need("name")?.scalar()?, value));
    }
    Ok(pairs)
}

pub(super) fn customer(node: &Node<'_>) -> Result<Customer, MapError> {
    let fields = node.fields()?;
    let id = match fields.get("id") {
        Some(node) => Some(key(&node, &id(&node)?)?),
        None => None,
    };
    Ok(Customer {
        id,
        updated_at: instant_in(&fields, "updated_at")?,
        first_name: label_in(&fields, "first_name")?,
        last_name: label_in(&fields, "last_name")?,
        email: label_in(&fields, "email")?,
        phone: label_in(&fields, "phone")?,
        address: fields.get("default_address").map(|node| address(&node)).transpose()?,
    })
}

fn address(node: &Node<'_>) -> Result<Address, MapError> {
    read_address(node, ["first_name", "last_name", "province_code", "country_code"])
}

/// The two formats differ in four names.
pub(super) fn read_address(node: &Node<'_>, names: [&str; 4]) -> Result<Address, MapError> {
    let fields = node.fields()?;
    let [first, last, province_code, country] = names;
    let name = match label_in(&fields, "name")? {
        Some(name) => Some(name),
        None => Customer {
            id: None,
            updated_at: None,
            first_name: label_in(&fields, first)?,
            last_name: label_in(&fields, last)?,
            email: None,
            phone: None,
            address: None,
        }
        .name(),
    };
    let country = match fields.get(country) {
        Some(node) => Some(node.string()?.parse().map_err(|_| {
            node.fault("country", "must be two capital letters (ISO 3166-1); correct the address in Shopify")
        })?),
        None => None,
    };
    Ok(Address {
        name,
        company: label_in(&fields, "company")?,
        address1: label_in(&fields, "address1")?,
        address2: label_in(&fields, "address2")?,
        city: label_in(&fields, "city")?,
        zip: label_in(&fields, "zip")?,
        province: label_in(&fields, "province")?,
        province_code: string_in(&fields, province_code)?,
        country,
        phone: label_in(&fields, "phone")?,
    })
}
