//! Handles of fields: what domains and orders are built with, checked by the compiler.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use crate::domain::Domain;
use crate::field::FieldValue;

/// The field of model `M` that holds a `T`, or a path of fields that starts at `M` and ends there.
///
/// ```
/// use odoo_rpc::{Id, OdooModel};
///
/// #[derive(OdooModel)]
/// #[odoo(model = "res.country")]
/// struct Country {
///     id: Id<Self>,
///     code: Option<String>,
/// }
///
/// #[derive(OdooModel)]
/// #[odoo(model = "res.partner")]
/// struct Partner {
///     id: Id<Self>,
///     name: Option<String>,
///     country_id: Option<Id<Country>>,
/// }
///
/// let belgian = Partner::COUNTRY_ID.then(Country::CODE).eq("BE");
/// assert_eq!(belgian.to_string(), "[('country_id.code', '=', 'BE')]");
/// assert_eq!(Partner::NAME.desc().then(Partner::ID.asc()).to_string(), "name desc, id asc");
/// ```
pub struct Field<M, T> {
    path: Cow<'static, str>,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Field<M, T> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), marker: PhantomData }
    }
}

impl<M, T> fmt::Debug for Field<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.path)
    }
}

impl<M, T> Field<M, T> {
    /// The field of this technical name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { path: Cow::Borrowed(name), marker: PhantomData }
    }

    /// The technical name, or the path with dots.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl<M, T: FieldValue> Field<M, T> {
    /// A field of the records that this one leads to.
    #[must_use]
    pub fn then<N, U>(self, next: Field<N, U>) -> Field<M, U>
    where
        T: FieldValue<Plain = crate::field::Id<N>>,
    {
        Field { path: format!("{}.{}", self.path, next.path).into(), marker: PhantomData }
    }

    /// `field = value`.
    #[must_use]
    pub fn eq(&self, value: impl Into<T::Plain>) -> Domain {
        self.compare("=", value)
    }

    /// `field != value`.
    #[must_use]
    pub fn ne(&self, value: impl Into<T::Plain>) -> Domain {
        self.compare("!=", value)
    }

    /// `field > value`.
    #[must_use]
    pub fn gt(&self, value: impl Into<T::Plain>) -> Domain {
        self.ordered(">", value)
    }

    /// `field >= value`.
    #[must_use]
    pub fn ge(&self, value: impl Into<T::Plain>) -> Domain {
        self.ordered(">=", value)
    }

    /// `field < value`.
    #[must_use]
    pub fn lt(&self, value: impl Into<T::Plain>) -> Domain {
        self.ordered("<", value)
    }

    /// `field <= value`.
    #[must_use]
    pub fn le(&self, value: impl Into<T::Plain>) -> Domain {
        self.ordered("<=", value)
    }

    /// `field` is one of `values`.
    #[must_use]
    pub fn is_in<V: Into<T::Plain>>(&self, values: impl IntoIterator<Item = V>) -> Domain {
        self.among("in", values)
    }

    /// `field` is none of `values`.
    #[must_use]
    pub fn not_in<V: Into<T::Plain>>(&self, values: impl IntoIterator<Item = V>) -> Domain {
        self.among("not in", values)
    }

    /// `field` contains `text`, in whatever case.
    #[must_use]
    pub fn ilike(&self, text: &str) -> Domain {
        Domain::leaf(&self.path, "ilike", text.into())
    }

    /// `field` has a value.
    #[must_use]
    pub fn is_set(&self) -> Domain {
        Domain::leaf(&self.path, "!=", false.into())
    }

    /// `field` has no value.
    #[must_use]
    pub fn is_unset(&self) -> Domain {
        Domain::leaf(&self.path, "=", false.into())
    }

    /// The smallest first.
    #[must_use]
    pub fn asc(&self) -> Order {
        Order(format!("{} asc", self.path))
    }

    /// The largest first.
    #[must_use]
    pub fn desc(&self) -> Order {
        Order(format!("{} desc", self.path))
    }

    fn compare(&self, operator: &str, value: impl Into<T::Plain>) -> Domain {
        Domain::leaf(&self.path, operator, value.into().encode())
    }

    fn ordered(&self, operator: &str, value: impl Into<T::Plain>) -> Domain {
        Domain::leaf(&self.path, operator, value.into().ordered())
    }

    fn among<V: Into<T::Plain>>(&self, operator: &str, values: impl IntoIterator<Item = V>) -> Domain {
        let values: Vec<Value> = values.into_iter().map(|value| value.into().encode()).collect();
        Domain::leaf(&self.path, operator, values.into())
    }
}

/// An order of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order(String);

impl Order {
    /// Of records that are equal so far, by `next`.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self(format!("{}, {}", self.0, next.0))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Order> for String {
    fn from(order: Order) -> Self {
        order.0
    }
}
