//! Typed records against the in-memory Odoo: read, streamed, followed, written, upserted, on every protocol.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use futures_util::stream::{StreamExt as _, TryStreamExt as _};
use odoo_rpc::field::{Date, Decimal, Timestamp};
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series, Setup};
use odoo_rpc::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use odoo_rpc::{
    Cell, Client, Config, Cursor, Delivery, Drift, ErrorKind, Id, Many2one, OdooModel, OdooSelection, Policy,
    ProtocolKind, ReqwestTransport, StreamOptions, UpsertOptions, UpsertOutcome, UpsertRecord, Values,
};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.country")]
struct Country {
    id: Id<Self>,
    code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Partner {
    id: Id<Self>,
    name: Option<String>,
    email: Option<String>,
    is_company: bool,
    country_id: Option<Many2one<Country>>,
    #[odoo(readonly)]
    write_date: Option<Timestamp>,
}

/// The same model, its country read with it.
#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Resident {
    id: Id<Self>,
    name: Option<String>,
    country_id: Option<Country>,
    child_ids: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Child {
    id: Id<Self>,
    name: Option<String>,
    email: Option<String>,
}

/// A field that a record may lack, declared as if none did.
#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Reachable {
    id: Id<Self>,
    email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, OdooSelection)]
enum State {
    Draft,
    Sent,
    #[odoo("sale")]
    Confirmed,
    Cancel,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    id: Id<Self>,
    #[odoo(readonly)]
    state: State,
    #[odoo(readonly)]
    amount_total: Decimal,
    partner_id: Many2one<Partner>,
    date_order: Timestamp,
    validity_date: Option<Date>,
    order_line: Vec<Id<Line>>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order.line")]
struct Line {
    id: Id<Self>,
    product_uom_qty: Decimal,
    price_unit: Decimal,
}

const WAYS: [(Series, ProtocolKind); 5] = [
    (Series::V17, ProtocolKind::XmlRpc),
    (Series::V17, ProtocolKind::JsonRpc),
    (Series::V19, ProtocolKind::XmlRpc),
    (Series::V19, ProtocolKind::JsonRpc),
    (Series::V19, ProtocolKind::Json2),
];

fn config(server: &OdooServer, protocol: ProtocolKind) -> Config {
    let mut config = Config::new(server.url(), "odoo", "admin", "admin-key");
    config.protocol = Some(protocol);
    config.policy = Policy { backoff: Duration::from_millis(1), ..Policy::self_hosted() };
    config
}

async fn connect(server: &OdooServer, protocol: ProtocolKind) -> Client {
    Client::connect(config(server, protocol)).await.unwrap()
}

async fn start(series: Series, partners: usize) -> OdooServer {
    let setup = (0..partners).fold(Setup::new(series), |setup, n| {
        let values = json!({"name": format!("Partner {n}"), "email": format!("p{n}@example.com"), "is_company": n % 2 == 0});
        setup.named(&format!("test.p{n}"), "res.partner", values)
    });
    OdooServer::start(setup).await.unwrap()
}

#[tokio::test]
async fn rows_come_as_structs_on_every_protocol() {
    for (series, protocol) in WAYS {
        let server = start(series, 5).await;
        let client = connect(&server, protocol).await;
        let belgium =
            client.records::<Country>().filter(Country::CODE.eq("BE")).first().await.unwrap().unwrap();
        let partners = client.records::<Partner>();
        let made = Values::new()
            .set(Partner::NAME, "Jan & <Ærø>".to_owned())
            .set(Partner::COUNTRY_ID, Many2one::from(belgium.id));
        let [id] = partners.create([made]).await.unwrap()[..] else { panic!("one id") };

        let jan = partners.clone().get([id]).await.unwrap().pop().unwrap();
        assert_eq!(
            (jan.name.as_deref(), jan.email.as_deref(), jan.is_company),
            (Some("Jan & <Ærø>"), None, false)
        );
        assert_eq!(jan.country_id.as_ref().unwrap().id, belgium.id);
        assert_eq!(jan.country_id.as_ref().unwrap().name.as_deref(), Some("Belgium"));
        assert!(jan.write_date.is_some());

        let companies =
            partners.clone().filter(Partner::IS_COMPANY.eq(true)).filter(Partner::NAME.ilike("partner"));
        let found = companies.clone().order(Partner::NAME.desc()).limit(2).fetch().await.unwrap();
        let names: Vec<_> = found.iter().filter_map(|partner| partner.name.as_deref()).collect();
        assert_eq!(names, ["Partner 4", "Partner 2"], "{protocol:?}");
        assert_eq!(companies.count().await.unwrap(), 3);
        let there = Partner::COUNTRY_ID.then(Country::CODE).is_in(["BE", "NL"]);
        assert_eq!(partners.clone().filter(there).ids().await.unwrap(), [id]);

        // Only what differs is written.
        let moved = Partner { email: Some("jan@example.com".to_owned()), country_id: None, ..jan.clone() };
        server.odoo().clear_logs();
        assert!(partners.update(&jan, &moved).await.unwrap());
        assert!(!partners.update(&moved, &moved).await.unwrap());
        let again = partners.clone().get([id]).await.unwrap().pop().unwrap();
        assert_eq!((again.email.as_deref(), again.country_id), (Some("jan@example.com"), None));
        assert_eq!(server.odoo().calls().iter().filter(|call| call.method == "write").count(), 1);
        // Records that are not there are left out, and the order is that of the question.
        let three: Vec<i64> = partners
            .clone()
            .get([id, Id::new(99_999), Id::new(1)])
            .await
            .unwrap()
            .iter()
            .map(|p| p.id.get())
            .collect();
        assert_eq!(three, [id.get(), 1]);
        partners.unlink([id]).await.unwrap();
        assert_eq!(partners.get([id]).await.unwrap(), []);
    }
}

#[tokio::test]
async fn amounts_times_and_states_are_typed() {
    for (series, protocol) in WAYS {
        let server = start(series, 1).await;
        let client = connect(&server, protocol).await;
        let (_, partner) = server.odoo().external_id("test.p0").unwrap();
        let product =
            server.odoo().create("product.product", json!({"name": "Mug", "default_code": "MUG"})).unwrap();
        let line = json!([[0, 0, {"product_id": product, "product_uom_qty": 3, "price_unit": 33.33, if series == Series::V17 { "tax_id" } else { "tax_ids" }: [[6, 0, []]]}]]);
        let order = server
            .odoo()
            .create("sale.order", json!({"partner_id": partner, "order_line": line, "date_order": "2026-03-01 10:11:12", "validity_date": "2026-04-01"}))
            .unwrap();
        let order = client.records::<Order>().get([Id::new(order)]).await.unwrap().pop().unwrap();
        let changed = client.records::<Order>().changes(Cursor::start()).next().await.unwrap();
        assert_eq!(changed, std::slice::from_ref(&order), "read as a change on {protocol:?}");
        assert_eq!(
            (order.state.clone(), order.amount_total),
            (State::Draft, "99.99".parse().unwrap()),
            "{protocol:?}"
        );
        assert_eq!(order.date_order.to_string(), "2026-03-01T10:11:12Z");
        assert_eq!(order.validity_date.unwrap().to_string(), "2026-04-01");
        let lines = client.records::<Line>().get(order.order_line).await.unwrap();
        assert_eq!(
            (lines[0].product_uom_qty, lines[0].price_unit),
            (Decimal::from(3), "33.33".parse().unwrap())
        );
        let open = client
            .records::<Order>()
            .filter(Order::STATE.is_in([State::Draft, State::Sent]))
            .count()
            .await
            .unwrap();
        assert_eq!(open, 1);
    }
}

/// Tells another version than the server has, and passes everything else on.
struct Older(ReqwestTransport);

#[async_trait]
impl Transport for Older {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut response = self.0.send(request).await?;
        let text = String::from_utf8_lossy(&response.body).replace("<int>17</int>", "<int>16</int>");
        response.body = text.into_bytes().into();
        Ok(response)
    }
}

#[tokio::test]
async fn records_inside_records_take_one_call_each_level_with_and_without_web_read() {
    let server = start(Series::V17, 2).await;
    let parent = server.odoo().external_id("test.p0").unwrap().1;
    let be = server.odoo().search("res.country", &json!([["code", "=", "BE"]])).unwrap()[0];
    server
        .odoo()
        .write("res.partner", parent, json!({"country_id": be, "child_ids": [[0, 0, {"name": "Kid"}], [0, 0, {"name": "Kid 2", "email": "k@e.x"}]]}))
        .unwrap();
    let new = connect(&server, ProtocolKind::JsonRpc).await;
    let transport = Arc::new(Older(ReqwestTransport::new().unwrap()));
    let old = Client::connect_with(config(&server, ProtocolKind::JsonRpc), transport).await.unwrap();
    assert_eq!((new.version().unwrap().major, old.version().unwrap().major), (17, 16));
    let mut read = Vec::new();
    for (client, calls) in [(new, 1), (old, 3)] {
        server.odoo().clear_logs();
        let people = client
            .records::<Resident>()
            .filter(Resident::NAME.ilike("partner"))
            .order("id")
            .fetch()
            .await
            .unwrap();
        assert_eq!(server.odoo().calls().len(), calls);
        assert_eq!(people[0].country_id.as_ref().unwrap().code.as_deref(), Some("BE"));
        assert_eq!(people[1].country_id, None);
        let kids: Vec<_> =
            people[0].child_ids.iter().map(|kid| (kid.name.as_deref(), kid.email.as_deref())).collect();
        assert_eq!(kids, [(Some("Kid"), None), (Some("Kid 2"), Some("k@e.x"))]);
        assert_eq!(client.records::<Resident>().get([people[0].id]).await.unwrap(), people[..1]);
        read.push(people);
    }
    assert_eq!(read[0], read[1]);
}

#[tokio::test]
async fn lists_are_written_as_the_fewest_commands() {
    let server = start(Series::V19, 1).await;
    let parent = server.odoo().external_id("test.p0").unwrap().1;
    let kids = json!([[0, 0, {"name": "A"}], [0, 0, {"name": "B"}], [0, 0, {"name": "C"}]]);
    server.odoo().write("res.partner", parent, json!({"child_ids": kids})).unwrap();
    let client = connect(&server, ProtocolKind::Json2).await;
    let residents = client.records::<Resident>();
    let old = residents.clone().get([Id::new(parent)]).await.unwrap().pop().unwrap();
    let mut new = old.clone();
    new.child_ids.remove(0);
    new.child_ids[0].email = Some("b@example.com".to_owned());
    new.child_ids.push(Child { id: Id::unsaved(), name: Some("D".to_owned()), email: None });
    let id = |n: usize| old.child_ids[n].id.get();
    let changes = odoo_rpc::Model::changes(&new, &old);
    let expected =
        json!({"child_ids": [[3, id(0), 0], [1, id(1), {"email": "b@example.com"}], [0, 0, {"name": "D"}]]});
    assert_eq!(Value::from(changes), expected);
    assert!(residents.update(&old, &new).await.unwrap());
    let read = residents.get([Id::new(parent)]).await.unwrap().pop().unwrap();
    let kids: Vec<_> =
        read.child_ids.iter().map(|kid| (kid.name.as_deref().unwrap(), kid.email.as_deref())).collect();
    assert_eq!(kids, [("B", Some("b@example.com")), ("C", None), ("D", None)]);
}

#[tokio::test]
async fn a_stream_reads_every_record_once() {
    for (series, protocol) in WAYS {
        let server = start(series, 230).await;
        let client = connect(&server, protocol).await;
        let all: BTreeSet<i64> =
            server.odoo().search("res.partner", &json!([])).unwrap().into_iter().collect();
        let options = StreamOptions { page: 7, parallel: 3, max_page: 40, ..StreamOptions::default() };
        let read: Vec<Partner> = client.records().stream_with(options.clone()).try_collect().await.unwrap();
        let ids: Vec<i64> = read.iter().map(|partner| partner.id.get()).collect();
        assert!(ids.is_sorted(), "{protocol:?}");
        assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(ids.len(), all.len());
        let some: Vec<Partner> = client.records().limit(50).stream_with(options).try_collect().await.unwrap();
        assert_eq!(some, read[..50]);
        let whole: Vec<Partner> = client.stream().try_collect().await.unwrap();
        assert_eq!(whole, read);
    }
}

#[tokio::test]
async fn a_stream_finds_the_record_that_cannot_be_read_and_goes_on() {
    let server = start(Series::V19, 100).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let bad: Vec<i64> =
        ["test.p13", "test.p77"].iter().map(|name| server.odoo().external_id(name).unwrap().1).collect();
    for id in &bad {
        server.odoo().write("res.partner", *id, json!({"email": false})).unwrap();
    }
    let query = client.records::<Reachable>().filter(Partner::NAME.ilike("partner"));
    let items: Vec<_> = query.clone().stream().collect().await;
    assert_eq!(items.len(), 100);
    let errors: Vec<_> = items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert_eq!(errors.iter().filter_map(|error| error.record()).collect::<Vec<_>>(), bad);
    assert_eq!(errors[0].kind(), ErrorKind::Protocol);
    assert!(errors[0].to_string().contains("field email: it is empty in Odoo"), "{}", errors[0]);
    assert!(errors[0].to_string().contains(&format!("(record {})", bad[0])));

    // Where none can be read, it is not the records.
    for id in server.odoo().search("res.partner", &json!([])).unwrap() {
        server.odoo().write("res.partner", id, json!({"email": false})).unwrap();
    }
    let items: Vec<_> = query.stream().collect().await;
    assert!(items.len() < 20, "{}", items.len());
    assert_eq!(items.last().unwrap().as_ref().unwrap_err().record(), None);
}

#[tokio::test]
async fn a_stream_outlives_a_server_that_stumbles_and_ends_with_what_is_no_records_fault() {
    let server = start(Series::V19, 120).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let gateway = Fault::BadGateway { committed: false };
    server.faults().set(FaultPlan::new().rule(FaultRule::new(gateway).method("search_read").every(3)));
    let options = StreamOptions { page: 5, max_page: 5, ..StreamOptions::default() };
    let read: Vec<_> = client.records::<Partner>().stream_with(options).try_collect().await.unwrap();
    assert_eq!(read.len(), server.odoo().search("res.partner", &json!([])).unwrap().len());
    server.faults().set(FaultPlan::new());
    let items: Vec<_> = client.records::<Partner>().order("name").stream().collect().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::BadArguments);
    client.replace_key("wrong-key");
    let items: Vec<_> = client.records::<Partner>().stream().collect().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn changes_come_once_each_whatever_the_seconds_hold() {
    for series in [Series::V17, Series::V19] {
        let server = start(series, 0).await;
        let client = connect(&server, ProtocolKind::JsonRpc).await;
        let make = |n: usize, at: &str| {
            server.odoo().set_clock(at).unwrap();
            server.odoo().create("res.partner", json!({"name": format!("Numbered {n}")})).unwrap()
        };
        let query = || client.records::<Partner>().filter(Partner::NAME.ilike("Numbered"));
        // More in one second than fits on a page, and some beside it.
        let mut made: Vec<i64> = vec![make(0, "2026-05-01 10:00:00")];
        made.extend((1..12).map(|n| make(n, "2026-05-01 10:00:05")));
        made.push(make(12, "2026-05-01 10:00:06"));
        let mut changes = query().changes(Cursor::start()).page(4).overlap(Duration::from_secs(60));
        let mut seen = Vec::new();
        loop {
            let page = changes.next().await.unwrap();
            assert!(page.len() <= 4);
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|partner| partner.id.get()));
        }
        assert_eq!(seen, made, "{series:?}");
        assert_eq!(changes.next().await.unwrap(), []);

        // One that began before and committed late, one that was written again, one that was archived.
        let cursor: Cursor = serde_json::from_str(&serde_json::to_string(changes.cursor()).unwrap()).unwrap();
        let late = make(13, "2026-05-01 09:59:30");
        server.odoo().set_clock("2026-05-01 10:00:30").unwrap();
        server.odoo().write("res.partner", made[3], json!({"email": "new@example.com"})).unwrap();
        server.odoo().write("res.partner", made[4], json!({"active": false})).unwrap();
        let mut changes = query().changes(cursor).page(4).overlap(Duration::from_secs(60));
        let mut seen = BTreeSet::new();
        loop {
            let page = changes.next().await.unwrap();
            if page.is_empty() {
                break;
            }
            for partner in &page {
                assert!(seen.insert(partner.id.get()), "twice");
            }
        }
        assert_eq!(seen, BTreeSet::from([late, made[3], made[4]]), "{series:?}");
    }
}

#[tokio::test]
async fn reads_side_by_side_become_one() {
    let server = start(Series::V19, 30).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let ids: Vec<i64> = server.odoo().search("res.partner", &json!([["name", "ilike", "Partner"]])).unwrap();
    server.odoo().clear_logs();
    let reader = client.records::<Partner>().coalesced(Duration::from_millis(20));
    let wanted = ids.iter().chain(&ids).map(|id| reader.get(Id::new(*id)));
    let read = join_all(wanted).await;
    assert!(read.iter().all(|partner| partner.as_ref().unwrap().is_some()));
    assert_eq!(reader.get(Id::new(99_999)).await.unwrap(), None);
    assert_eq!(server.odoo().calls().iter().filter(|call| call.method == "read").count(), 2);
    // A reader that gives up takes nobody with it.
    let (first, second) = (reader.clone(), reader.clone());
    let hasty = tokio::time::timeout(Duration::from_millis(1), first.get(Id::new(ids[0])));
    let (hasty, patient) = futures_util::future::join(hasty, second.get(Id::new(ids[1]))).await;
    assert!(hasty.is_err());
    assert_eq!(patient.unwrap().unwrap().id.get(), ids[1]);
}

#[tokio::test]
async fn a_write_holds_only_if_nobody_wrote_meanwhile() {
    let server = start(Series::V19, 1).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    server.odoo().set_clock("2030-01-01 00:00:00").unwrap();
    let partners = client.records::<Partner>();
    let read = partners.clone().filter(Partner::NAME.eq("Partner 0")).first().await.unwrap().unwrap();
    let values = || Values::new().set(Partner::EMAIL, Some("mine@example.com".to_owned()));
    partners.write_if_unchanged(read.id, read.write_date.unwrap(), values()).await.unwrap();
    let read = partners.clone().get([read.id]).await.unwrap().pop().unwrap();
    server.odoo().advance_clock(Duration::from_secs(10));
    server.odoo().write("res.partner", read.id.get(), json!({"email": "theirs@example.com"})).unwrap();
    let error = partners.write_if_unchanged(read.id, read.write_date.unwrap(), values()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Stale, Delivery::NotSent));
    assert_eq!(server.odoo().row("res.partner", read.id.get()).unwrap()["email"], "theirs@example.com");
    let gone =
        partners.write_if_unchanged(Id::new(99_999), read.write_date.unwrap(), values()).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Missing);

    let writes =
        (1..=3).map(|n| (read.id, Values::new().set(Partner::EMAIL, Some(format!("{}@example.com", n / 3)))));
    server.odoo().clear_logs();
    partners.write_each(writes.collect()).await.unwrap();
    assert_eq!(server.odoo().calls().len(), 2);
}

fn customer(n: usize) -> UpsertRecord {
    UpsertRecord::new(format!("shop.customer_{n}"))
        .set("name", format!("Customer {n}"))
        .set("email", format!("c{n}@example.com"))
        .set("is_company", n.is_multiple_of(2))
}

#[tokio::test]
async fn upserts_can_be_repeated_and_skip_what_did_not_change() {
    for (series, protocol) in WAYS {
        let server = start(series, 0).await;
        let client = connect(&server, protocol).await;
        let before = server.odoo().count("res.partner");
        let all = || (0..25).map(customer).collect::<Vec<_>>();
        let options = UpsertOptions { batch: 10, ..UpsertOptions::default() };
        // The second call's answer is lost, the third meets a conflict that load hides in its messages.
        let plan = FaultPlan::new()
            .rule(FaultRule::new(Fault::DropAfterCommit).method("load").nth(2))
            .rule(FaultRule::new(Fault::SerializationFailure).method("load").nth(3));
        server.faults().set(plan);
        let report = client.upsert("res.partner", all(), options.clone()).await.unwrap();
        assert_eq!(report.failures().count(), 0, "{protocol:?}");
        assert_eq!(server.odoo().count("res.partner") - before, 25);
        for (name, id) in report.ids() {
            assert_eq!(server.odoo().external_id(name), Some(("res.partner".to_owned(), id)));
        }
        server.odoo().clear_logs();
        let mut changed = all();
        changed[3] = customer(3).set("email", Cell::Empty);
        let options = UpsertOptions { known: report.digests(), ..options };
        let report = client.upsert("res.partner", changed, options).await.unwrap();
        let loaded =
            report.outcomes().filter(|(_, outcome)| matches!(outcome, UpsertOutcome::Loaded { .. })).count();
        assert_eq!((loaded, server.odoo().calls().len(), report.digests().len()), (1, 1, 25));
        let (_, id) = server.odoo().external_id("shop.customer_3").unwrap();
        assert_eq!(server.odoo().row("res.partner", id).unwrap()["email"], Value::Bool(false));
    }
}

#[tokio::test]
async fn an_upsert_outlasts_others_that_write_the_same() {
    let server = start(Series::V19, 0).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let conflict = FaultRule::new(Fault::SerializationFailure).method("load");
    server.faults().set(FaultPlan::new().rule(conflict.clone().first(8)));
    let report =
        client.upsert("res.partner", (0..9).map(customer).collect(), UpsertOptions::default()).await.unwrap();
    assert_eq!(report.ids().len(), 9);
    server.faults().set(FaultPlan::new().rule(conflict));
    let error = client
        .upsert("res.partner", (0..9).map(customer).collect(), UpsertOptions::default())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Conflict, Delivery::RolledBack));
}

#[tokio::test]
async fn a_record_that_odoo_refuses_keeps_no_other_back() {
    let server = start(Series::V19, 0).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    let mut records: Vec<_> = (0..20).map(|n| customer(n).set("country_id/id", "base.be")).collect();
    records[4] = customer(4).set("country_id/id", "base.nowhere");
    records[11] = customer(11).set("country_id/id", "base.nowhere_either");
    let report = client.upsert("res.partner", records, UpsertOptions::default()).await.unwrap();
    let failed: Vec<_> = report.failures().collect();
    assert_eq!(failed.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["shop.customer_4", "shop.customer_11"]);
    assert!(failed[0].1.contains("country_id"), "{failed:?}");
    assert_eq!(report.ids().len(), 18);
    assert!(!report.digests().contains_key("shop.customer_4"));

    for (records, said) in [
        (vec![customer(1), customer(1)], "twice"),
        (vec![UpsertRecord::new("no_module")], "MODULE.NAME"),
        (vec![UpsertRecord::new("a.b c")], "MODULE.NAME"),
        (
            vec![
                UpsertRecord::new("s.o")
                    .line("order_line", UpsertRecord::new("s.a").set("x", 1))
                    .line("order_line", UpsertRecord::new("s.b").set("y", 1)),
            ],
            "same columns",
        ),
    ] {
        let error = client.upsert("res.partner", records, UpsertOptions::default()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::BadArguments, Delivery::NotSent));
        assert!(error.message().contains(said), "{error}");
    }
}

#[tokio::test]
async fn documents_go_up_with_their_lines() {
    let server = start(Series::V19, 1).await;
    let client = connect(&server, ProtocolKind::Json2).await;
    server.odoo().create("product.product", json!({"name": "Mug", "default_code": "MUG"})).unwrap();
    let product = server.odoo().search("product.product", &json!([["default_code", "=", "MUG"]])).unwrap()[0];
    server.odoo().name("shop.mug", "product.product", product).unwrap();
    let order = |n: usize, lines: usize| {
        (0..lines).fold(
            UpsertRecord::new(format!("shop.o{n}"))
                .set("partner_id/id", "test.p0")
                .set("date_order", "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap()),
            |order, line| {
                let line = UpsertRecord::new(format!("shop.o{n}_{line}"))
                    .set("product_id/id", "shop.mug")
                    .set("product_uom_qty", 2)
                    .set("price_unit", "1.25".parse::<Decimal>().unwrap());
                order.line("order_line", line)
            },
        )
    };
    for _ in 0..2 {
        let report = client
            .upsert("sale.order", vec![order(1, 3), order(2, 1), order(3, 2)], UpsertOptions::default())
            .await
            .unwrap();
        assert_eq!(report.failures().collect::<Vec<_>>(), []);
        assert_eq!((server.odoo().count("sale.order"), server.odoo().count("sale.order.line")), (3, 6));
        let order =
            client.records::<Order>().get([Id::new(report.ids()["shop.o1"])]).await.unwrap().pop().unwrap();
        assert_eq!(
            (order.order_line.len(), order.date_order.to_string().as_str()),
            (3, "2026-01-01T00:00:00Z")
        );
    }
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Wrong {
    id: Id<Self>,
    no_such_field: Option<String>,
    name: Option<i64>,
    country_id: Option<Id<Partner>>,
    email: String,
}

#[tokio::test]
async fn drift_between_struct_and_server_is_told() {
    for (series, protocol) in WAYS {
        let server = start(series, 0).await;
        let client = connect(&server, protocol).await;
        assert_eq!(client.verify::<Partner>().await.unwrap(), [], "{protocol:?}");
        assert_eq!(client.verify::<Resident>().await.unwrap(), []);
        let drift = client.verify::<Wrong>().await.unwrap();
        let told: Vec<String> = drift.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "res.partner.no_such_field: the server does not have it",
                "res.partner.name: it is a char, the struct holds integer or many2one_reference",
                "res.partner.country_id: it leads to res.country, in the struct to res.partner",
                "res.partner.email: it can be empty: make it an Option",
            ]
        );
        assert!(drift.iter().all(Drift::is_breaking));
    }
}
