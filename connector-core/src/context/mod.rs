//! What a connector gets handed instead of anything ambient: time, ids, secrets, HTTP.

mod clock;
mod for_tests;
mod http;
mod random;
mod secrets;

pub use clock::{Clock, ManualClock, SystemClock};
pub use for_tests::TestContext;
pub use http::{Http, HttpError, HttpErrorKind, HttpRequest, HttpResponse};
pub use random::Random;
pub use secrets::{EnvSecrets, SecretError, Secrets, StaticSecrets};

use std::sync::Arc;

/// What a connector works with. Cheap to clone; bound by the runtime to one connector's manifest.
#[derive(Clone)]
pub struct Context {
    clock: Arc<dyn Clock>,
    random: Arc<Random>,
    secrets: Arc<dyn Secrets>,
    /// Those that the manifest names.
    named: Arc<[String]>,
    http: Http,
}

impl Context {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        random: Arc<Random>,
        secrets: Arc<dyn Secrets>,
        named: &[String],
        http: Http,
    ) -> Self {
        Context { clock, random, secrets, named: named.into(), http }
    }

    /// Time, and waiting.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Random numbers and ids.
    pub fn random(&self) -> &Random {
        &self.random
    }

    /// A secret by name. Asked anew each time, so that a rotated secret is picked up without a restart.
    pub fn secret(&self, name: &str) -> Result<secrecy::SecretString, SecretError> {
        if !self.named.iter().any(|named| named == name) {
            let problem = "the manifest's `secrets` does not name it; add it there".to_owned();
            return Err(SecretError { name: name.to_owned(), problem });
        }
        self.secrets.get(name)
    }

    /// The only HTTP client: reaches the hosts in the manifest and no other.
    pub fn http(&self) -> &Http {
        &self.http
    }
}
