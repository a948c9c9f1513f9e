//! Search domains: Odoo's filters, which cannot be built malformed here.

mod operator;
mod text;

pub use operator::Operator;

use std::fmt;

use serde_json::{Value, json};

/// A filter on records, in Odoo's prefix notation (`["|", A, B]`).
///
/// A domain built here is always complete: every operator has its operands, and a list of several conditions is joined
/// with an explicit `"&"`. Whether the fields exist is the server's to say.
///
/// ```
/// use odoo_rpc::Domain;
/// use serde_json::json;
///
/// let domain = Domain::eq("is_company", true).and(Domain::is_in("country_id.code", ["BE", "NL"]).or(Domain::eq("vat", false)));
/// assert_eq!(
///     domain.to_value(),
///     json!(["&", ["is_company", "=", true], "|", ["country_id.code", "in", ["BE", "NL"]], ["vat", "=", false]]),
/// );
/// assert_eq!(Domain::all().and(Domain::eq("id", 1)).to_value(), json!([["id", "=", 1]]));
/// ```
///
/// It reads and shows Odoo's own text form, as it stands in filters, actions and access rules:
///
/// ```
/// use odoo_rpc::Domain;
///
/// let domain: Domain = "[('state', 'in', ('sale', 'done')), ('partner_id.active', '=', True)]".parse()?;
/// assert_eq!(domain.to_string(), "['&', ('state', 'in', ['sale', 'done']), ('partner_id.active', '=', True)]");
/// # Ok::<(), odoo_rpc::DomainError>(())
/// ```
///
/// Source: Odoo's `odoo/orm/domains.py`, before 19.0 `odoo/osv/expression.py`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Domain {
    /// Nothing, or exactly one expression.
    terms: Vec<Value>,
}

/// Why a value or a text is no domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a domain: {reason} (at {place})")]
pub struct DomainError {
    /// Where.
    pub place: DomainPlace,
    /// What is wrong there.
    pub reason: &'static str,
}

/// Where in a domain something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainPlace {
    /// At this position of the list.
    Term(usize),
    /// At this byte of the text.
    Byte(usize),
}

impl fmt::Display for DomainPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(index) => write!(f, "[{index}]"),
            Self::Byte(offset) => write!(f, "byte {offset}"),
        }
    }
}

/// How deep domains may nest by `any`.
const MAX_DEPTH: usize = 16;

impl Domain {
    /// Every record.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// No record.
    #[must_use]
    pub fn none() -> Self {
        Self { terms: vec![json!(["id", "in", []])] }
    }

    /// `field = value`. A `value` of `false` asks for fields without a value.
    #[must_use]
    pub fn eq(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, "=", value.into())
    }

    /// `field != value`.
    #[must_use]
    pub fn ne(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, "!=", value.into())
    }

    /// `field > value`.
    #[must_use]
    pub fn gt(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, ">", value.into())
    }

    /// `field >= value`.
    #[must_use]
    pub fn ge(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, ">=", value.into())
    }

    /// `field < value`.
    #[must_use]
    pub fn lt(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, "<", value.into())
    }

    /// `field <= value`.
    #[must_use]
    pub fn le(field: &str, value: impl Into<Value>) -> Self {
        Self::leaf(field, "<=", value.into())
    }

    /// `field` contains `text`, in whatever case.
    #[must_use]
    pub fn ilike(field: &str, text: &str) -> Self {
        Self::leaf(field, "ilike", text.into())
    }

    /// `field` is one of `values`.
    #[must_use]
    pub fn is_in<V: Into<Value>>(field: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self::leaf(field, "in", values.into_iter().map(Into::into).collect())
    }

    /// `field` is none of `values`.
    #[must_use]
    pub fn not_in<V: Into<Value>>(field: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self::leaf(field, "not in", values.into_iter().map(Into::into).collect())
    }

    /// `field` is one of the records `ids` or below one of them.
    #[must_use]
    pub fn child_of(field: &str, ids: impl IntoIterator<Item = i64>) -> Self {
        Self::leaf(field, "child_of", ids.into_iter().map(Value::from).collect())
    }

    /// `field` leads to a record that is in `domain`. Odoo 17 and later.
    #[must_use]
    pub fn any(field: &str, domain: Self) -> Self {
        Self::leaf(field, "any", domain.into())
    }

    /// Any other condition.
    #[must_use]
    pub fn condition(field: &str, operator: Operator, value: impl Into<Value>) -> Self {
        Self::leaf(field, operator.as_str(), value.into())
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.terms.is_empty() {
            other
        } else if other.terms.is_empty() {
            self
        } else {
            self.joined("&", other)
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.terms.is_empty() || other.terms.is_empty() { Self::all() } else { self.joined("|", other) }
    }

    /// The records that are not in this domain.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "it stands beside `and` and `or`, which have no traits either"
    )]
    pub fn not(mut self) -> Self {
        if self.terms.is_empty() {
            return Self::none();
        }
        self.terms.insert(0, "!".into());
        self
    }

    /// A domain that was written elsewhere, for example in a configuration.
    ///
    /// # Errors
    /// Anything but a list of complete expressions of `"&"`, `"|"`, `"!"` and conditions `[field, operator, value]`.
    pub fn from_value(value: &Value) -> Result<Self, DomainError> {
        Self::read(value, 0)
    }

    fn read(value: &Value, depth: usize) -> Result<Self, DomainError> {
        let error = |index, reason| DomainError { place: DomainPlace::Term(index), reason };
        let items = value.as_array().ok_or(error(0, "it is not a list"))?;
        if depth > MAX_DEPTH {
            return Err(error(0, "domains inside domains go too deep"));
        }
        // Read from the back, an operator takes what stands complete behind it.
        let mut complete = 0_usize;
        for (index, item) in items.iter().enumerate().rev() {
            let needs = match item {
                Value::String(text) if text == "&" || text == "|" => 2,
                Value::String(text) if text == "!" => 1,
                Value::String(_) => return Err(error(index, "an operator other than & | !")),
                condition => {
                    check_condition(condition, depth).map_err(|reason| error(index, reason))?;
                    0
                }
            };
            complete =
                complete.checked_sub(needs).ok_or(error(index, "an operator without its operands"))? + 1;
        }
        let joins = complete.saturating_sub(1);
        let terms = std::iter::repeat_n(Value::from("&"), joins).chain(items.iter().cloned()).collect();
        Ok(Self { terms })
    }

    /// The list as Odoo takes it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Array(self.terms.clone())
    }

    pub(crate) fn leaf(field: &str, operator: &str, value: Value) -> Self {
        Self { terms: vec![json!([field, operator, value])] }
    }

    fn joined(self, operator: &str, other: Self) -> Self {
        let terms = std::iter::once(Value::from(operator)).chain(self.terms).chain(other.terms).collect();
        Self { terms }
    }
}

impl From<Domain> for Value {
    fn from(domain: Domain) -> Self {
        Self::Array(domain.terms)
    }
}

fn check_condition(value: &Value, depth: usize) -> Result<(), &'static str> {
    let Some([field, operator, value]) = value.as_array().map(Vec::as_slice) else {
        return Err("a condition that is not [field, operator, value]");
    };
    // [1, "=", 1] and [0, "=", 1] are Odoo's true and false.
    if field.as_str().is_none_or(str::is_empty) && !matches!(field.as_i64(), Some(0 | 1)) {
        return Err("a condition whose field is not a name");
    }
    match operator.as_str().and_then(Operator::from_text) {
        None => Err("a condition with an operator that Odoo does not know"),
        Some(Operator::Any | Operator::NotAny) if value.is_array() => match Domain::read(value, depth + 1) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.reason),
        },
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_keep_the_notation_complete() {
        let (a, b, c) = (Domain::eq("a", 1), Domain::gt("b", 2), Domain::ilike("c", "x"));
        let domain = a.clone().and(b.clone()).or(c.clone().not());
        assert_eq!(
            domain.to_value(),
            json!(["|", "&", ["a", "=", 1], ["b", ">", 2], "!", ["c", "ilike", "x"]])
        );
        assert_eq!(Domain::from_value(&domain.to_value()), Ok(domain));
        assert_eq!(a.clone().or(Domain::all()), Domain::all());
        assert_eq!(Domain::all().not(), Domain::none());
        let listed = Domain::from_value(&json!([["a", "=", 1], ["b", ">", 2], ["c", "ilike", "x"]])).unwrap();
        assert_eq!(listed.terms.len(), 5);
        assert_eq!(listed.or(a).terms.len(), 7);
    }

    #[test]
    fn malformed_ones_are_refused_with_their_place() {
        for (value, index) in [
            (json!({}), 0),
            (json!(["|", ["a", "=", 1]]), 0),
            (json!([["a", "=", 1], "!"]), 1),
            (json!([["a", "="]]), 0),
            (json!([["a", "=", 1], ["", "=", 1]]), 1),
            (json!([["a", "is", 1]]), 0),
            (json!(["or", ["a", "=", 1]]), 0),
            (json!([7]), 0),
            (json!([["a", "any", ["|", ["b", "=", 1]]]]), 0),
        ] {
            let place = Domain::from_value(&value).map_err(|error| error.place);
            assert_eq!(place, Err(DomainPlace::Term(index)), "{value}");
        }
        assert!(Domain::from_value(&json!([[1, "=", 1]])).is_ok());
    }
}
