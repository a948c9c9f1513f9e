//! What holds for every Odoo, the in-memory one and real ones, over every protocol. Makes its own records and takes them away again.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::TryStreamExt as _;
use odoo_rpc::field::Timestamp;
use odoo_rpc::{
    Aggregate, Call, Cell, Client, Cursor, Delivery, Domain, ErrorKind, Id, Many2one, OdooModel, Retry,
    StreamOptions, UpsertOptions, UpsertRecord, Values,
};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.country")]
pub(crate) struct Country {
    id: Id<Self>,
    code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
pub(crate) struct Partner {
    id: Id<Self>,
    name: Option<String>,
    #[odoo(name = "ref")]
    reference: Option<String>,
    email: Option<String>,
    is_company: bool,
    country_id: Option<Many2one<Country>>,
    #[odoo(readonly)]
    write_date: Timestamp,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Family {
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

/// Runs everything. `mark` tells the records of this run from all others.
pub(crate) async fn run(client: &Client, mark: &str) {
    clean(client, mark).await;
    fields(client, mark).await;
    nested(client, mark).await;
    many(client, mark).await;
    upserts(client, mark).await;
    changes(client, mark).await;
    failures(client, mark).await;
    assert_eq!(client.verify::<Partner>().await.unwrap(), []);
    assert_eq!(client.verify::<Family>().await.unwrap(), []);
    clean(client, mark).await;
}

fn mine(mark: &str) -> Domain {
    Partner::REFERENCE.eq(mark)
}

async fn clean(client: &Client, mark: &str) {
    let query = client.records::<Partner>().filter(mine(mark)).with_archived();
    let ids = query.clone().ids().await.unwrap();
    query.unlink(ids).await.unwrap();
}

fn made(mark: &str, name: &str) -> Values<Partner> {
    Values::new().set(Partner::REFERENCE, Some(mark.to_owned())).set(Partner::NAME, Some(name.to_owned()))
}

async fn fields(client: &Client, mark: &str) {
    let partners = client.records::<Partner>();
    let be = client.records::<Country>().filter(Country::CODE.eq("BE")).first().await.unwrap().unwrap();
    let name = "Ærø & <Söhne> \"'] 株式会社\u{1F600} line\nbreak";
    let full =
        made(mark, name).set(Partner::COUNTRY_ID, Some(Many2one::from(be.id))).set(Partner::IS_COMPANY, true);
    let ids = partners.create([full, made(mark, "Plain")]).await.unwrap();
    let read = partners.clone().get(ids.iter().rev().copied()).await.unwrap();
    assert_eq!(read.iter().map(|partner| partner.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
    assert_eq!(read[1].name.as_deref(), Some(name));
    assert_eq!((read[1].is_company, read[1].email.as_deref()), (true, None));
    assert_eq!(read[1].country_id.as_ref().unwrap().id, be.id);
    assert_eq!(read[1].country_id.as_ref().unwrap().name.as_deref(), Some("Belgium"));
    assert_eq!((read[0].is_company, read[0].country_id.as_ref()), (false, None));

    let there = mine(mark).and(Partner::COUNTRY_ID.then(Country::CODE).is_in(["BE", "NL"]));
    assert_eq!(partners.clone().filter(there).ids().await.unwrap(), [ids[0]]);
    let written = mine(mark)
        .and(Partner::NAME.eq(name).or(Partner::NAME.ilike("plAIN").and(Partner::EMAIL.is_unset())));
    assert_eq!(partners.clone().filter(written.clone()).count().await.unwrap(), 2);
    let parsed: Domain = written.to_string().parse().unwrap();
    assert_eq!(partners.clone().filter(parsed).count().await.unwrap(), 2);
    let names = partners.clone().filter(mine(mark)).order(Partner::NAME.desc()).fetch().await.unwrap();
    assert_eq!(names.len(), 2);

    let moved = Partner { email: Some("plain@example.com".to_owned()), ..read[0].clone() };
    assert!(partners.update(&read[0], &moved).await.unwrap());
    assert!(!partners.update(&moved, &moved).await.unwrap());
    let stale = Timestamp::from_second(moved.write_date.as_second() - 60).unwrap();
    let error = partners.write_if_unchanged(moved.id, stale, made(mark, "No")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    let now = partners.clone().get([moved.id]).await.unwrap().pop().unwrap();
    partners.write_if_unchanged(now.id, now.write_date, made(mark, "Yes")).await.unwrap();
    assert_eq!(partners.clone().get([now.id]).await.unwrap()[0].name.as_deref(), Some("Yes"));

    let reader = partners.clone().coalesced(Duration::from_millis(5));
    let read = join_all(ids.iter().map(|id| reader.get(*id))).await;
    assert!(read.iter().all(|partner| partner.as_ref().unwrap().is_some()));
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    assert_eq!(client.exists("res.partner", &[numbers[0], 2_000_000_000]).await.unwrap(), [numbers[0]]);
    assert_eq!(client.display_names("res.partner", &numbers[1..]).await.unwrap()[&numbers[1]], "Yes");
    assert!(client.has_access("res.partner", "read").await.unwrap());
    let groups = partners
        .clone()
        .filter(mine(mark))
        .groups()
        .by(&Partner::IS_COMPANY)
        .with(&Partner::ID, Aggregate::Max);
    let mut groups = groups.fetch().await.unwrap();
    groups.sort_by_key(|group| group.key[0].as_bool());
    assert_eq!(
        groups.iter().map(|group| (group.key[0].clone(), group.count)).collect::<Vec<_>>(),
        [(json!(false), 1), (json!(true), 1)]
    );
    partners.unlink(ids.clone()).await.unwrap();
    assert_eq!(partners.get(ids).await.unwrap(), []);
}

async fn nested(client: &Client, mark: &str) {
    let families = client.records::<Family>();
    let partners = client.records::<Partner>();
    let parent = partners.create([made(mark, "Parent")]).await.unwrap()[0];
    let parent: Id<Family> = Id::new(parent.get());
    let empty = families.clone().get([parent]).await.unwrap().pop().unwrap();
    let child = |name: &str| Child { id: Id::unsaved(), name: Some(name.to_owned()), email: None };
    let full = Family { child_ids: vec![child("A"), child("B"), child("C")], ..empty.clone() };
    assert!(families.update(&empty, &full).await.unwrap());
    let old = families.clone().get([parent]).await.unwrap().pop().unwrap();
    assert_eq!(old.child_ids.len(), 3);
    let mut new = old.clone();
    let gone = new.child_ids.iter().position(|child| child.name.as_deref() == Some("B")).unwrap();
    let taken_off: Id<Partner> = Id::new(new.child_ids.remove(gone).id.get());
    new.child_ids[0].email = Some("a@example.com".to_owned());
    new.child_ids.push(child("D"));
    assert!(families.update(&old, &new).await.unwrap());
    let read = families.filter(Family::ID.eq(parent)).fetch().await.unwrap().pop().unwrap();
    let mut kids: Vec<_> =
        read.child_ids.iter().map(|kid| (kid.name.as_deref().unwrap(), kid.email.is_some())).collect();
    kids.sort_unstable();
    assert_eq!(kids.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["A", "C", "D"]);
    assert_eq!(kids.iter().filter(|(_, email)| *email).count(), 1);
    // What is taken off a list lives on, unless it cannot be without its parent.
    let kids: Vec<Id<Partner>> =
        read.child_ids.iter().map(|kid| Id::new(kid.id.get())).chain([taken_off]).collect();
    partners.unlink(kids).await.unwrap();
    partners.unlink([Id::new(parent.get())]).await.unwrap();
}

async fn many(client: &Client, mark: &str) {
    let partners = client.records::<Partner>();
    let values = (0..60).map(|n| made(mark, &format!("Many {n}")));
    let ids: BTreeSet<Id<Partner>> = partners.create(values).await.unwrap().into_iter().collect();
    assert_eq!(ids.len(), 60);
    let options = StreamOptions { page: 7, parallel: 3, ..StreamOptions::default() };
    let query = partners.clone().filter(mine(mark)).filter(Partner::NAME.ilike("Many"));
    let read: Vec<Partner> = query.clone().stream_with(options).try_collect().await.unwrap();
    assert!(read.is_sorted_by_key(|partner| partner.id));
    assert_eq!(read.iter().map(|partner| partner.id).collect::<BTreeSet<_>>(), ids);
    // Archived ones are left out until they are asked for.
    let some: Vec<_> = ids.iter().copied().take(3).collect();
    let archive = Call::new("res.partner", "action_archive").ids(some.iter().map(|id| id.get()));
    client.call(archive).await.unwrap();
    assert_eq!(query.clone().count().await.unwrap(), 57);
    assert_eq!(query.with_archived().count().await.unwrap(), 60);
    partners.unlink(ids).await.unwrap();
}

async fn upserts(client: &Client, mark: &str) {
    let record = |n: usize| {
        UpsertRecord::new(format!("__odoo_rpc_suite__.{mark}_{n}"))
            .set("name", format!("Upsert {n}"))
            .set("ref", mark)
            .set("is_company", n.is_multiple_of(2))
            .set("email", format!("u{n}@example.com"))
            .set("country_id/id", "base.be")
    };
    let options = UpsertOptions { batch: 8, ..UpsertOptions::default() };
    let all = || (0..20).map(record).collect::<Vec<_>>();
    let first = client.upsert("res.partner", all(), options.clone()).await.unwrap();
    assert_eq!(first.failures().collect::<Vec<_>>(), []);
    let again = client.upsert("res.partner", all(), options.clone()).await.unwrap();
    assert_eq!(first.ids(), again.ids());
    let query = client.records::<Partner>().filter(mine(mark));
    assert_eq!(query.clone().count().await.unwrap(), 20);
    let mut changed = all();
    changed[3] = record(3).set("email", Cell::Empty);
    changed[5] = record(5).set("country_id/id", "base.nowhere");
    let known = UpsertOptions { known: first.digests(), ..options.clone() };
    let report = client.upsert("res.partner", changed, known).await.unwrap();
    assert_eq!(report.ids().len(), 1);
    assert_eq!(
        report.failures().map(|(id, _)| id.to_owned()).collect::<Vec<_>>(),
        [format!("__odoo_rpc_suite__.{mark}_5")]
    );
    let emails = query.clone().filter(Partner::EMAIL.is_unset()).fetch().await.unwrap();
    assert_eq!(
        emails.iter().map(|partner| partner.name.as_deref().unwrap()).collect::<Vec<_>>(),
        ["Upsert 3"]
    );
    // Side by side they get in each other's way inside Odoo, and come through all the same.
    let racing = join_all((0..4).map(|_| client.upsert("res.partner", all(), options.clone()))).await;
    for report in racing {
        assert_eq!(report.unwrap().failures().collect::<Vec<_>>(), []);
    }
    assert_eq!(query.clone().count().await.unwrap(), 20);
    let ids = query.clone().ids().await.unwrap();
    query.unlink(ids).await.unwrap();
}

async fn changes(client: &Client, mark: &str) {
    let partners = client.records::<Partner>();
    let first = partners.create([made(mark, "Change 0")]).await.unwrap()[0];
    let start = partners.clone().get([first]).await.unwrap()[0].write_date;
    let more = partners.create((1..10).map(|n| made(mark, &format!("Change {n}")))).await.unwrap();
    let mut reader = partners.clone().filter(mine(mark)).changes(Cursor::since(start)).page(4);
    let mut seen = Vec::new();
    loop {
        let page = reader.next().await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|partner| partner.id));
    }
    let all: BTreeSet<_> = more.into_iter().chain([first]).collect();
    assert_eq!(seen.len(), 10);
    assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(reader.next().await.unwrap(), []);
    partners.unlink(all).await.unwrap();
}

async fn failures(client: &Client, mark: &str) {
    let partners = client.records::<Partner>();
    let id = partners.create([made(mark, "Failure")]).await.unwrap()[0];
    let fail = async |call: Call| client.call(call).await.unwrap_err();
    let name = json!({"name": "x"});

    let error =
        fail(Call::new("res.partner", "write").ids([id.get()]).arg(json!({"parent_id": id.get()}))).await;
    assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::UserError), "{error}");
    assert_eq!((error.delivery(), error.retryable()), (Delivery::RolledBack, Retry::Never), "{error}");
    let error = fail(Call::new("res.partner", "write").ids([2_000_000_000]).arg(name.clone())).await;
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Missing, Delivery::RolledBack), "{error}");
    let error = fail(Call::new("no.such.model", "write").ids([1]).arg(name)).await;
    assert_eq!(error.kind(), ErrorKind::UnknownModel, "{error}");
    let error = fail(Call::new("res.partner", "no_such_method").ids([1])).await;
    assert_eq!(error.kind(), ErrorKind::UnknownMethod, "{error}");
    let error = fail(Call::new("res.partner", "_compute_display_name").ids([1])).await;
    assert_eq!(error.kind(), ErrorKind::AccessDenied, "{error}");
    let error = fail(Call::new("res.partner", "search").arg(Domain::eq("no_such_field", 1))).await;
    assert!(matches!(error.kind(), ErrorKind::BadArguments), "{error}");
    assert_eq!(error.retryable(), Retry::Never);
    // A method that returns nothing has done its work, also where the protocol cannot say so.
    client.call(Call::new("res.partner", "action_archive").ids([id.get()])).await.unwrap();
    let archived = partners.clone().filter(mine(mark)).count().await.unwrap();
    assert_eq!(archived, 0);
    partners.with_archived().unlink([id]).await.unwrap();
}

/// Files through the key alone.
pub(crate) async fn attachments(client: &Client) {
    let content: Vec<u8> = (0..=255).cycle().take(3_000_001).collect();
    let parts: Vec<std::io::Result<bytes::Bytes>> =
        content.chunks(65_537).map(|part| Ok(bytes::Bytes::copy_from_slice(part))).collect();
    let id = client
        .upload("odoo-rpc suite.bin", None, content.len() as u64, futures_util::stream::iter(parts))
        .await
        .unwrap();
    let file = client.download(id.get()).await.unwrap();
    assert_eq!(file.bytes(4_000_000).await.unwrap(), content);
    client.unlink("ir.attachment", &[id.get()]).await.unwrap();
    assert_eq!(client.download(id.get()).await.unwrap_err().kind(), ErrorKind::Missing);
}

/// What takes the password.
pub(crate) async fn session(client: &Client, password: &str) {
    let error = client.web_session("certainly not the password").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let session = client.web_session(password).await.unwrap();
    let partner = client.records::<Partner>().first().await.unwrap().unwrap();
    let read = session
        .call(Call::new("res.partner", "read").ids([partner.id.get()]).arg(json!(["name"])))
        .await
        .unwrap();
    assert_eq!(read[0]["id"], json!(partner.id));
    let html =
        session.report("base.report_irmodulereference", &[1], odoo_rpc::ReportFormat::Html).await.unwrap();
    assert!(html.content_type().unwrap().contains("text/html"));
    assert!(!html.bytes(10_000_000).await.unwrap().is_empty());
    let expires = Timestamp::from_second(partner.write_date.as_second() + 30 * 86_400).unwrap();
    let name = "odoo-rpc suite";
    let expiring = client.has(odoo_rpc::Capability::KeyExpiry).then_some(expires);
    let key = session.create_key(name, expiring).await.unwrap();
    assert!(client.keys().await.unwrap().iter().any(|key| key.name == name));
    client.replace_key(key);
    assert!(client.records::<Partner>().first().await.unwrap().is_some());
    // The password was checked a moment ago, so the key can be taken away again without asking.
    let model = "res.users.apikeys";
    let mine =
        Call::new(model, "search").arg(Domain::eq("name", name)).kwarg("order", "id desc").kwarg("limit", 1);
    let found: Vec<i64> = serde_json::from_value(session.call(mine.clone()).await.unwrap()).unwrap();
    session.call(Call::new(model, "remove").ids(found.clone())).await.unwrap();
    // Gone from the list. The older protocols keep what they have checked in a cache of the worker, so there it may go on for a while.
    let left: Vec<i64> = serde_json::from_value(session.call(mine).await.unwrap()).unwrap();
    assert_ne!(left, found);
}
