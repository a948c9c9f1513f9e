//! What would be written twice, or as nothing, though nobody meant it.

use super::fake::*;

/// Paging by id from the start.
#[tokio::test]
async fn paging_by_id_can_start_before_all_ids() {
    let (client, fake) = connect(With::default(), |_, _| ok("[]")).await;
    let read = client.records::<Partner>().filter(Partner::ID.gt(Id::unsaved())).limit(10).fetch().await;
    assert!(read.is_ok(), "{}", read.unwrap_err());
    assert_eq!(fake.calls(), 1);
}

/// A reference to a record that is not created yet.
#[tokio::test]
async fn a_reference_to_an_unsaved_record_is_not_sent() {
    use odoo_rpc::field::Reference;
    #[derive(Clone, Debug, OdooModel)]
    #[odoo(model = "x.note")]
    struct Note {
        id: Id<Self>,
        about: Option<Reference>,
    }
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let about = Reference { model: "res.partner".into(), id: Id::<Partner>::unsaved().get() };
    let old = Note { id: Id::new(1), about: None };
    let new = Note { about: Some(about), ..old.clone() };
    let done = client.records::<Note>().update(&old, &new).await;
    assert!(done.is_err(), "sent {}", fake.body(0));
}

/// A database id of 0 in an upsert.
#[tokio::test]
async fn an_upsert_does_not_empty_a_relation_by_an_unsaved_id() {
    let (client, fake) = connect(With::default(), |_, _| ok(json!({"ids": [1], "messages": []}))).await;
    let record = UpsertRecord::new("s.a").set("parent_id/.id", Id::<Partner>::unsaved().get());
    let done = client.upsert("res.partner", vec![record], UpsertOptions::default()).await;
    assert!(done.is_err(), "sent {}", fake.body(0));
}

#[tokio::test]
async fn a_reference_column_of_an_upsert_is_an_external_id() {
    for cell in ["", "0", "no", "false"] {
        let (client, fake) = connect(With::default(), |_, _| ok(json!({"ids": [1], "messages": []}))).await;
        let record = UpsertRecord::new("s.a").set("parent_id/id", cell);
        let done = client.upsert("res.partner", vec![record], UpsertOptions::default()).await;
        assert!(done.is_err(), "{cell:?}: sent {}", fake.body(0));
    }
}

/// Writes to a record that is not created yet.
#[tokio::test]
async fn a_write_to_an_unsaved_record_is_not_reported_as_done() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let set = || Values::<Partner>::new().set(Partner::NAME, "a".to_owned());
    let old = Partner { id: Id::unsaved(), name: None };
    let new = Partner { name: Some("a".into()), ..old.clone() };
    let r = client.records::<Partner>();
    let done = [
        r.update(&old, &new).await.is_ok(),
        r.write([Id::new(1), Id::unsaved()], set()).await.is_ok(),
        r.write_each(vec![(Id::unsaved(), set())]).await.is_ok(),
        r.unlink([Id::unsaved()]).await.is_ok(),
    ];
    assert_eq!(done, [false; 4], "sent {} calls, the first {}", fake.calls(), fake.body(0));
}

#[derive(Clone, Debug, OdooModel)]
#[odoo(model = "x.node")]
struct Leaf {
    id: Id<Self>,
    parent_id: Option<Id<Partner>>,
}
macro_rules! nest { ($($name:ident of $inner:ident),*) => { $(
    #[derive(Clone, Debug, OdooModel)]
    #[odoo(model = "x.node")]
    struct $name { id: Id<Self>, child_ids: Vec<$inner> }
)* } }
nest!(N1 of Leaf, N2 of N1, N3 of N2, N4 of N3, N5 of N4, N6 of N5, N7 of N6, N8 of N7, N9 of N8, N10 of N9,
      N11 of N10, N12 of N11, N13 of N12, N14 of N13, N15 of N14, N16 of N15, N17 of N16, N18 of N17, N19 of N18, N20 of N19, N21 of N20);

/// Deeper than 64 levels the mark itself is sent; Odoo makes a new record of a dict and stores NULL.
#[tokio::test]
async fn a_mark_is_never_sent() {
    let (client, fake) = connect(With::default(), |_, _| ok("[1]")).await;
    let leaf = Leaf { id: Id::unsaved(), parent_id: Some(Id::unsaved()) };
    macro_rules! up { ($v:expr, $($n:ident),*) => {{ let v = $v; $( let v = $n { id: Id::unsaved(), child_ids: vec![v] }; )* v }} }
    let top = up!(
        leaf, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14, N15, N16, N17, N18, N19, N20, N21
    );
    let done = client.records::<N21>().create_all(&[top]).await;
    assert!(done.is_err(), "sent the mark: {}", fake.body(0).to_string().contains("cannot be sent"));
}

#[tokio::test]
async fn a_mark_in_the_context_is_not_sent() {
    use odoo_rpc::field::FieldValue as _;
    let (client, fake) = connect(With::default(), |_, _| ok("[]")).await;
    let done = client
        .records::<Partner>()
        .context("default_parent_id", Id::<Partner>::unsaved().encode())
        .fetch()
        .await;
    assert!(done.is_err(), "sent {}", fake.body(0));
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order.line")]
struct Line {
    id: Id<Self>,
    product_uom_qty: f64,
}
#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    id: Id<Self>,
    note: Option<String>,
    order_line: Vec<Line>,
    tag_ids: Vec<Id<Partner>>,
}

/// An order that was just created, with the id that `create_all` gave: its lines are created once more.
#[tokio::test]
async fn lines_that_did_not_change_are_not_created_twice() {
    let (client, fake) = connect(With::default(), |_, request| {
        ok(if request.url.path().ends_with("create") { "[5]" } else { "true" })
    })
    .await;
    let orders = client.records::<Order>();
    let mut order = Order {
        id: Id::unsaved(),
        note: None,
        order_line: vec![Line { id: Id::unsaved(), product_uom_qty: 3.0 }],
        tag_ids: vec![],
    };
    order.id = orders.create_all(&[order.clone()]).await.unwrap()[0];
    let new = Order { note: Some("thanks".into()), ..order.clone() };
    let done = orders.update(&order, &new).await;
    assert!(done.is_err() || fake.body(1)["vals"].get("order_line").is_none(), "sent {}", fake.body(1));
}

#[tokio::test]
async fn lines_without_ids_are_not_taken_off() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let order = Order {
        id: Id::new(5),
        note: None,
        order_line: vec![Line { id: Id::unsaved(), product_uom_qty: 3.0 }],
        tag_ids: vec![],
    };
    let new = Order { order_line: vec![], ..order.clone() };
    let done = client.records::<Order>().update(&order, &new).await;
    assert!(done.is_err(), "sent {}", fake.body(0));
}
