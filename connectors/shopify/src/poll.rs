//! Polling: orders by the time of their last change, with an overlap. What webhooks lose, double or bring out of order, this makes whole.

use bytes::Bytes;
use connector_core::canonical::value::Instant;
use connector_core::context::Context;
use connector_core::contract::{Cursor, MapError, Page};
use connector_core::retry::{Cause, Delivery, Failure};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::{Client, query};
use crate::config::Config;
use crate::webhook;
use crate::wire::{self, FORMAT_GRAPHQL, Node};

/// How far polling has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    /// The newest change seen by the last complete walk through the pages; the next walk begins an overlap before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Instant>,
    /// Within a walk: Shopify's own place between two pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_cursor: Option<String>,
    /// Within a walk: the newest change seen so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Instant>,
}

#[derive(Serialize)]
struct OrdersVariables<'a> {
    first: usize,
    after: Option<&'a str>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct OrdersData {
    orders: Connection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    page_info: PageInfo,
    nodes: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    #[serde(default)]
    end_cursor: Option<String>,
}

/// One page of orders.
pub(crate) async fn poll(
    client: &Client,
    cx: &Context,
    config: &Config,
    cursor: Option<&Cursor>,
    limit: usize,
) -> Result<Page, Failure> {
    let position = read(cursor)?;
    let variables = OrdersVariables {
        first: config.page_size.min(limit).max(1),
        after: position.end_cursor.as_deref(),
        query: filter(config, &position),
    };
    let OrdersData { orders } = client.send(cx, &query::ORDERS, &variables).await?;
    let mut changes = Vec::new();
    let mut newest = position.newest;
    for node in orders.nodes {
        let head = head(node.get())?;
        newest = newest.max(Some(head.updated_at));
        if let Some(payload) = whole(client, cx, &node).await? {
            changes.push(webhook::change(config, head, FORMAT_GRAPHQL, payload));
        }
    }
    let more = orders.page_info.has_next_page;
    let next = match more {
        true if orders.page_info.end_cursor.is_none() => {
            return Err(unexpected("a further page is announced without a cursor for it".into()));
        }
        true => Position { updated_at: position.updated_at, end_cursor: orders.page_info.end_cursor, newest },
        // Never backwards: a walk that found nothing newer leaves the place as it was.
        false => Position { updated_at: position.updated_at.max(newest), ..Position::default() },
    };
    Ok(Page { changes, next: write(&next)?, more })
}

fn filter(config: &Config, position: &Position) -> Option<String> {
    let overlap = i64::from(config.overlap_seconds).saturating_mul(1_000_000);
    let seen = position
        .updated_at
        .and_then(|at| Instant::from_microseconds(at.as_microseconds().saturating_sub(overlap)).or(Some(at)));
    let since = seen.or(config.orders_since)?;
    Some(format!("updated_at:>='{since}'"))
}

fn read(cursor: Option<&Cursor>) -> Result<Position, Failure> {
    let Some(Cursor(text)) = cursor else { return Ok(Position::default()) };
    serde_json::from_str(text).map_err(|e| {
        let message =
            format!("the stored cursor is not one of this connector's ({e}); reset it to begin again");
        Failure::new(Delivery::NotSent, Cause::Permanent, "cursor", message)
    })
}

fn write(position: &Position) -> Result<Option<Cursor>, Failure> {
    if *position == Position::default() {
        return Ok(None);
    }
    serde_json::to_string(position).map(|text| Some(Cursor(text))).map_err(|e| unexpected(e.to_string()))
}

fn head(node: &str) -> Result<wire::Head, Failure> {
    let head = |node: &str| wire::head(FORMAT_GRAPHQL, &Node::root(node.as_bytes())?);
    head(node).map_err(|e: MapError| unexpected(e.to_string()))
}

fn unexpected(problem: String) -> Failure {
    let message = format!("Orders: the answer has not the form that was asked for: {problem}");
    Failure::new(Delivery::Refused, Cause::Permanent, "response", message)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outline {
    id: String,
    updated_at: Instant,
    line_items: OutlineItems,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutlineItems {
    page_info: PageInfo,
}

#[derive(Serialize)]
struct LinesVariables<'a> {
    id: &'a str,
    after: Option<String>,
}

#[derive(Deserialize)]
struct LinesData {
    order: Option<LinesOfOrder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinesOfOrder {
    updated_at: Instant,
    line_items: Connection,
}

/// The order with all its lines. `None` when it changed while it was read: the walk meets it again, with its new time.
async fn whole(client: &Client, cx: &Context, node: &RawValue) -> Result<Option<Bytes>, Failure> {
    let outline: Outline = serde_json::from_str(node.get()).map_err(|e| unexpected(e.to_string()))?;
    let mut page = outline.line_items.page_info;
    let mut more: Vec<Box<RawValue>> = Vec::new();
    while page.has_next_page {
        let variables = LinesVariables { id: &outline.id, after: page.end_cursor.take() };
        if variables.after.is_none() {
            return Err(unexpected("further lines are announced without a cursor for them".into()));
        }
        let data: LinesData = client.send(cx, &query::ORDER_LINES, &variables).await?;
        let Some(order) = data.order.filter(|order| order.updated_at == outline.updated_at) else {
            return Ok(None);
        };
        more.extend(order.line_items.nodes);
        page = order.line_items.page_info;
    }
    if more.is_empty() {
        return Ok(Some(Bytes::copy_from_slice(node.get().as_bytes())));
    }
    // Put in front of the other fields, so that what Shopify sent stays as it was sent.
    let more = serde_json::to_string(&more).map_err(|e| unexpected(e.to_string()))?;
    let rest = node.get().trim_start().strip_prefix('{').unwrap_or_default();
    Ok(Some(Bytes::from(format!("{{\"moreLineItems\":{more},{rest}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_begins_an_overlap_before_the_newest_change() {
        let config = Config::new("s", "na", "me", "acme.myshopify.com");
        let cursor = Cursor(r#"{"updated_at":"2026-11-24T08:02:00Z"}"#.into());
        let position = read(Some(&cursor)).unwrap();
        assert_eq!(filter(&config, &position).unwrap(), "updated_at:>='2026-11-24T08:00:00.000000Z'");
        assert_eq!(filter(&config, &Position::default()), None);
    }

    #[test]
    fn a_foreign_cursor_is_refused_and_not_taken_for_the_beginning() {
        for text in ["", "7", r#"{"page":2}"#] {
            assert_eq!(read(Some(&Cursor(text.into()))).unwrap_err().code, "cursor");
        }
    }
}
