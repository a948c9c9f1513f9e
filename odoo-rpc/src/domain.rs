//! Search domains: Odoo's filters, which cannot be built malformed here.

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
/// Source: Odoo's `odoo/orm/domains.py`, before 19.0 `odoo/osv/expression.py`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Domain {
    /// Nothing, or exactly one expression.
    terms: Vec<Value>,
}

/// Why a value is no domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a domain: {reason} (at [{index}])")]
pub struct DomainError {
    /// The position in the list.
    pub index: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

const OPERATORS: [&str; 25] = [
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "=?",
    "<>",
    "==",
    "like",
    "not like",
    "ilike",
    "not ilike",
    "=like",
    "not =like",
    "=ilike",
    "not =ilike",
    "in",
    "not in",
    "child_of",
    "parent_of",
    "any",
    "not any",
    "any!",
    "not any!",
];

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
        let error = |index, reason| DomainError { index, reason };
        let items = value.as_array().ok_or(error(0, "it is not a list"))?;
        // Read from the back, an operator takes what stands complete behind it.
        let mut complete = 0_usize;
        for (index, item) in items.iter().enumerate().rev() {
            let needs = match item {
                Value::String(text) if text == "&" || text == "|" => 2,
                Value::String(text) if text == "!" => 1,
                Value::String(_) => return Err(error(index, "an operator other than & | !")),
                condition if is_condition(condition) => 0,
                _ => return Err(error(index, "a condition that is not [field, operator, value]")),
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

fn is_condition(value: &Value) -> bool {
    let Some([field, operator, _]) = value.as_array().map(Vec::as_slice) else { return false };
    // [1, "=", 1] and [0, "=", 1] are Odoo's true and false.
    let field = field.as_str().is_some_and(|name| !name.is_empty()) || matches!(field.as_i64(), Some(0 | 1));
    field && operator.as_str().is_some_and(|name| OPERATORS.contains(&name.to_ascii_lowercase().as_str()))
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
        ] {
            assert_eq!(Domain::from_value(&value).map_err(|error| error.index), Err(index), "{value}");
        }
        assert!(Domain::from_value(&json!([[1, "=", 1]])).is_ok());
    }
}
