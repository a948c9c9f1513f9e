//! One call of one method, the same for every protocol.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::policy::Effect;

/// A call of a method of a model.
///
/// The records that it is called on go into [`ids`](Self::ids), never into the arguments: a method of records
/// (`read`, `write`, `action_confirm`) needs them, a method of the model (`search`, `create`, `load`) takes none.
/// Arguments may be given by position or by name. JSON-2 knows only names, so positional ones are named there from a
/// table of Odoo's own methods; for any other method give names.
///
/// ```
/// use odoo_rpc::Call;
/// use serde_json::json;
///
/// let call = Call::new("res.partner", "search_read")
///     .arg(json!([["is_company", "=", true]]))
///     .kwarg("fields", json!(["name", "vat"]))
///     .kwarg("limit", 10)
///     .context("lang", "fr_BE");
/// assert_eq!(call.operation(), "res.partner.search_read");
/// ```
#[derive(Clone, PartialEq)]
pub struct Call {
    pub(crate) model: String,
    pub(crate) method: String,
    pub(crate) ids: Option<Vec<i64>>,
    pub(crate) args: Vec<Value>,
    pub(crate) kwargs: Map<String, Value>,
    pub(crate) context: Map<String, Value>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) effect: Option<Effect>,
}

impl Call {
    /// A call of `method` of `model`, without arguments.
    pub fn new(model: impl Into<String>, method: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            method: method.into(),
            ids: None,
            args: Vec::new(),
            kwargs: Map::new(),
            context: Map::new(),
            timeout: None,
            effect: None,
        }
    }

    /// The records that the method is called on.
    #[must_use]
    pub fn ids(mut self, ids: impl IntoIterator<Item = i64>) -> Self {
        self.ids = Some(ids.into_iter().collect());
        self
    }

    /// The next positional argument.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self
    }

    /// An argument by name, as Odoo names it in its newest version.
    #[must_use]
    pub fn kwarg(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.kwargs.insert(name.into(), value.into());
        self
    }

    /// One key of the context, for this call only. It wins over the client's own.
    #[must_use]
    pub fn context(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.context.insert(key.into(), value.into());
        self
    }

    /// The most that this call may take, instead of the client's timeout.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What doing it twice does, where the caller knows better than the name of the method tells: whether it may be repeated follows from it.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// `model.method`, as errors and traces name the call.
    #[must_use]
    pub fn operation(&self) -> String {
        format!("{}.{}", self.model, self.method)
    }
}

/// Names without values: what is sent is business data.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation())
            .field("ids", &self.ids.as_ref().map(Vec::len))
            .field("args", &self.args.len())
            .field("kwargs", &self.kwargs.keys().collect::<Vec<_>>())
            .field("context", &self.context.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
