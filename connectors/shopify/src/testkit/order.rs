//! A pretend order: what was bought, and what became of it.

use connector_core::canonical::value::{Currency, Instant};

use super::money::{allocated, scaled};

/// A pretend order. All amounts are whole smallest units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Order {
    /// Numeric id.
    pub id: u64,
    /// What people call it: `#1001`.
    pub name: String,
    /// When it was placed.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// When it was called off.
    pub cancelled_at: Option<Instant>,
    /// ISO 4217.
    pub currency: String,
    /// The currency that the buyer saw, and how much of it is one of ours, in millionths.
    pub presentment: Option<(String, i64)>,
    /// Whether prices, discounts and shipping include tax.
    pub taxes_included: bool,
    /// The tax rate in millionths: 82 500 is 8.25 %.
    pub tax_ppm: u32,
    /// REST word: `paid`, `pending`, ..
    pub financial_status: String,
    /// REST word: `fulfilled`, `partial`; `None` before anything left.
    pub fulfillment_status: Option<String>,
    /// Who bought, if there is a customer record.
    pub customer: Option<Customer>,
    /// E-mail of the order.
    pub email: Option<String>,
    /// A test order.
    pub test: bool,
    /// Free text.
    pub note: Option<String>,
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// Shipping.
    pub shipping: Option<Shipping>,
    /// A tip.
    pub tip: i64,
}

/// A pretend customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Numeric id.
    pub id: u64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail.
    pub email: String,
}

/// A line of a pretend order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Numeric id.
    pub id: u64,
    /// Article number; the ids of variant and product follow from it, see [`variant_of`].
    pub sku: String,
    /// Units ordered.
    pub quantity: i64,
    /// Units left after edits and refunds.
    pub current_quantity: i64,
    /// Price of one unit before discounts.
    pub price: i64,
    /// Discount for all units ordered.
    pub discount: i64,
    /// Tax for all units ordered.
    pub tax: i64,
}

/// Shipping of a pretend order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipping {
    /// The method.
    pub title: String,
    /// The price.
    pub price: i64,
    /// Its tax.
    pub tax: i64,
}

/// The pretend variant of an article number. Product and inventory item have other ids, as they do in a real shop.
pub fn variant_of(sku: &str) -> u64 {
    // FNV-1a: the same on every run.
    let hash =
        sku.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    40_000_000_000 + u64::from(hash)
}

pub(super) fn product_of(sku: &str) -> u64 {
    variant_of(sku) + 10_000_000_000
}

pub(super) fn inventory_item_of(sku: &str) -> u64 {
    variant_of(sku) + 20_000_000_000
}

/// What the order comes to, as ordered and as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) subtotal: i64,
    pub(super) tax: i64,
    pub(super) total: i64,
}

impl Order {
    /// Decimals of the currency; 2 for one that is not known.
    pub(super) fn decimals(&self) -> u32 {
        let currency = self.currency.parse::<Currency>().ok();
        currency.and_then(|currency| currency.minor_units()).map_or(2, u32::from)
    }

    /// As it was ordered.
    pub(super) fn original(&self) -> Sums {
        let lines = self.lines.iter();
        let subtotal = lines.clone().map(|line| line.price * line.quantity - line.discount).sum();
        self.sums(subtotal, lines.map(|line| line.tax).sum())
    }

    /// After edits and refunds.
    pub(super) fn current(&self) -> Sums {
        let part = |line: &OrderLine, amount| scaled(amount, line.current_quantity, line.quantity);
        let lines = self.lines.iter();
        let subtotal =
            lines.clone().map(|line| line.price * line.current_quantity - part(line, line.discount)).sum();
        self.sums(subtotal, lines.map(|line| part(line, line.tax)).sum())
    }

    fn sums(&self, subtotal: i64, line_tax: i64) -> Sums {
        let (shipping, shipping_tax) = self.shipping.as_ref().map_or((0, 0), |s| (s.price, s.tax));
        let tax = line_tax + shipping_tax;
        let total = subtotal + shipping + self.tip + if self.taxes_included { 0 } else { tax };
        Sums { subtotal, tax, total }
    }

    /// Calls the order off.
    pub fn cancel(&mut self, at: Instant) {
        self.cancelled_at = Some(at);
        self.updated_at = at;
        self.financial_status = "voided".into();
        self.lines.iter_mut().for_each(|line| line.current_quantity = 0);
    }

    /// Takes units off a line (counted from 0), as an edit or a refund does.
    pub fn take_off(&mut self, line: usize, units: i64, at: Instant) {
        self.updated_at = at;
        if let Some(line) = self.lines.get_mut(line) {
            line.current_quantity = (line.current_quantity - units).max(0);
        }
    }

    /// The money has come.
    pub fn pay(&mut self, at: Instant) {
        self.updated_at = at;
        self.financial_status = "paid".into();
    }

    /// The goods have left.
    pub fn ship(&mut self, at: Instant) {
        self.updated_at = at;
        self.fulfillment_status = Some("fulfilled".into());
    }
}

/// Builds a pretend order whose numbers agree with each other.
#[derive(Debug, Clone)]
pub struct OrderBuilder(Order);

impl OrderBuilder {
    /// An order in USD, placed at the given time, pending, without lines, tax, shipping or customer.
    pub fn new(id: u64, at: Instant) -> Self {
        OrderBuilder(Order {
            id,
            name: format!("#{id}"),
            created_at: at,
            updated_at: at,
            cancelled_at: None,
            currency: "USD".into(),
            presentment: None,
            taxes_included: false,
            tax_ppm: 0,
            financial_status: "pending".into(),
            fulfillment_status: None,
            customer: None,
            email: None,
            test: false,
            note: None,
            lines: Vec::new(),
            shipping: None,
            tip: 0,
        })
    }

    /// The customer, whose e-mail becomes the order's.
    pub fn customer(mut self, customer: Customer) -> Self {
        self.0.email = Some(customer.email.clone());
        self.0.customer = Some(customer);
        self
    }

    /// Somebody without a customer record.
    pub fn guest(mut self, email: &str) -> Self {
        self.0.email = Some(email.to_owned());
        self
    }

    /// Adds a line.
    pub fn line(mut self, sku: &str, quantity: i64, price: i64) -> Self {
        let id = self.0.id * 1000 + u64::try_from(self.0.lines.len()).unwrap_or(0);
        let sku = sku.to_owned();
        self.0.lines.push(OrderLine {
            id,
            sku,
            quantity,
            current_quantity: quantity,
            price,
            discount: 0,
            tax: 0,
        });
        self
    }

    /// A discount on the line added last.
    pub fn discount(mut self, amount: i64) -> Self {
        if let Some(line) = self.0.lines.last_mut() {
            line.discount = amount;
        }
        self
    }

    /// Shipping.
    pub fn shipping(mut self, title: &str, price: i64) -> Self {
        self.0.shipping = Some(Shipping { title: title.to_owned(), price, tax: 0 });
        self
    }

    /// A tip.
    pub fn tip(mut self, amount: i64) -> Self {
        self.0.tip = amount;
        self
    }

    /// The tax rate in millionths, on lines and shipping.
    pub fn tax(mut self, ppm: u32) -> Self {
        self.0.tax_ppm = ppm;
        self
    }

    /// Prices, discounts and shipping include tax.
    pub fn taxes_included(mut self) -> Self {
        self.0.taxes_included = true;
        self
    }

    /// The currency of the shop.
    pub fn currency(mut self, code: &str) -> Self {
        self.0.currency = code.to_owned();
        self
    }

    /// The currency that the buyer saw, and how much of it is one of the shop's, in millionths.
    pub fn presentment(mut self, code: &str, rate_ppm: i64) -> Self {
        self.0.presentment = Some((code.to_owned(), rate_ppm));
        self
    }

    /// The money has come.
    pub fn paid(mut self) -> Self {
        self.0.financial_status = "paid".into();
        self
    }

    /// A test order.
    pub fn test(mut self) -> Self {
        self.0.test = true;
        self
    }

    /// Free text.
    pub fn note(mut self, note: &str) -> Self {
        self.0.note = Some(note.to_owned());
        self
    }

    /// Works out the taxes: once for the whole order, then split over lines and shipping by largest remainder.
    pub fn build(mut self) -> Order {
        let order = &mut self.0;
        let mut bases: Vec<i64> =
            order.lines.iter().map(|line| line.price * line.quantity - line.discount).collect();
        bases.push(order.shipping.as_ref().map_or(0, |shipping| shipping.price));
        let ppm = i64::from(order.tax_ppm);
        let whole = if order.taxes_included { 1_000_000 + ppm } else { 1_000_000 };
        let mut taxes = allocated(&bases, ppm, whole).into_iter();
        for line in &mut order.lines {
            line.tax = taxes.next().unwrap_or(0);
        }
        if let Some(shipping) = &mut order.shipping {
            shipping.tax = taxes.next().unwrap_or(0);
        }
        self.0
    }
}
