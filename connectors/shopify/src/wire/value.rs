//! From a payload's values to value types, each with a path when it fails.

use connector_core::canonical::value::{
    Currency, Decimal, Instant, Key, Label, Percentage, Text, ValueError,
};
use connector_core::contract::MapError;

use super::json::{Fields, Node};

fn broken(node: &Node<'_>, code: &str, error: &ValueError) -> MapError {
    node.fault(code, format!("{error}; correct it in Shopify, or have the sender correct it"))
}

/// One line of words. Control characters become spaces, for an address field with a line break in it is no reason to stop an order;
/// blank is as good as absent.
pub(crate) fn label(node: &Node<'_>) -> Result<Option<Label>, MapError> {
    let text: String =
        node.scalar()?.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|e| broken(node, "text", &e))
}

pub(crate) fn label_in(fields: &Fields<'_>, name: &str) -> Result<Option<Label>, MapError> {
    fields.get(name).map_or(Ok(None), |node| label(&node))
}

/// Free text; control characters other than tabs and line breaks become spaces.
pub(crate) fn text_in(fields: &Fields<'_>, name: &str) -> Result<Option<Text>, MapError> {
    let Some(node) = fields.get(name) else { return Ok(None) };
    let clean = |c: char| if c.is_control() && !matches!(c, '\t' | '\n' | '\r') { ' ' } else { c };
    let text: String = node.string()?.chars().map(clean).collect();
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|e| broken(&node, "text", &e))
}

pub(crate) fn string_in(fields: &Fields<'_>, name: &str) -> Result<Option<String>, MapError> {
    let text = fields.get(name).map_or(Ok(None), |node| node.string().map(Some))?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

pub(crate) fn boolean_in(fields: &Fields<'_>, name: &str) -> Result<Option<bool>, MapError> {
    fields.get(name).map_or(Ok(None), |node| node.boolean().map(Some))
}

pub(crate) fn instant(node: &Node<'_>) -> Result<Instant, MapError> {
    node.string()?.parse().map_err(|e| broken(node, "instant", &e))
}

pub(crate) fn instant_in(fields: &Fields<'_>, name: &str) -> Result<Option<Instant>, MapError> {
    fields.get(name).map_or(Ok(None), |node| instant(&node).map(Some))
}

pub(crate) fn currency(node: &Node<'_>) -> Result<Currency, MapError> {
    node.string()?.parse().map_err(|e| broken(node, "currency", &e))
}

/// A numeric id, as text; a GraphQL id (`gid://shopify/Order/1`) gives its number.
pub(crate) fn id(node: &Node<'_>) -> Result<String, MapError> {
    let text = node.scalar()?;
    let number = text.rsplit('/').next().unwrap_or_default();
    let number = number.split('?').next().unwrap_or_default();
    let digits = (1..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text != number && !text.starts_with("gid://shopify/")) {
        return Err(node.fault("id", "must be a numeric id, or a gid that ends in one"));
    }
    Ok(number.to_owned())
}

pub(crate) fn id_in(fields: &Fields<'_>, name: &str) -> Result<Option<String>, MapError> {
    fields.get(name).map_or(Ok(None), |node| id(&node).map(Some))
}

/// A number from its own text.
pub(crate) fn decimal(node: &Node<'_>) -> Result<Decimal, MapError> {
    let text = node.scalar()?;
    let read = match node.is_number() {
        true => Decimal::from_json_number_text(&text),
        false => text.parse(),
    };
    read.map_err(|e| broken(node, "number", &e))
}

/// An amount of the order's currency, in the one scale that both formats share.
pub(crate) fn amount(node: &Node<'_>, currency: Currency) -> Result<Decimal, MapError> {
    decimal(node).map(|amount| pad(amount, currency))
}

/// A tax rate, which Shopify writes as a fraction: 0.0725 is 7.25 %.
pub(crate) fn rate(node: &Node<'_>) -> Result<Percentage, MapError> {
    let percent = decimal(node)?
        .checked_mul(Decimal::ONE_HUNDRED)
        .ok_or_else(|| node.fault("number", "is too large for a rate"))?;
    Percentage::try_from(percent.normalized()).map_err(|e| broken(node, "number", &e))
}

pub(crate) fn key(node: &Node<'_>, text: &str) -> Result<Key, MapError> {
    text.parse().map_err(|e| broken(node, "key", &e))
}

/// The same number with as many decimals as the currency has, or more where it needs more. Shopify writes `10.00` in one API and `10.0`
/// in the other; equal orders must be equal to the byte.
pub(crate) fn pad(amount: Decimal, currency: Currency) -> Decimal {
    let short = amount.normalized();
    let Some(wanted) = currency.minor_units().map(usize::from) else { return short };
    let mut text = short.to_string();
    let have = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if have >= wanted {
        return short;
    }
    if have == 0 {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', wanted - have));
    // Too many digits to pad means 28 of them: such an amount is refused when it is added up.
    text.parse().unwrap_or(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(json: &str, read: impl Fn(&Node<'_>) -> T) -> T {
        read(&Node::root(json.as_bytes()).unwrap())
    }

    #[test]
    fn amounts_are_exact_and_in_one_scale() {
        let usd = "USD".parse().unwrap();
        for (json, written) in [
            (r#""10.0""#, "10.00"),
            (r#""10.00""#, "10.00"),
            ("10", "10.00"),
            ("13.50", "13.50"),
            ("0.1", "0.10"),
            ("1e1", "10.00"),
            ("1234567890123456.789", "1234567890123456.789"),
            (r#""-0.00""#, "0.00"),
        ] {
            assert_eq!(with(json, |node| amount(node, usd)).unwrap().to_string(), written, "{json}");
        }
        let yen = "JPY".parse().unwrap();
        assert_eq!(with(r#""500.0""#, |node| amount(node, yen)).unwrap().to_string(), "500");
        for json in [r#""12,50""#, r#""1e3""#, r#""$5""#, r#""""#, "true", "[1]", r#""NaN""#] {
            assert!(with(json, |node| amount(node, usd)).is_err(), "{json}");
        }
    }

    #[test]
    fn rates_become_per_cent() {
        for (json, written) in
            [("0.06", "6"), ("0.0725", "7.25"), (r#""0.190""#, "19"), ("0", "0"), ("0.0", "0")]
        {
            assert_eq!(with(json, rate).unwrap().to_string(), written, "{json}");
        }
        assert!(with("-0.1", rate).is_err());
    }

    #[test]
    fn ids_are_numbers_in_either_dress() {
        for json in ["123", r#""123""#, r#""gid://shopify/Order/123""#, r#""gid://shopify/LineItem/123?x=1""#]
        {
            assert_eq!(with(json, id).unwrap(), "123", "{json}");
        }
        for json in
            ["-1", "1.5", r#""Order/1""#, r#""gid://shopify/Order/""#, "true", r#""123456789012345678901""#]
        {
            assert!(with(json, id).is_err(), "{json}");
        }
    }
}
