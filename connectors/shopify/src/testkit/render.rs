//! One order in the words of both APIs.

use connector_core::canonical::value::Instant;
use serde_json::{Value, json};

use super::money;
use super::order::{Customer, Order, OrderLine, product_of, variant_of};

impl Order {
    /// As a webhook carries it.
    pub fn rest(&self) -> Value {
        let (original, current) = (self.original(), self.current());
        let text = |minor| money::rest(minor, self.decimals());
        let lines: Vec<Value> = self.lines.iter().map(|line| self.rest_line(line)).collect();
        let discounts = self.lines.iter().map(|line| line.discount).sum();
        let shipping: Vec<Value> = self
            .shipping
            .iter()
            .map(|shipping| {
                json!({
                    "id": self.id * 10 + 7, "title": shipping.title, "code": "standard", "source": "shopify", "is_removed": false,
                    "price": text(shipping.price), "price_set": self.rest_set(shipping.price),
                    "discounted_price": text(shipping.price), "discounted_price_set": self.rest_set(shipping.price),
                    "current_discounted_price_set": self.rest_set(shipping.price),
                    "discount_allocations": [], "tax_lines": self.rest_taxes(shipping.tax),
                })
            })
            .collect();
        let order = json!({
            "id": self.id, "admin_graphql_api_id": format!("gid://shopify/Order/{}", self.id), "name": self.name,
            "email": self.email, "contact_email": self.email, "phone": null, "note": self.note, "tags": "", "test": self.test,
            "created_at": time(self.created_at), "processed_at": time(self.created_at), "updated_at": time(self.updated_at),
            "cancelled_at": self.cancelled_at.map(time), "cancel_reason": self.cancelled_at.map(|_| "customer"), "closed_at": null,
            "confirmed": true, "currency": self.currency, "presentment_currency": self.presentment_code(),
            "taxes_included": self.taxes_included, "financial_status": self.financial_status,
            "fulfillment_status": self.fulfillment_status, "source_name": "web", "payment_gateway_names": ["shopify_payments"],
            "note_attributes": [], "discount_applications": self.rest_applications(),
            "customer": self.customer.as_ref().map(|customer| rest_customer(customer, self.created_at)),
            "billing_address": null, "shipping_address": self.customer.as_ref().map(rest_address),
            "line_items": lines, "shipping_lines": shipping, "fulfillments": [], "refunds": [],
        });
        let totals = json!({
            "subtotal_price": text(original.subtotal), "subtotal_price_set": self.rest_set(original.subtotal),
            "total_tax": text(original.tax), "total_tax_set": self.rest_set(original.tax),
            "total_price": text(original.total), "total_price_set": self.rest_set(original.total),
            "total_discounts": text(discounts),
            "current_subtotal_price": text(current.subtotal), "current_subtotal_price_set": self.rest_set(current.subtotal),
            "current_total_tax": text(current.tax), "current_total_tax_set": self.rest_set(current.tax),
            "current_total_price": text(current.total), "current_total_price_set": self.rest_set(current.total),
            "total_tip_received": text(self.tip), "tax_lines": self.rest_taxes(original.tax),
        });
        joined(order, totals)
    }

    /// As the order node that this crate's query asks for, with all lines.
    pub fn graphql(&self) -> Value {
        let (original, current) = (self.original(), self.current());
        let lines: Vec<Value> = self.lines.iter().map(|line| self.graphql_line(line)).collect();
        let shipping: Vec<Value> = self
            .shipping
            .iter()
            .map(|shipping| {
                json!({
                    "title": shipping.title, "isRemoved": false, "originalPriceSet": self.bag(shipping.price),
                    "currentDiscountedPriceSet": self.bag(shipping.price), "discountAllocations": [],
                    "taxLines": self.graphql_taxes(shipping.tax),
                })
            })
            .collect();
        let order = json!({
            "id": format!("gid://shopify/Order/{}", self.id), "legacyResourceId": self.id.to_string(), "name": self.name,
            "email": self.email, "phone": null, "note": self.note, "poNumber": null, "tags": [], "test": self.test,
            "createdAt": time(self.created_at), "processedAt": time(self.created_at), "updatedAt": time(self.updated_at),
            "cancelledAt": self.cancelled_at.map(time), "cancelReason": self.cancelled_at.map(|_| "CUSTOMER"), "closedAt": null,
            "confirmed": true, "currencyCode": self.currency, "presentmentCurrencyCode": self.presentment_code(),
            "taxesIncluded": self.taxes_included, "displayFinancialStatus": self.financial_status.to_uppercase(),
            "displayFulfillmentStatus": match self.fulfillment_status.as_deref() {
                Some("fulfilled") => "FULFILLED",
                Some("partial") => "PARTIALLY_FULFILLED",
                _ => "UNFULFILLED",
            },
            "sourceName": "web", "paymentGatewayNames": ["shopify_payments"], "customAttributes": [],
            "customer": self.customer.as_ref().map(|customer| graphql_customer(customer, self.created_at)),
            "billingAddress": null, "shippingAddress": self.customer.as_ref().map(graphql_address),
            "lineItems": { "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": lines },
            "shippingLines": { "pageInfo": { "hasNextPage": false }, "nodes": shipping },
        });
        let totals = json!({
            "subtotalPriceSet": self.bag(original.subtotal), "currentSubtotalPriceSet": self.bag(current.subtotal),
            "totalTaxSet": self.bag(original.tax), "currentTotalTaxSet": self.bag(current.tax),
            "totalPriceSet": self.bag(original.total), "currentTotalPriceSet": self.bag(current.total),
            "totalTipReceivedSet": self.bag(self.tip), "originalTotalDutiesSet": null, "currentTotalDutiesSet": null,
            "originalTotalAdditionalFeesSet": null, "currentTotalAdditionalFeesSet": null,
        });
        joined(order, totals)
    }

    fn rest_line(&self, line: &OrderLine) -> Value {
        let allocations: Vec<Value> = (line.discount != 0)
            .then(|| {
                json!({
                    "amount": money::rest(line.discount, self.decimals()), "amount_set": self.rest_set(line.discount),
                    "discount_application_index": 0,
                })
            })
            .into_iter()
            .collect();
        json!({
            "id": line.id, "variant_id": variant_of(&line.sku), "product_id": product_of(&line.sku), "sku": line.sku,
            "title": format!("Article {}", line.sku), "name": format!("Article {}", line.sku), "variant_title": null,
            "quantity": line.quantity, "current_quantity": line.current_quantity, "fulfillable_quantity": line.current_quantity,
            "price": money::rest(line.price, self.decimals()), "price_set": self.rest_set(line.price), "total_discount": "0.00",
            "requires_shipping": true, "gift_card": false, "taxable": true, "properties": [],
            "discount_allocations": allocations, "tax_lines": self.rest_taxes(line.tax),
        })
    }

    fn graphql_line(&self, line: &OrderLine) -> Value {
        let allocations: Vec<Value> = (line.discount != 0)
            .then(|| json!({ "allocatedAmountSet": self.bag(line.discount), "discountApplication": { "code": "WELCOME" } }))
            .into_iter()
            .collect();
        json!({
            "id": format!("gid://shopify/LineItem/{}", line.id), "name": format!("Article {}", line.sku),
            "title": format!("Article {}", line.sku), "sku": line.sku,
            "quantity": line.quantity, "currentQuantity": line.current_quantity, "requiresShipping": true, "isGiftCard": false,
            "variant": { "legacyResourceId": variant_of(&line.sku).to_string() },
            "product": { "legacyResourceId": product_of(&line.sku).to_string() },
            "customAttributes": [], "originalUnitPriceSet": self.bag(line.price), "discountAllocations": allocations,
            "taxLines": self.graphql_taxes(line.tax),
        })
    }

    fn rest_applications(&self) -> Value {
        match self.lines.iter().any(|line| line.discount != 0) {
            true => {
                json!([{ "type": "discount_code", "code": "WELCOME", "value": "10.0", "value_type": "percentage" }])
            }
            false => json!([]),
        }
    }

    fn rest_taxes(&self, tax: i64) -> Value {
        match self.tax_ppm {
            0 => json!([]),
            ppm => json!([{
                "title": "Sales tax", "rate": f64::from(ppm) / 1e6, "price": money::rest(tax, self.decimals()), "price_set": self.rest_set(tax),
            }]),
        }
    }

    fn graphql_taxes(&self, tax: i64) -> Value {
        match self.tax_ppm {
            0 => json!([]),
            ppm => json!([{ "title": "Sales tax", "rate": f64::from(ppm) / 1e6, "priceSet": self.bag(tax) }]),
        }
    }

    fn rest_set(&self, minor: i64) -> Value {
        let shop = json!({ "amount": money::rest(minor, self.decimals()), "currency_code": self.currency });
        let presentment = match &self.presentment {
            Some((code, ppm)) => {
                json!({ "amount": money::rest(money::scaled(minor, *ppm, 1_000_000), 2), "currency_code": code })
            }
            None => shop.clone(),
        };
        json!({ "shop_money": shop, "presentment_money": presentment })
    }

    fn bag(&self, minor: i64) -> Value {
        json!({ "shopMoney": { "amount": money::graphql(minor, self.decimals()), "currencyCode": self.currency } })
    }

    fn presentment_code(&self) -> &str {
        self.presentment.as_ref().map_or(&self.currency, |(code, _)| code)
    }
}

/// A customer's record changes with each order that they place.
fn rest_customer(customer: &Customer, at: Instant) -> Value {
    json!({
        "id": customer.id, "updated_at": time(at), "email": customer.email, "first_name": customer.first_name, "last_name": customer.last_name, "phone": null,
        "default_address": rest_address(customer),
    })
}

fn graphql_customer(customer: &Customer, at: Instant) -> Value {
    json!({
        "legacyResourceId": customer.id.to_string(), "updatedAt": time(at), "firstName": customer.first_name, "lastName": customer.last_name,
        "defaultEmailAddress": { "emailAddress": customer.email }, "defaultPhoneNumber": null,
        "defaultAddress": graphql_address(customer),
    })
}

fn rest_address(customer: &Customer) -> Value {
    json!({
        "first_name": customer.first_name, "last_name": customer.last_name,
        "name": format!("{} {}", customer.first_name, customer.last_name), "company": null,
        "address1": format!("{} Main Street", customer.id % 997 + 1), "address2": null, "city": "Louisville", "zip": "40202",
        "province": "Kentucky", "province_code": "KY", "country": "United States", "country_code": "US", "phone": null,
    })
}

fn graphql_address(customer: &Customer) -> Value {
    json!({
        "firstName": customer.first_name, "lastName": customer.last_name,
        "name": format!("{} {}", customer.first_name, customer.last_name), "company": null,
        "address1": format!("{} Main Street", customer.id % 997 + 1), "address2": null, "city": "Louisville", "zip": "40202",
        "province": "Kentucky", "provinceCode": "KY", "countryCodeV2": "US", "phone": null,
    })
}

/// The fields of both objects.
fn joined(mut first: Value, second: Value) -> Value {
    if let (Some(first), Value::Object(second)) = (first.as_object_mut(), second) {
        first.extend(second);
    }
    first
}

/// Whole seconds, as Shopify has them.
pub(super) fn time(at: Instant) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}
