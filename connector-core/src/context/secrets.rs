//! Secrets by name, from a provider that the host chooses.

use std::collections::BTreeMap;

use secrecy::SecretString;
use thiserror::Error;

/// A secret that could not be had.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("secret `{name}`: {problem}")]
pub struct SecretError {
    /// The secret's name.
    pub name: String,
    /// Why not, and what to do. Never the secret.
    pub problem: String,
}

/// Gives secrets by name. Asked at each use, so a provider that reloads makes rotation work without a restart.
pub trait Secrets: Send + Sync {
    /// The secret of that name.
    fn get(&self, name: &str) -> Result<SecretString, SecretError>;
}

/// Secrets from environment variables: `shopify-webhook` is `PREFIX_SHOPIFY_WEBHOOK`.
#[derive(Debug, Clone)]
pub struct EnvSecrets {
    /// What the variables' names begin with.
    pub prefix: String,
}

impl Secrets for EnvSecrets {
    #[expect(
        clippy::disallowed_methods,
        reason = "this provider is the one place that reads the environment"
    )]
    fn get(&self, name: &str) -> Result<SecretString, SecretError> {
        let variable = format!("{}_{}", self.prefix, name.to_uppercase().replace('-', "_"));
        match std::env::var(&variable) {
            Ok(value) if !value.is_empty() => Ok(SecretString::from(value)),
            _ => Err(SecretError {
                name: name.to_owned(),
                problem: format!("set the environment variable {variable}"),
            }),
        }
    }
}

/// Secrets that the host already holds.
#[derive(Default)]
pub struct StaticSecrets(BTreeMap<String, SecretString>);

impl StaticSecrets {
    /// Adds a secret.
    pub fn with(mut self, name: &str, secret: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), SecretString::from(secret.into()));
        self
    }
}

impl Secrets for StaticSecrets {
    fn get(&self, name: &str) -> Result<SecretString, SecretError> {
        self.0.get(name).cloned().ok_or_else(|| SecretError {
            name: name.to_owned(),
            problem: "the host has not provided it; add it to the secrets given to the runtime".into(),
        })
    }
}
