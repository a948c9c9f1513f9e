//! Reads an answer: status, `errors` at status 200, cost, and then the data.

use std::time::Duration;

use connector_core::context::HttpResponse;
use connector_core::retry::{Cause, Delivery, Failure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::bucket::Cost;
use super::query::Query;

/// An answer with status 200.
pub(super) struct Answer {
    body: Envelope,
}

#[derive(Deserialize)]
struct Envelope {
    /// Absent where nothing was executed; `null` where it was, and failed.
    #[serde(default, deserialize_with = "present")]
    data: Option<Box<RawValue>>,
    #[serde(default)]
    errors: Option<Errors>,
    #[serde(default)]
    extensions: Option<Extensions>,
}

/// `null` is there, too.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

/// A list as GraphQL has it; a text, or an object by field, where the request did not get that far.
#[derive(Deserialize)]
#[serde(untagged)]
enum Errors {
    List(Vec<GraphqlError>),
    Other(serde_json::Value),
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Option<ErrorExtensions>,
}

#[derive(Deserialize)]
struct ErrorExtensions {
    #[serde(default)]
    code: Option<String>,
}

#[derive(Deserialize)]
struct Extensions {
    #[serde(default)]
    cost: Option<Cost>,
}

/// Longest part of Shopify's words that goes into a message.
const MAX_WORDS: usize = 300;

impl Answer {
    pub(super) fn read(response: &HttpResponse, changes: bool) -> Result<Self, Failure> {
        let lost = lost(changes);
        let refused =
            |cause, code: &str, message: String| Failure::new(Delivery::Refused, cause, code, message);
        let status = response.status;
        match status {
            200 => serde_json::from_slice(&response.body).map(|body| Answer { body }).map_err(|e| {
                let message = format!("the answer is not the JSON that GraphQL gives ({e})");
                Failure::new(lost, Cause::Transient, "response", message)
            }),
            401 | 403 => Err(refused(
                Cause::Auth,
                "auth",
                format!(
                    "status {status}: the access token is not accepted; renew it, or grant the app its scopes"
                ),
            )),
            402 | 423 => Err(refused(
                Cause::Auth,
                "shop_unavailable",
                format!("status {status}: the shop is frozen or locked"),
            )),
            429 | 430 => {
                let default = if status == 430 { 60 } else { 2 };
                let wait = retry_after(response).unwrap_or(Duration::from_secs(default));
                Err(refused(Cause::Throttled, "throttled", format!("status {status}: too many requests"))
                    .with_after(Some(wait)))
            }
            404 => Err(refused(
                Cause::Permanent,
                "not_found",
                "status 404: no shop, or no such API version, at the configured address".into(),
            )),
            // 408: it did not arrive whole, or was not done in time.
            300..=407 | 409..=499 => Err(refused(
                Cause::Permanent,
                "status",
                format!("status {status}: the request is not accepted"),
            )),
            // Those of servers and proxies, and Shopify's own beyond them: 530, 540, and 783, which means that the body was broken on the
            // way, for what is sent is JSON. None of them is a sign that nothing was done.
            _ => {
                let message = format!("status {status}: Shopify did not finish the request");
                Err(Failure::new(lost, Cause::Transient, "server", message).with_after(retry_after(response)))
            }
        }
    }

    pub(super) fn cost(&self) -> Option<Cost> {
        self.body.extensions.as_ref().and_then(|extensions| extensions.cost)
    }

    pub(super) fn into_data<D: DeserializeOwned>(self, query: &Query) -> Result<D, Failure> {
        if let Some(errors) = &self.body.errors {
            return Err(self.failure(errors, query));
        }
        let lost = lost(query.changes);
        let Some(data) = self.body.data.as_ref().filter(|data| data.get() != "null") else {
            let message = format!("{}: neither data nor errors came back", query.name);
            return Err(Failure::new(lost, Cause::Transient, "response", message));
        };
        serde_json::from_str(data.get()).map_err(|e| {
            let message = format!("{}: the data has not the form that was asked for ({e})", query.name);
            Failure::new(lost, Cause::Permanent, "response", message)
        })
    }

    /// Status 200 is no success yet. Partial data beside errors is never used.
    fn failure(&self, errors: &Errors, query: &Query) -> Failure {
        let (code, words) = match errors {
            Errors::List(list) => {
                let code = list.iter().find_map(|error| error.extensions.as_ref()?.code.clone());
                let words: Vec<&str> = list.iter().map(|error| error.message.as_str()).collect();
                (code.unwrap_or_default(), words.join("; "))
            }
            Errors::Other(value) => (String::new(), value.to_string()),
        };
        let throttled = code == "THROTTLED" || (code.is_empty() && words.eq_ignore_ascii_case("throttled"));
        let words: String = words.chars().take(MAX_WORDS).collect();
        let message = format!("{}: Shopify answers: {words}", query.name);
        let refused = |cause, code: &str| Failure::new(Delivery::Refused, cause, code, message.clone());
        if throttled {
            let wait = self.cost().map_or(Duration::from_secs(1), |cost| cost.wait());
            return refused(Cause::Throttled, "throttled").with_after(Some(wait));
        }
        match code.as_str() {
            "ACCESS_DENIED" => refused(Cause::Auth, "access_denied"),
            "SHOP_INACTIVE" => refused(Cause::Auth, "shop_unavailable"),
            "MAX_COST_EXCEEDED" => refused(Cause::Permanent, "max_cost_exceeded"),
            // The request was read and found wanting before anything ran; `data: null` is what has run and failed.
            _ if self.body.data.is_none() && code != "INTERNAL_SERVER_ERROR" && code != "TIMEOUT" => {
                refused(Cause::Permanent, "graphql")
            }
            _ => Failure::new(lost(query.changes), Cause::Transient, "graphql", message),
        }
    }
}

/// How an answer that was lost counts. A read that failed on the way changed nothing: to the law it was not sent, so that an outage of
/// Shopify is waited out and not counted as attempts.
pub(super) fn lost(changes: bool) -> Delivery {
    if changes { Delivery::Unknown } else { Delivery::NotSent }
}

/// Seconds; Shopify sends fractions (`2.0`).
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let text = response.headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: f64 = text.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(3600.0)))
}

#[cfg(test)]
mod tests {
    use super::super::query;
    use super::*;
    use http::HeaderMap;
    use serde_json::Value;

    fn answer(status: u16, body: &str, query: &Query) -> Result<Value, Failure> {
        let mut headers = HeaderMap::new();
        if status == 429 {
            headers.insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("2.5"));
        }
        let response = HttpResponse { status, headers, body: body.to_owned().into() };
        Answer::read(&response, query.changes)?.into_data(query)
    }

    fn failure(status: u16, body: &str, query: &Query) -> (Delivery, Cause, String) {
        let failure = answer(status, body, query).unwrap_err();
        (failure.delivery, failure.cause, failure.code)
    }

    #[test]
    fn each_status_says_whether_shopify_may_have_acted() {
        use Delivery::*;
        let sets = &query::SET_QUANTITIES;
        for (status, query, delivery, cause) in [
            (401, sets, Refused, Cause::Auth),
            (403, sets, Refused, Cause::Auth),
            (404, sets, Refused, Cause::Permanent),
            (429, sets, Refused, Cause::Throttled),
            (502, sets, Unknown, Cause::Transient),
            (502, &query::ORDERS, NotSent, Cause::Transient),
            (200, sets, Unknown, Cause::Transient),
        ] {
            let (found, why, _) = failure(status, "<html>", query);
            assert_eq!((found, why), (delivery, cause), "{status} {}", query.name);
        }
        assert_eq!(
            answer(429, "", sets).unwrap_err().after,
            Some(Duration::from_millis(2500)),
            "Retry-After has fractions"
        );
    }

    #[test]
    fn data_null_was_executed_and_no_data_was_not() {
        use Delivery::*;
        let ran = r#"{"data":null,"errors":[{"message":"boom","path":["inventorySetQuantities"]}]}"#;
        let (delivery, cause, _) = failure(200, ran, &query::SET_QUANTITIES);
        assert_eq!((delivery, cause), (Unknown, Cause::Transient));
        let (delivery, cause, _) = failure(200, ran, &query::ORDERS);
        assert_eq!((delivery, cause), (NotSent, Cause::Transient));
        let never = r#"{"errors":[{"message":"boom"}]}"#;
        let (delivery, cause, _) = failure(200, never, &query::SET_QUANTITIES);
        assert_eq!((delivery, cause), (Refused, Cause::Permanent));
        assert_eq!(failure(200, r#"{"data":null}"#, &query::SET_QUANTITIES).0, Unknown);
    }

    #[test]
    fn no_status_but_a_clear_refusal_says_that_nothing_was_done() {
        for status in [202, 204, 408, 500, 504, 530, 540, 599, 783] {
            let (delivery, cause, _) = failure(status, "", &query::SET_QUANTITIES);
            assert_eq!((delivery, cause), (Delivery::Unknown, Cause::Transient), "{status}");
            assert_eq!(failure(status, "", &query::ORDERS).1, Cause::Transient, "{status}");
        }
        for status in [301, 400, 404, 406, 413, 422] {
            let (delivery, cause, _) = failure(status, "", &query::SET_QUANTITIES);
            assert_eq!((delivery, cause), (Delivery::Refused, Cause::Permanent), "{status}");
        }
    }

    #[test]
    fn status_200_with_errors_is_a_failure() {
        let throttled = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],
            "extensions":{"cost":{"requestedQueryCost":112,"actualQueryCost":null,
            "throttleStatus":{"maximumAvailable":1000.0,"currentlyAvailable":12.0,"restoreRate":50.0}}}}"#;
        let found = answer(200, throttled, &query::ORDERS).unwrap_err();
        assert_eq!((found.cause, found.after), (Cause::Throttled, Some(Duration::from_secs(2))));
        let denied =
            r#"{"errors":[{"message":"Access denied","extensions":{"code":"ACCESS_DENIED"}}],"data":null}"#;
        assert_eq!(failure(200, denied, &query::ORDERS).1, Cause::Auth);
        let partial = r#"{"data":{"inventorySetQuantities":null},"errors":[{"message":"boom"}]}"#;
        assert_eq!(failure(200, partial, &query::SET_QUANTITIES).0, Delivery::Unknown);
        let unread = r#"{"errors":[{"message":"Field 'x' doesn't exist"}]}"#;
        assert_eq!(failure(200, unread, &query::SET_QUANTITIES).1, Cause::Permanent);
        let text = r#"{"errors":"Not Found"}"#;
        assert_eq!(failure(200, text, &query::ORDERS).1, Cause::Permanent);
        assert_eq!(failure(200, "{}", &query::ORDERS).1, Cause::Transient);
        assert!(answer(200, r#"{"data":{"shop":{}},"extensions":{}}"#, &query::ORDERS).is_ok());
    }
}
