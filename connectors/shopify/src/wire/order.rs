//! An order as both formats tell it: typed, in shop currency, not yet interpreted.

use connector_core::canonical::value::{Country, Currency, Decimal, Instant, Key, Label, Percentage, Text};

/// An order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: Key,
    pub(crate) name: Label,
    pub(crate) ordered_at: Instant,
    pub(crate) cancelled_at: Option<Instant>,
    pub(crate) cancel_reason: Option<String>,
    pub(crate) closed_at: Option<Instant>,
    pub(crate) confirmed: Option<bool>,
    pub(crate) test: bool,
    pub(crate) currency: Currency,
    /// What the buyer saw and paid in.
    pub(crate) presentment_currency: Option<Currency>,
    pub(crate) taxes_included: bool,
    pub(crate) financial: Financial,
    pub(crate) fulfilment: Fulfilment,
    /// Where the two stand in the payload.
    pub(crate) paths: StatusPaths,
    pub(crate) email: Option<Label>,
    pub(crate) phone: Option<Label>,
    pub(crate) note: Option<Text>,
    pub(crate) po_number: Option<Label>,
    pub(crate) source_name: Option<String>,
    /// Sorted.
    pub(crate) tags: Vec<String>,
    pub(crate) gateways: Vec<String>,
    /// What the buyer or the theme added.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) customer: Option<Customer>,
    pub(crate) billing: Option<Address>,
    pub(crate) shipping: Option<Address>,
    pub(crate) lines: Vec<Line>,
    pub(crate) shipping_lines: Vec<ShippingLine>,
    pub(crate) tip: Option<Decimal>,
    pub(crate) duties: Change,
    pub(crate) fees: Change,
    pub(crate) totals: Totals,
}

/// An amount as it was ordered, and as it is after edits and refunds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Change {
    pub(crate) original: Option<Decimal>,
    pub(crate) current: Option<Decimal>,
}

/// What Shopify says the order comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Totals {
    /// Lines after discounts; with tax when prices include it.
    pub(crate) subtotal: Change,
    pub(crate) tax: Change,
    pub(crate) total: Change,
    /// Where `total` stands in the payload.
    pub(crate) path: String,
}

/// Where the states stand in the payload.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct StatusPaths {
    pub(crate) financial: String,
    pub(crate) fulfilment: String,
}

/// Whether money has come, as far as the two formats agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Financial {
    Pending,
    Authorized,
    PartiallyPaid,
    Paid,
    PartiallyRefunded,
    Refunded,
    Voided,
    Expired,
}

/// Whether goods have left, as far as the two formats agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fulfilment {
    None,
    Partial,
    Whole,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Customer {
    pub(crate) id: Option<Key>,
    /// When the record last changed.
    pub(crate) updated_at: Option<Instant>,
    pub(crate) first_name: Option<Label>,
    pub(crate) last_name: Option<Label>,
    pub(crate) email: Option<Label>,
    pub(crate) phone: Option<Label>,
    pub(crate) address: Option<Address>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Address {
    pub(crate) name: Option<Label>,
    pub(crate) company: Option<Label>,
    pub(crate) address1: Option<Label>,
    pub(crate) address2: Option<Label>,
    pub(crate) city: Option<Label>,
    pub(crate) zip: Option<Label>,
    pub(crate) province: Option<Label>,
    pub(crate) province_code: Option<String>,
    pub(crate) country: Option<Country>,
    pub(crate) phone: Option<Label>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Where it stands in the payload.
    pub(crate) path: String,
    pub(crate) id: Label,
    pub(crate) variant: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) sku: Option<Label>,
    pub(crate) name: Label,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) requires_shipping: bool,
    pub(crate) gift_card: bool,
    pub(crate) quantity: Decimal,
    /// After edits and refunds.
    pub(crate) current_quantity: Option<Decimal>,
    /// For one unit, before discounts; with tax when prices include it.
    pub(crate) price: Decimal,
    /// For all units that were ordered.
    pub(crate) discounts: Vec<Discount>,
    /// For all units that were ordered.
    pub(crate) taxes: Vec<Tax>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Discount {
    pub(crate) amount: Decimal,
    /// Code or title.
    pub(crate) reason: Option<Label>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tax {
    pub(crate) rate: Percentage,
    pub(crate) title: Option<Label>,
    pub(crate) amount: Decimal,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ShippingLine {
    pub(crate) path: String,
    pub(crate) title: Option<Label>,
    /// Before discounts.
    pub(crate) price: Decimal,
    pub(crate) discounts: Vec<Discount>,
    /// After discounts, edits and refunds.
    pub(crate) current: Option<Decimal>,
    pub(crate) taxes: Vec<Tax>,
}

impl Financial {
    /// The REST word; GraphQL has the same ones in capitals.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Financial::Pending => "pending",
            Financial::Authorized => "authorized",
            Financial::PartiallyPaid => "partially_paid",
            Financial::Paid => "paid",
            Financial::PartiallyRefunded => "partially_refunded",
            Financial::Refunded => "refunded",
            Financial::Voided => "voided",
            Financial::Expired => "expired",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        use Financial::*;
        [Pending, Authorized, PartiallyPaid, Paid, PartiallyRefunded, Refunded, Voided, Expired]
            .into_iter()
            .find(|status| word.eq_ignore_ascii_case(status.as_str()))
    }
}

impl Fulfilment {
    /// The words of both formats. GraphQL tells apart more states before shipping than REST does; those are one here.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "fulfilled" => Some(Fulfilment::Whole),
            "partial" | "partially_fulfilled" => Some(Fulfilment::Partial),
            "unfulfilled"
            | "restocked"
            | "pending"
            | "open"
            | "in_progress"
            | "on_hold"
            | "scheduled"
            | "pending_fulfillment"
            | "request_declined"
            | "not_eligible" => Some(Fulfilment::None),
            _ => None,
        }
    }
}

impl Customer {
    pub(crate) fn name(&self) -> Option<Label> {
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(Label::as_str).collect();
        // Two labels and a space may be longer than one label; then the last name alone has to do.
        parts.join(" ").parse().ok().or_else(|| self.last_name.clone())
    }
}
