//! The order node of the Admin GraphQL API, as [`query::ORDERS`](crate::client::query::ORDERS) asks for it.

use connector_core::canonical::value::{Currency, Decimal, Label};
use connector_core::contract::MapError;

use super::json::{Fields, Node};
use super::order::{
    Address, Change, Customer, Discount, Financial, Fulfilment, Line, Order, ShippingLine, StatusPaths, Tax,
    Totals,
};
use super::rest::{read_address, strings};
use super::value::*;

pub(super) fn order(node: &Node<'_>) -> Result<Order, MapError> {
    let fields = node.fields()?;
    let order_currency = currency(&fields.need("currencyCode")?)?;
    let id = fields.need("legacyResourceId")?;
    let lines = all(&fields, "lineItems", "moreLineItems")?;
    let shipping_lines = all(&fields, "shippingLines", "moreShippingLines")?;
    let change = |original: &str, current: &str| {
        Ok::<_, MapError>(Change {
            original: money_in(&fields, original, order_currency)?,
            current: money_in(&fields, current, order_currency)?,
        })
    };
    let mut tags = strings(&fields.list("tags")?)?;
    tags.sort();
    Ok(Order {
        name: label_in(&fields, "name")?.ok_or_else(|| missing(&fields, "name"))?,
        ordered_at: match instant_in(&fields, "processedAt")? {
            Some(at) => at,
            None => instant(&fields.need("createdAt")?)?,
        },
        cancelled_at: instant_in(&fields, "cancelledAt")?,
        cancel_reason: string_in(&fields, "cancelReason")?.map(|word| word.to_ascii_lowercase()),
        closed_at: instant_in(&fields, "closedAt")?,
        confirmed: boolean_in(&fields, "confirmed")?,
        test: boolean_in(&fields, "test")?.unwrap_or(false),
        currency: order_currency,
        presentment_currency: fields
            .get("presentmentCurrencyCode")
            .map(|node| currency(&node))
            .transpose()?,
        taxes_included: fields.need("taxesIncluded")?.boolean()?,
        financial: match fields.get("displayFinancialStatus") {
            None => Financial::Pending,
            Some(node) => Financial::from_word(&node.string()?)
                .ok_or_else(|| node.fault("enum", "is a financial status that this version does not know"))?,
        },
        fulfilment: match fields.get("displayFulfillmentStatus") {
            None => Fulfilment::None,
            Some(node) => Fulfilment::from_word(&node.string()?).ok_or_else(|| {
                node.fault("enum", "is a fulfilment status that this version does not know")
            })?,
        },
        paths: StatusPaths {
            financial: fields.path_of("displayFinancialStatus"),
            fulfilment: fields.path_of("displayFulfillmentStatus"),
        },
        email: label_in(&fields, "email")?,
        phone: label_in(&fields, "phone")?,
        note: text_in(&fields, "note")?,
        po_number: label_in(&fields, "poNumber")?,
        source_name: string_in(&fields, "sourceName")?,
        tags,
        gateways: strings(&fields.list("paymentGatewayNames")?)?,
        attributes: pairs(&fields.list("customAttributes")?)?,
        customer: fields.get("customer").map(|node| customer(&node)).transpose()?,
        billing: fields.get("billingAddress").map(|node| address(&node)).transpose()?,
        shipping: fields.get("shippingAddress").map(|node| address(&node)).transpose()?,
        lines: lines.iter().map(|node| line(node, order_currency)).collect::<Result<_, _>>()?,
        shipping_lines: shipping_lines
            .iter()
            .map(|node| shipping_line(node, order_currency))
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?,
        tip: money_in(&fields, "totalTipReceivedSet", order_currency)?,
        duties: change("originalTotalDutiesSet", "currentTotalDutiesSet")?,
        fees: change("originalTotalAdditionalFeesSet", "currentTotalAdditionalFeesSet")?,
        totals: Totals {
            subtotal: change("subtotalPriceSet", "currentSubtotalPriceSet")?,
            tax: change("totalTaxSet", "currentTotalTaxSet")?,
            total: change("totalPriceSet", "currentTotalPriceSet")?,
            path: fields.path_of("totalPriceSet"),
        },
        id: key(&id, &super::value::id(&id)?)?,
    })
}

fn missing(fields: &Fields<'_>, name: &str) -> MapError {
    MapError::new(fields.path_of(name), "missing", "is missing; the order cannot be mapped without it")
}

/// All nodes of a connection: its first page, and what a poll fetched of the others. Part of an order is never mapped.
fn all<'a>(fields: &Fields<'a>, name: &str, more: &str) -> Result<Vec<Node<'a>>, MapError> {
    let connection = fields.need(name)?;
    let page = connection.fields()?;
    let mut nodes = page.need("nodes")?.items()?;
    let open = match page.get("pageInfo") {
        Some(info) => boolean_in(&info.fields()?, "hasNextPage")?.unwrap_or(false),
        None => false,
    };
    match fields.get(more) {
        Some(rest) => nodes.extend(rest.items()?),
        None if open => {
            return Err(connection
                .fault("truncated", "has further pages that were not fetched; poll the order again"));
        }
        None => {}
    }
    Ok(nodes)
}

/// The amount in shop currency.
fn money_in(fields: &Fields<'_>, name: &str, order: Currency) -> Result<Option<Decimal>, MapError> {
    let Some(bag) = fields.get(name) else { return Ok(None) };
    let shop = bag.fields()?.need("shopMoney")?.fields()?;
    if let Some(node) = shop.get("currencyCode")
        && currency(&node)? != order
    {
        return Err(node.fault("currency", format!("shop money must be in the order's currency, {order}")));
    }
    amount(&shop.need("amount")?, order).map(Some)
}

fn money(fields: &Fields<'_>, name: &str, order: Currency) -> Result<Decimal, MapError> {
    money_in(fields, name, order)?.ok_or_else(|| missing(fields, name))
}

fn line(node: &Node<'_>, order: Currency) -> Result<Line, MapError> {
    let fields = node.fields()?;
    let name = match label_in(&fields, "name")? {
        Some(name) => Some(name),
        None => label_in(&fields, "title")?,
    };
    let legacy = |name: &str| match fields.get(name) {
        Some(node) => id_in(&node.fields()?, "legacyResourceId"),
        None => Ok(None),
    };
    let id_node = fields.need("id")?;
    Ok(Line {
        path: node.path().to_owned(),
        id: id(&id_node)?.parse().map_err(|_| missing(&fields, "id"))?,
        variant: legacy("variant")?,
        product: legacy("product")?,
        sku: label_in(&fields, "sku")?,
        name: name.ok_or_else(|| missing(&fields, "title"))?,
        properties: pairs(&fields.list("customAttributes")?)?,
        requires_shipping: boolean_in(&fields, "requiresShipping")?.unwrap_or(true),
        gift_card: boolean_in(&fields, "isGiftCard")?.unwrap_or(false),
        quantity: decimal(&fields.need("quantity")?)?.normalized(),
        current_quantity: fields
            .get("currentQuantity")
            .map(|n| decimal(&n))
            .transpose()?
            .map(|q| q.normalized()),
        price: money(&fields, "originalUnitPriceSet", order)?,
        discounts: discounts(&fields, order)?,
        taxes: taxes(&fields, order)?,
    })
}

fn discounts(fields: &Fields<'_>, order: Currency) -> Result<Vec<Discount>, MapError> {
    let one = |node: &Node<'_>| {
        let fields = node.fields()?;
        let reason = fields.get("discountApplication").map(|node| reason(&node)).transpose()?.flatten();
        Ok(Discount { amount: money(&fields, "allocatedAmountSet", order)?, reason })
    };
    fields.list("discountAllocations")?.iter().map(one).collect()
}

fn reason(node: &Node<'_>) -> Result<Option<Label>, MapError> {
    let fields = node.fields()?;
    for name in ["code", "title", "description"] {
        if let Some(label) = label_in(&fields, name)? {
            return Ok(Some(label));
        }
    }
    Ok(None)
}

fn taxes(fields: &Fields<'_>, order: Currency) -> Result<Vec<Tax>, MapError> {
    let one = |node: &Node<'_>| {
        let fields = node.fields()?;
        Ok(Tax {
            rate: rate(&fields.need("rate")?)?,
            title: label_in(&fields, "title")?,
            amount: money(&fields, "priceSet", order)?,
        })
    };
    fields.list("taxLines")?.iter().map(one).collect()
}

fn shipping_line(node: &Node<'_>, order: Currency) -> Result<Option<ShippingLine>, MapError> {
    let fields = node.fields()?;
    if boolean_in(&fields, "isRemoved")? == Some(true) {
        return Ok(None);
    }
    Ok(Some(ShippingLine {
        path: node.path().to_owned(),
        title: label_in(&fields, "title")?,
        price: money(&fields, "originalPriceSet", order)?,
        discounts: discounts(&fields, order)?,
        current: money_in(&fields, "currentDiscountedPriceSet", order)?,
        taxes: taxes(&fields, order)?,
    }))
}

fn pairs(nodes: &[Node<'_>]) -> Result<Vec<(String, String)>, MapError> {
    let mut pairs = Vec::new();
    for node in nodes {
        let fields = node.fields()?;
        if let Some(value) = fields.get("value") {
            pairs.push((fields.need("key")?.string()?, value.string()?));
        }
    }
    Ok(pairs)
}

fn customer(node: &Node<'_>) -> Result<Customer, MapError> {
    let fields = node.fields()?;
    let id = fields.need("legacyResourceId")?;
    let inner = |outer: &str, inner: &str| match fields.get(outer) {
        Some(node) => label_in(&node.fields()?, inner),
        None => Ok(None),
    };
    Ok(Customer {
        id: Some(key(&id, &super::value::id(&id)?)?),
        updated_at: instant_in(&fields, "updatedAt")?,
        first_name: label_in(&fields, "firstName")?,
        last_name: label_in(&fields, "lastName")?,
        email: inner("defaultEmailAddress", "emailAddress")?,
        phone: inner("defaultPhoneNumber", "phoneNumber")?,
        address: fields.get("defaultAddress").map(|node| address(&node)).transpose()?,
    })
}

fn address(node: &Node<'_>) -> Result<Address, MapError> {
    read_address(node, ["firstName", "lastName", "provinceCode", "countryCodeV2"])
}
