//! Values are read and written as they are meant.

use super::fake::*;

/// 2^53 itself can be 2^53 + 1 rounded.
#[tokio::test]
async fn an_integer_that_a_double_rounded_is_not_taken_for_exact() {
    let (client, _) =
        connect(With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() }, |_, _| {
            // What Python makes of float(2**53 + 1).
            ok("<methodResponse><params><param><value><array><data><value><struct>\
                <member><name>id</name><value><int>1</int></value></member>\
                <member><name>credit</name><value><double>1.0</double></value></member>\
                <member><name>count</name><value><double>9007199254740992.0</double></value></member>\
                </struct></value></data></array></value></param></params></methodResponse>")
        })
        .await;
    let read = client.records::<Amounts>().fetch().await;
    assert!(read.is_err(), "{read:?}");
}

/// A many2many property is read as pairs and would be written as pairs.
#[test]
fn many2many_properties_are_written_as_ids() {
    use odoo_rpc::field::{FieldValue as _, Properties};
    let wire = json!([{"name": "a", "string": "A", "type": "many2many", "comodel": "res.partner", "value": [[1, "x"], [2, "y"]]}]);
    let properties = Properties::decode(wire).unwrap().unwrap();
    assert_eq!(properties.encode(), json!({"a": [1, 2]}));
}

/// In Python `(5)` is 5, a tuple needs its comma.
#[test]
fn brackets_around_one_value_make_no_list() {
    if let Ok(domain) = "[('id', '=', (5))]".parse::<Domain>() {
        assert_eq!(domain.to_value(), json!([["id", "=", 5]]));
    }
}

/// Whole numbers beyond i64 become floats.
#[test]
fn a_large_whole_number_reads_back() {
    let domain = Domain::eq("a", u64::MAX);
    if let Ok(read) = domain.to_string().parse::<Domain>() {
        assert_eq!(read, domain);
    }
}

/// The words can stand in the data of one record, and then nothing is upserted, ever.
#[tokio::test(start_paused = true)]
async fn the_words_of_a_conflict_in_the_data_are_no_conflict() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |_, _| {
        ok(json!({"ids": false, "messages": [{"type": "error", "rows": {"from": 0, "to": 0}, "record": 0, "field": "country_id",
            "message": "No matching record found for name 'deadlock detected' in field 'Country'"}]}))
    })
    .await;
    let record = UpsertRecord::new("s.a").set("country_id", "deadlock detected");
    let report = client.upsert("res.partner", vec![record], UpsertOptions::default()).await.unwrap();
    assert_eq!(report.failures().count(), 1);
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner.category")]
struct Tag {
    id: Id<Self>,
    name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Tagged {
    id: Id<Self>,
    /// A many2many in Odoo.
    category_id: Vec<Tag>,
    /// A many2one.
    parent_id: Option<Tag>,
}

fn tag(id: i64) -> Tag {
    Tag { id: Id::new(id), name: Some("x".to_owned()) }
}

/// A tag that is taken off one record is deleted from the database, for all records.
#[tokio::test]
async fn a_tag_that_is_taken_off_a_record_is_not_deleted() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let old = Tagged { id: Id::new(1), category_id: vec![tag(7), tag(8)], parent_id: None };
    let new = Tagged { category_id: vec![tag(8)], ..old.clone() };
    client.records::<Tagged>().update(&old, &new).await.unwrap();
    let commands = fake.body(0)["vals"]["category_id"].clone();
    // 2: delete the record; 3: take it off the list.
    assert_ne!(commands, json!([[2, 7, 0]]));
}

/// What the server left out is told as "there was nothing to compute".
#[tokio::test]
async fn a_sum_that_the_server_left_out_is_an_error() {
    let (client, _) = connect(With::default(), |_, _| ok(json!([{"id": 1, "__count": 3}]))).await;
    let groups = client
        .records::<Amounts>()
        .groups()
        .by(&Amounts::COUNT)
        .with(&Amounts::CREDIT, odoo_rpc::Aggregate::Sum)
        .fetch()
        .await;
    assert!(groups.is_err(), "{groups:?}");
}

/// What Odoo never writes is read as an instant all the same.
#[test]
fn half_a_time_is_no_time() {
    for text in ["2026-11-23 08", "2026-11-23 08:24", "2026-11-23 082406", "2026-11-23 23:59:60"] {
        assert_eq!(odoo_rpc::field::parse_datetime(text), None, "{text}");
    }
}

/// Odoo stores `NULL` where a record is `0`, or a text: the field would be emptied without a word.
#[tokio::test]
async fn a_record_that_is_not_created_yet_is_not_written_as_empty() {
    #[derive(Clone, Debug, OdooModel)]
    #[odoo(model = "res.partner")]
    struct Child {
        id: Id<Self>,
        parent_id: Option<Partner>,
        company_id: Option<Id<Self>>,
        category_id: Vec<Id<Self>>,
    }
    let parent = Partner { id: Id::unsaved(), name: Some("new".to_owned()) };
    let child = Child { id: Id::new(1), parent_id: None, company_id: None, category_id: vec![] };
    let nested = Child { parent_id: Some(parent), ..child.clone() };
    let plain = Child { company_id: Some(Id::unsaved()), ..child.clone() };
    let listed = Child { category_id: vec![Id::new(3), Id::unsaved()], ..child.clone() };
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    for (new, field) in [(nested, "parent_id"), (plain, "company_id"), (listed, "category_id")] {
        for failed in [
            client.records::<Child>().update(&child, &new).await.unwrap_err(),
            client.records::<Child>().create_all(&[new]).await.unwrap_err(),
        ] {
            assert_eq!((failed.kind(), failed.delivery()), (ErrorKind::BadArguments, Delivery::NotSent));
            assert!(
                failed.to_string().contains(&format!("{field}: a record that is not created yet")),
                "{failed}"
            );
        }
    }
    assert_eq!(fake.calls(), 0);
}

#[tokio::test]
async fn an_amount_that_is_no_number_is_not_sent() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    for credit in [f64::NAN, f64::INFINITY] {
        let failed = client
            .records::<Amounts>()
            .write([Id::new(1)], Values::new().set(Amounts::CREDIT, credit))
            .await
            .unwrap_err();
        assert!(failed.to_string().contains("credit: a number that is not finite"), "{failed}");
    }
    assert_eq!(fake.calls(), 0);
}
