//! Answers to the queries that the connector sends.

use serde_json::{Value, json};

use super::fault::Fault;
use super::order::Order;
use super::render::time;
use super::shop::State;

/// What goes back over the wire.
pub(super) enum Reply {
    Json(Value),
    Status(u16),
    /// The connection is closed without an answer.
    Hang,
}

/// Lines in the first page of an order.
const LINES: usize = 50;
/// Lines in a further page.
const MORE_LINES: usize = 100;

impl State {
    /// Answers one request.
    pub(super) fn answer(&mut self, token: &str, body: &[u8]) -> Reply {
        if token != self.token {
            return Reply::Status(401);
        }
        let Ok(request) = serde_json::from_slice::<Value>(body) else { return Reply::Status(400) };
        let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (operation, query) = (text("operationName"), text("query"));
        let variables = request.get("variables").cloned().unwrap_or_default();
        self.requests.push(operation.clone());
        let fault = self.faults.take(&operation);
        match &fault {
            Some(Fault::Throttle) => return Reply::Json(self.throttled(10.0)),
            Some(Fault::Status(status)) => return Reply::Status(*status),
            Some(Fault::Drop) => return Reply::Hang,
            Some(Fault::Sold { sku, location, quantity }) => {
                if let Some(level) = self.inventory.find(sku).and_then(|stock| stock.levels.get_mut(location))
                {
                    *level -= quantity;
                }
            }
            Some(Fault::DropAfterCommit) | None => {}
        }
        if !query.contains(&format!(" {operation}")) || operation.is_empty() {
            return Reply::Json(json!({ "errors": [{ "message": "No operation of that name." }] }));
        }
        let cost = cost(&operation, &variables);
        if self.points.available < cost {
            return Reply::Json(self.throttled(cost));
        }
        let data = match operation.as_str() {
            "Orders" => {
                let filter = variables.get("query").and_then(Value::as_str).unwrap_or_default();
                self.filters.push(filter.to_owned());
                self.orders(&variables)
            }
            "OrderLines" => self.order_lines(&variables),
            "Variants" => self.variants(&variables),
            "VariantsById" => {
                let ids = ids(&variables);
                json!({ "nodes": self.inventory.variants(|stock| ids.contains(&stock.variant().as_str())) })
            }
            "Levels" => {
                let location = variables.get("location").and_then(Value::as_str).unwrap_or_default();
                json!({ "nodes": self.inventory.levels(&ids(&variables), location) })
            }
            "SetQuantities" => {
                match (query.contains("@idempotent(key:"), variables.get("key").and_then(Value::as_str)) {
                    (true, Some(key)) => {
                        let input = variables.get("input").cloned().unwrap_or_default();
                        json!({ "inventorySetQuantities": self.inventory.set(&input, key) })
                    }
                    _ => {
                        return Reply::Json(
                            json!({ "errors": [{ "message": "The @idempotent directive is required." }] }),
                        );
                    }
                }
            }
            "Check" => {
                let scopes: Vec<Value> = self.scopes.iter().map(|scope| json!({ "handle": scope })).collect();
                json!({
                    "shop": { "name": "Acme", "myshopifyDomain": super::shop::DOMAIN, "currencyCode": "USD" },
                    "currentAppInstallation": { "accessScopes": scopes },
                })
            }
            _ => {
                return Reply::Json(
                    json!({ "errors": [{ "message": "Not a query that this pretend shop knows." }] }),
                );
            }
        };
        if fault == Some(Fault::DropAfterCommit) {
            return Reply::Hang;
        }
        self.points.spend(cost);
        Reply::Json(json!({ "data": data, "extensions": { "cost": self.points.status(cost, Some(cost)) } }))
    }

    fn throttled(&mut self, cost: f64) -> Value {
        let status = self.points.status(cost, None);
        self.points.refill();
        json!({
            "errors": [{ "message": "Throttled", "extensions": { "code": "THROTTLED" } }],
            "extensions": { "cost": status },
        })
    }

    fn orders(&self, variables: &Value) -> Value {
        let first = variables
            .get("first")
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(10);
        let query = variables.get("query").and_then(Value::as_str).unwrap_or_default();
        let since = query.strip_prefix("updated_at:>='").and_then(|rest| rest.strip_suffix('\''));
        let since = since.and_then(|text| text.parse().ok());
        let mut orders: Vec<&Order> =
            self.orders.values().filter(|order| since.is_none_or(|at| order.updated_at >= at)).collect();
        orders.sort_by_key(|order| (order.updated_at, order.id));
        let after = variables.get("after").and_then(Value::as_str);
        let place = |order: &Order| format!("{}/{}", order.updated_at, order.id);
        let rest: Vec<&Order> = orders
            .into_iter()
            .skip_while(|order| after.is_some_and(|after| place(order).as_str() <= after))
            .collect();
        let page: Vec<&Order> = rest.iter().take(first).copied().collect();
        json!({ "orders": {
            "pageInfo": { "hasNextPage": rest.len() > page.len(), "endCursor": page.last().map(|order| place(order)) },
            "nodes": page.iter().map(|order| first_lines(order)).collect::<Vec<Value>>(),
        }})
    }

    fn order_lines(&self, variables: &Value) -> Value {
        let id = variables
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.rsplit('/').next())
            .and_then(|id| id.parse().ok());
        let from =
            variables.get("after").and_then(Value::as_str).and_then(|after| after.parse().ok()).unwrap_or(0);
        let order = id.and_then(|id: u64| self.orders.get(&id)).map(|order| {
            json!({ "updatedAt": time(order.updated_at), "lineItems": lines(&order.graphql(), from, MORE_LINES) })
        });
        json!({ "order": order })
    }

    /// As coarse as the real search: without regard to case, and a word is enough.
    fn variants(&self, variables: &Value) -> Value {
        let query = variables.get("query").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let first = variables
            .get("first")
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(10);
        let from: usize =
            variables.get("after").and_then(Value::as_str).and_then(|after| after.parse().ok()).unwrap_or(0);
        let word = |sku: &str| sku.to_lowercase().split('-').next().unwrap_or_default().to_owned();
        let all = self.inventory.variants(|stock| query.contains(&word(&stock.sku)));
        let page: Vec<&Value> = all.iter().skip(from).take(first).collect();
        let end = from + page.len();
        json!({ "productVariants": { "pageInfo": { "hasNextPage": end < all.len(), "endCursor": end.to_string() }, "nodes": page } })
    }
}

fn first_lines(order: &Order) -> Value {
    let mut node = order.graphql();
    let page = lines(&node, 0, LINES);
    if let Some(fields) = node.as_object_mut() {
        fields.insert("lineItems".into(), page);
    }
    node
}

fn lines(node: &Value, from: usize, most: usize) -> Value {
    let all = node.pointer("/lineItems/nodes").and_then(Value::as_array).cloned().unwrap_or_default();
    let page: Vec<Value> = all.iter().skip(from).take(most).cloned().collect();
    let end = from + page.len();
    json!({ "pageInfo": { "hasNextPage": end < all.len(), "endCursor": end.to_string() }, "nodes": page })
}

fn ids(variables: &Value) -> Vec<&str> {
    let list = variables.get("ids").and_then(Value::as_array);
    list.map(|ids| ids.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

fn cost(operation: &str, variables: &Value) -> f64 {
    match operation {
        "Orders" => 2.0 + 10.0 * variables.get("first").and_then(Value::as_f64).unwrap_or(10.0),
        _ => 10.0,
    }
}
