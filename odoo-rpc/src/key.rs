//! The secret that a client calls with, which can be replaced while it is in use.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

/// An API key or a password. Clones are the same key. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Key(Arc<RwLock<SecretString>>);

impl Key {
    /// A key.
    #[must_use]
    pub fn new(secret: SecretString) -> Self {
        Self(Arc::new(RwLock::new(secret)))
    }

    pub(crate) fn expose(&self) -> String {
        self.0.read().unwrap_or_else(PoisonError::into_inner).expose_secret().to_owned()
    }

    pub(crate) fn replace(&self, secret: SecretString) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = secret;
    }

    /// Takes the secret out of an error's texts.
    pub(crate) fn redact(&self, error: Error) -> Error {
        error.redact(self.0.read().unwrap_or_else(PoisonError::into_inner).expose_secret())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

impl From<SecretString> for Key {
    fn from(secret: SecretString) -> Self {
        Self::new(secret)
    }
}
