//! The in-memory Odoo over real HTTP, seen by the client: one shop order over every protocol, and every fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::time::Duration;

use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Outcome, Series, Setup, WriteKind};
use odoo_rpc::{Call, Client, Config, Delivery, Domain, Error, ErrorKind, ProtocolKind, Retry};
use serde_json::{Value, json};

const FIELDS: [&str; 7] = [
    "id",
    "partner_id/id",
    "client_order_ref",
    "order_line/id",
    "order_line/product_id/id",
    "order_line/product_uom_qty",
    "order_line/price_unit",
];

fn rows() -> Vec<Vec<String>> {
    let row = |cells: [&str; 7]| cells.iter().map(|cell| (*cell).to_owned()).collect();
    vec![
        row(["shop.order_1", "shop.ann", "W-1", "shop.order_1_1", "shop.mug", "2", "7.5"]),
        row(["", "", "", "shop.order_1_2", "shop.cup", "1", "5"]),
    ]
}

fn setup(series: Series) -> Setup {
    let goods = |name: &str, code: &str| match series {
        Series::V17 => json!({"name": name, "default_code": code, "detailed_type": "product"}),
        Series::V19 => json!({"name": name, "default_code": code, "is_storable": true}),
    };
    Setup::new(series)
        .named("shop.ann", "res.partner", json!({"name": "Ann & <Ærø>"}))
        .named("shop.mug", "product.product", goods("Mug", "MUG"))
        .named("shop.cup", "product.product", goods("Cup", "CUP"))
}

async fn start(series: Series) -> OdooServer {
    let server = OdooServer::start(setup(series)).await.expect("starts");
    let (_, mug) = server.odoo().external_id("shop.mug").expect("named");
    server.odoo().stock(mug, None, 10.0).expect("stocked");
    server
}

async fn connect(server: &OdooServer, protocol: ProtocolKind) -> Client {
    let mut config = Config::new(server.url(), "odoo", "admin", "admin-key");
    config.protocol = Some(protocol);
    // What a fault does to one call.
    config.policy = odoo_rpc::Policy::once();
    Client::connect(config).await.expect("connects")
}

const WAYS: [(Series, ProtocolKind); 5] = [
    (Series::V17, ProtocolKind::XmlRpc),
    (Series::V17, ProtocolKind::JsonRpc),
    (Series::V19, ProtocolKind::XmlRpc),
    (Series::V19, ProtocolKind::JsonRpc),
    (Series::V19, ProtocolKind::Json2),
];

#[tokio::test]
async fn a_shop_order_goes_the_same_way_over_every_protocol() {
    for (series, protocol) in WAYS {
        let server = start(series).await;
        let client = connect(&server, protocol).await;
        let ids = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
        let again = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
        assert_eq!(ids, again, "{protocol:?}");
        client.call(Call::new("sale.order", "action_confirm").ids(ids.clone())).await.unwrap();
        let fields = ["name", "state", "amount_total", "partner_id", "order_line", "commitment_date"];
        let order = client.read("sale.order", &ids, &fields).await.unwrap();
        let order = &order[0];
        assert_eq!(order["name"], "S00001");
        assert_eq!(order["state"], "sale");
        assert_eq!(order["amount_total"], 20.0);
        assert_eq!(order["partner_id"][1], "Ann & <Ærø>");
        assert_eq!(order["order_line"].as_array().unwrap().len(), 2);
        assert_eq!(order["commitment_date"], false);
        let found = Domain::from_value(&json!([["default_code", "=", "MUG"]])).unwrap();
        let stock = client
            .search_read(
                "product.product",
                found,
                &["qty_available", "free_qty"],
                odoo_rpc::SearchOptions::new(),
            )
            .await
            .unwrap();
        assert_eq!((&stock[0]["qty_available"], &stock[0]["free_qty"]), (&json!(10.0), &json!(8.0)));
        let twice = client.call(Call::new("sale.order", "action_confirm").ids(ids)).await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::UserError, "{protocol:?}");
        assert_eq!(server.odoo().count("sale.order"), 1);
    }
}

/// Python's `None`: `null`, no result at all, or a fault after the commit. The client calls all three `null`.
#[tokio::test]
async fn locking_answers_nothing_and_is_done() {
    for (series, protocol) in WAYS {
        let server = start(series).await;
        let client = connect(&server, protocol).await;
        let ids = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
        let answer = client.call(Call::new("sale.order", "action_lock").ids(ids.clone())).await.unwrap();
        assert_eq!(answer, Value::Null, "{protocol:?}");
        assert_eq!(server.odoo().row("sale.order", ids[0]).unwrap()["locked"], true);
    }
}

#[tokio::test]
async fn wrong_key_wrong_database_and_unknown_names_are_told_apart() {
    for (series, protocol) in WAYS {
        let server = start(series).await;
        let client = connect(&server, protocol).await;
        let kind = async |call: Call| client.call(call).await.unwrap_err().kind();
        assert_eq!(kind(Call::new("no.such.model", "search").arg(json!([]))).await, ErrorKind::UnknownModel);
        assert_eq!(kind(Call::new("res.partner", "no_such").ids([1])).await, ErrorKind::UnknownMethod);
        assert_eq!(kind(Call::new("res.partner", "_compute").ids([1])).await, ErrorKind::AccessDenied);
        let vals = json!({"vals": {"name": "x"}});
        let call = Call::new("res.partner", "write").ids([999_999]).kwarg("vals", vals["vals"].clone());
        let missing = kind(call).await;
        assert!(matches!(missing, ErrorKind::Missing | ErrorKind::UserError), "{protocol:?}: {missing:?}");
        let mut config = Config::new(server.url(), "other", "admin", "admin-key");
        config.protocol = Some(protocol);
        let error = match Client::connect(config).await {
            Err(error) => error,
            Ok(client) => {
                client.call(Call::new("res.partner", "search_count").arg(json!([]))).await.unwrap_err()
            }
        };
        assert_eq!(error.kind(), ErrorKind::Database, "{protocol:?}");
    }
}

async fn with_fault(fault: Fault, protocol: ProtocolKind) -> (OdooServer, Client, Error) {
    let server = start(Series::V19).await;
    let client = connect(&server, protocol).await;
    server.faults().set(FaultPlan::new().rule(FaultRule::new(fault).method("load").first(1)));
    let error = client.load("sale.order", &FIELDS, rows()).await.unwrap_err();
    assert_eq!(server.faults().injected().len(), 1);
    (server, client, error)
}

/// The loss that counts: committed, unanswered, done again. One order, two lines, nothing changed the second time.
#[tokio::test]
async fn an_answer_lost_after_the_commit_leaves_one_order() {
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        for fault in [Fault::DropAfterCommit, Fault::TruncatedBody, Fault::BadGateway { committed: true }] {
            let (server, client, error) = with_fault(fault, protocol).await;
            assert_eq!(error.delivery(), Delivery::Unknown, "{protocol:?} {fault:?}: {error}");
            assert_eq!(server.odoo().count("sale.order"), 1, "{fault:?}");
            server.odoo().clear_logs();
            client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
            assert_eq!((server.odoo().count("sale.order"), server.odoo().count("sale.order.line")), (1, 2));
            let changed = |write: &odoo_rpc::testkit::WriteEntry| {
                write.kind != WriteKind::Update || !write.fields.is_empty()
            };
            assert!(!server.odoo().writes().iter().any(changed));
        }
    }
}

#[tokio::test]
async fn faults_before_the_call_leave_nothing() {
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        for fault in [Fault::DropBeforeRun, Fault::BadGateway { committed: false }] {
            let (server, _, error) = with_fault(fault, protocol).await;
            assert_eq!(error.delivery(), Delivery::Unknown, "{protocol:?} {fault:?}: {error}");
            assert_eq!(server.odoo().count("sale.order"), 0);
            assert!(server.odoo().calls().is_empty());
        }
    }
}

#[tokio::test]
async fn a_lost_race_is_rolled_back_and_safe_to_repeat() {
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        let (server, client, error) = with_fault(Fault::SerializationFailure, protocol).await;
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, Retry::Safe), "{protocol:?}");
        assert_eq!(server.odoo().count("sale.order"), 0);
        let ids = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
        let rule = FaultRule::new(Fault::SerializationFailure).model("sale.order").method("action_confirm");
        server.faults().set(FaultPlan::new().rule(rule.first(1)));
        let confirm = || client.call(Call::new("sale.order", "action_confirm").ids(ids.clone()));
        let error = confirm().await.unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, Retry::Safe), "{protocol:?}");
        assert_eq!(server.odoo().count("stock.picking"), 0);
        confirm().await.unwrap();
        assert_eq!(server.odoo().count("stock.picking"), 1);
    }
}

#[tokio::test]
async fn a_page_instead_of_an_answer_is_no_success() {
    let (server, _, error) = with_fault(Fault::NotFoundHtml, ProtocolKind::Json2).await;
    assert_eq!(error.kind(), ErrorKind::Database);
    assert_eq!(server.odoo().count("sale.order"), 0);
}

#[tokio::test]
async fn a_closed_door_is_noticed_before_anything_is_sent_and_opens_again() {
    let server = start(Series::V19).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    server.pause().await;
    let error = client.load("sale.order", &FIELDS, rows()).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    server.resume().await.expect("the same port");
    client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
    server.faults().set(FaultPlan::new().rule(FaultRule::new(Fault::Refuse).first(1)));
    client.load("sale.order", &FIELDS, rows()).await.unwrap_err();
    client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
    assert_eq!(server.odoo().count("sale.order"), 1);
    server.stop().await;
    let error = client.load("sale.order", &FIELDS, rows()).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
}

#[tokio::test]
async fn a_slow_answer_times_out_although_the_call_was_committed() {
    let server = start(Series::V19).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let rule = FaultRule::new(Fault::Delay(Duration::from_secs(3600))).method("action_confirm");
    let ids = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
    server.faults().set(FaultPlan::new().rule(rule));
    let call = Call::new("sale.order", "action_confirm").ids(ids).timeout(Duration::from_millis(200));
    let error = client.call(call).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::Unknown));
    assert_eq!(server.odoo().rows("sale.order")[0]["state"], "sale");
}

#[tokio::test]
async fn the_logs_say_who_called_what_and_what_changed() {
    let server = start(Series::V19).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    server.odoo().clear_logs();
    let ids = client.load("sale.order", &FIELDS, rows()).await.unwrap().into_ids().unwrap();
    client.call(Call::new("sale.order", "action_confirm").ids(ids.clone())).await.unwrap();
    client.call(Call::new("sale.order", "action_confirm").ids(ids.clone())).await.unwrap_err();
    let calls = server.odoo().calls();
    let told: Vec<(&str, &[i64])> =
        calls.iter().map(|call| (call.method.as_str(), call.ids.as_slice())).collect();
    assert_eq!(
        told,
        [("load", [].as_slice()), ("action_confirm", ids.as_slice()), ("action_confirm", ids.as_slice())]
    );
    assert_eq!(calls[0].uid, 2);
    assert!(matches!(calls[2].outcome, Outcome::Refused(_)));
    let writes = server.odoo().writes();
    assert!(writes.iter().all(|write| write.call < 3), "a refused call writes nothing");
    let created =
        writes.iter().filter(|write| write.model == "sale.order" && write.kind == WriteKind::Create);
    assert_eq!(created.count(), 1);
    let state = writes.iter().find(|write| write.call == 2 && write.model == "sale.order").unwrap();
    assert!(state.fields.contains(&"state".to_owned()), "{state:?}");
}
