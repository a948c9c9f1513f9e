//! A context for a connector's own tests, which have no runtime that would hand them one.

use std::sync::Arc;

use super::{Clock, Context, Http, ManualClock, Random, StaticSecrets};

/// 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600_000_000;

/// Builds a [`Context`] for tests of a connector: a clock that stands until it is moved, the same random numbers each time, the secrets that
/// are given, and an HTTP client that reaches this machine and no other.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use connector_core::context::{Clock, Context, ManualClock};
///
/// let clock = Arc::new(ManualClock::at(0));
/// let cx = Context::for_tests().clock(clock.clone()).secret("shop-token", "t0ken").build();
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(cx.clock().now(), 1_000_000);
/// assert!(cx.secret("shop-token").is_ok() && cx.secret("another").is_err());
/// ```
pub struct TestContext {
    clock: Arc<dyn Clock>,
    seed: u64,
    secrets: StaticSecrets,
    named: Vec<String>,
}

impl Context {
    /// Begins a context for tests: the clock stands at the beginning of 2026, there are no secrets.
    pub fn for_tests() -> TestContext {
        TestContext {
            clock: Arc::new(ManualClock::at(NEW_YEAR)),
            seed: 1,
            secrets: StaticSecrets::default(),
            named: Vec::new(),
        }
    }
}

impl TestContext {
    /// Another clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Another seed for random numbers and ids.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// A secret, as if the manifest named it.
    pub fn secret(mut self, name: &str, secret: &str) -> Self {
        self.secrets = self.secrets.with(name, secret);
        self.named.push(name.to_owned());
        self
    }

    /// The context.
    pub fn build(self) -> Context {
        let random = Arc::new(Random::seeded(self.seed));
        Context::new(self.clock, random, Arc::new(self.secrets), &self.named, Http::loopback())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::context::{HttpError, HttpErrorKind, HttpRequest, HttpResponse};

    async fn get(cx: &Context, url: &str) -> Result<HttpResponse, HttpError> {
        let url = url.parse().unwrap();
        let request = HttpRequest {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: None,
        };
        cx.http().send(request).await
    }

    #[tokio::test]
    async fn it_reaches_this_machine_and_no_other() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                assert!(stream.read(&mut request).await.unwrap() > 0);
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
                stream.write_all(answer).await.unwrap();
            }
        });
        let cx = Context::for_tests().build();
        for host in ["127.0.0.1", "localhost"] {
            assert_eq!(get(&cx, &format!("http://{host}:{port}/")).await.unwrap().body, "ok");
        }
        server.await.unwrap();
        for elsewhere in
            ["http://10.0.0.1/", "https://8.8.8.8/", "https://[2606:4700::1111]/", "ftp://127.0.0.1/"]
        {
            let refused = get(&cx, elsewhere).await.unwrap_err();
            assert_eq!(refused.kind, HttpErrorKind::Forbidden, "{elsewhere}");
        }
    }

    #[test]
    fn it_is_the_same_each_time() {
        let ids = [1, 1, 2].map(|seed| {
            let cx = Context::for_tests().seed(seed).build();
            cx.random().id(cx.clock().now())
        });
        assert!(ids[0] == ids[1] && ids[0] != ids[2]);
    }
}
