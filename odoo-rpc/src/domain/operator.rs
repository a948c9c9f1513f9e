//! What a condition compares with.

/// The operator of a condition.
///
/// Source: `CONDITION_OPERATORS` in `odoo/orm/domains.py`, before 19.0 `TERM_OPERATORS` in `odoo/osv/expression.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operator {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `=?`: true where the value is empty, else `=`.
    EqOrUnset,
    /// `like`: contains, in this case.
    Like,
    /// `not like`
    NotLike,
    /// `ilike`: contains, in whatever case.
    Ilike,
    /// `not ilike`
    NotIlike,
    /// `=like`: matches a pattern of `%` and `_`.
    EqLike,
    /// `not =like`. Odoo 19 and later.
    NotEqLike,
    /// `=ilike`: the same in whatever case.
    EqIlike,
    /// `not =ilike`. Odoo 19 and later.
    NotEqIlike,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `child_of`: one of them, or below one.
    ChildOf,
    /// `parent_of`: one of them, or above one.
    ParentOf,
    /// `any`: leads to a record of a domain. Odoo 17 and later.
    Any,
    /// `not any`
    NotAny,
}

const NAMES: [(&str, Operator); 21] = [
    ("=", Operator::Eq),
    ("!=", Operator::Ne),
    ("<", Operator::Lt),
    ("<=", Operator::Le),
    (">", Operator::Gt),
    (">=", Operator::Ge),
    ("=?", Operator::EqOrUnset),
    ("like", Operator::Like),
    ("not like", Operator::NotLike),
    ("ilike", Operator::Ilike),
    ("not ilike", Operator::NotIlike),
    ("=like", Operator::EqLike),
    ("not =like", Operator::NotEqLike),
    ("=ilike", Operator::EqIlike),
    ("not =ilike", Operator::NotEqIlike),
    ("in", Operator::In),
    ("not in", Operator::NotIn),
    ("child_of", Operator::ChildOf),
    ("parent_of", Operator::ParentOf),
    ("any", Operator::Any),
    ("not any", Operator::NotAny),
];

/// Spellings that Odoo takes for others.
const ALIASES: [(&str, Operator); 4] =
    [("<>", Operator::Ne), ("==", Operator::Eq), ("any!", Operator::Any), ("not any!", Operator::NotAny)];

impl Operator {
    /// As Odoo spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(_, operator)| *operator == self).map_or("=", |(name, _)| name)
    }

    /// Reads a spelling that Odoo takes, in whatever case.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        NAMES
            .iter()
            .chain(&ALIASES)
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, operator)| *operator)
    }
}
