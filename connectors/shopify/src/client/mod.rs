//! Talks to the Admin GraphQL API: one request, one answer or one [`Failure`] that says whether Shopify may have acted.

mod answer;
mod bucket;
pub(crate) mod query;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use connector_core::context::{Context, HttpRequest};
use connector_core::retry::{Cause, Delivery, Failure};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use self::answer::Answer;
use self::bucket::Bucket;
use self::query::Query;
use crate::config::{Config, ConfigError};

/// The version of the Admin API that this crate is written against. Shopify keeps a version for a year.
pub const API_VERSION: &str = "2026-10";

/// Longer waits than this are handed to the runtime, whose gate waits for all messages together.
const PATIENCE: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(60);

/// One shop's Admin API. Source and sink share it, for they share the bucket of points.
pub(crate) struct Client {
    url: Url,
    token: String,
    bucket: Mutex<Bucket>,
}

#[derive(Serialize)]
struct Body<'a, V> {
    query: &'a str,
    #[serde(rename = "operationName")]
    operation: &'a str,
    variables: &'a V,
}

impl Client {
    pub(crate) fn new(config: &Config) -> Result<Self, ConfigError> {
        let mut url = config.endpoint()?;
        url.set_path(&format!("/admin/api/{API_VERSION}/graphql.json"));
        url.set_query(None);
        url.set_fragment(None);
        Ok(Client { url, token: config.access_token_secret.clone(), bucket: Mutex::new(Bucket::default()) })
    }

    /// Sends a query and gives its `data`.
    ///
    /// # Cancellation
    /// Dropped after it was sent, Shopify may have acted.
    pub(crate) async fn send<V: Serialize, D: DeserializeOwned>(
        &self,
        cx: &Context,
        query: &Query,
        variables: &V,
    ) -> Result<D, Failure> {
        let request = self.request(cx, query, variables)?;
        let cost = self.await_points(cx, query).await?;
        let response = match cx.http().send(request).await {
            Ok(response) => response,
            Err(error) => {
                // What did arrive after all has its cost corrected by the next answer.
                self.bucket().refund(cost);
                let mut failure = Failure::from(error);
                if failure.delivery == Delivery::Unknown {
                    failure.delivery = answer::lost(query.changes);
                }
                return Err(failure);
            }
        };
        let answer = Answer::read(&response, query.changes);
        let said = answer.as_ref().ok().and_then(Answer::cost);
        self.bucket().learn(query.name, cost, said, cx.clock().now());
        answer?.into_data(query)
    }

    fn request<V: Serialize>(
        &self,
        cx: &Context,
        query: &Query,
        variables: &V,
    ) -> Result<HttpRequest, Failure> {
        let unsent =
            |cause, code: &str, message: String| Failure::new(Delivery::NotSent, cause, code, message);
        let token = cx.secret(&self.token).map_err(|e| unsent(Cause::Auth, "secret", e.to_string()))?;
        let mut token = HeaderValue::from_str(token.expose_secret()).map_err(|_| {
            let message = format!("secret `{}`: holds characters that no access token has", self.token);
            unsent(Cause::Auth, "secret", message)
        })?;
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-shopify-access-token"), token);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let body = Body { query: query.text, operation: query.name, variables };
        let body = serde_json::to_vec(&body)
            .map_err(|e| unsent(Cause::Permanent, "request", format!("{}: {e}", query.name)))?;
        Ok(HttpRequest {
            method: http::Method::POST,
            url: self.url.clone(),
            headers,
            body: Bytes::from(body),
            timeout: Some(TIMEOUT),
        })
    }

    /// Takes the points that the query is expected to cost; waits for them if that is soon.
    async fn await_points(&self, cx: &Context, query: &Query) -> Result<f64, Failure> {
        loop {
            let taken = self.bucket().take(query.name, cx.clock().now());
            let wait = match taken {
                Ok(cost) => return Ok(cost),
                Err(wait) => wait,
            };
            if wait > PATIENCE {
                let message = format!("{}: the bucket of points is empty", query.name);
                let failure = Failure::new(Delivery::NotSent, Cause::Throttled, "throttled", message);
                return Err(failure.with_after(Some(wait)));
            }
            cx.clock().sleep(wait).await;
        }
    }

    fn bucket(&self) -> std::sync::MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
