//! What a client has learnt about the arguments of methods on its server.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Names of arguments in the order of their positions, by model and method. Clones share what they learn.
#[derive(Clone, Debug, Default)]
pub struct Signatures(Arc<RwLock<HashMap<String, Methods>>>);

#[derive(Debug, Default)]
struct Methods {
    /// Whether the server was asked for all of them.
    asked: bool,
    by_name: HashMap<String, Vec<String>>,
}

impl Signatures {
    pub(crate) fn asked(&self, model: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(model).is_some_and(|methods| methods.asked)
    }

    pub(crate) fn names(&self, model: &str, method: &str) -> Option<Vec<String>> {
        let models = self.0.read().unwrap_or_else(PoisonError::into_inner);
        models.get(model)?.by_name.get(method).cloned()
    }

    pub(crate) fn learn(&self, model: &str, methods: Vec<(String, Vec<String>)>) {
        let mut models = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = models.entry(model.to_owned()).or_default();
        known.asked = true;
        for (name, arguments) in methods {
            // What a refusal has told is the truth about this database; the documentation shows the method as it was introduced.
            known.by_name.entry(name).or_insert(arguments);
        }
    }

    pub(crate) fn forget(&self, model: &str, method: &str) {
        let mut models = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = models.get_mut(model) {
            known.by_name.remove(method);
        }
    }

    /// Whether the name is news.
    pub(crate) fn learn_first(&self, model: &str, method: &str, name: &str) -> bool {
        let mut models = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = models.entry(model.to_owned()).or_default();
        let names = vec![name.to_owned()];
        known.by_name.insert(method.to_owned(), names.clone()) != Some(names)
    }
}
