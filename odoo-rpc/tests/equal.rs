//! One question, the same answer: every series over every protocol that it speaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_rpc::testkit::{OdooServer, Series, Setup};
use odoo_rpc::{Call, Client, Config, ProtocolKind};
use serde_json::{Value, json};

/// The same records under the same ids, whatever the series numbers by itself.
async fn start(series: Series) -> OdooServer {
    let mut setup = Setup::new(series).record_with_id("res.partner.category", 900, json!({"name": "VIP"}));
    setup = setup.record_with_id(
        "res.partner",
        901,
        json!({"name": "Acme <&> Ærø", "is_company": true, "vat": "BE1", "color": 3}),
    );
    setup = setup.record_with_id(
        "res.partner",
        902,
        json!({"name": "Ann", "parent_id": 901, "email": "ann@example.com", "category_id": [[6, 0, [900]]], "color": 1}),
    );
    setup = setup.record_with_id(
        "res.partner",
        903,
        json!({"name": "Bob \"] \u{1F600}\nline", "active": false, "color": 2}),
    );
    setup = setup.record_with_id(
        "ir.attachment",
        904,
        json!({"name": "a.txt", "datas": "aGVsbG8=", "res_model": "res.partner", "res_id": 901}),
    );
    setup = setup.named("shop.acme", "res.partner", json!({"name": "Named", "ref": "N-1"}));
    let server = OdooServer::start(setup).await.unwrap();
    server.odoo().set_clock("2026-05-01 10:00:00").unwrap();
    for id in [901, 902] {
        server.odoo().write("res.partner", id, json!({"ref": "written"})).unwrap();
    }
    server
}

fn calls() -> Vec<Call> {
    let call = |model: &str, method: &str| Call::new(model, method);
    let partner = |method: &str| call("res.partner", method);
    let ours = json!([["id", "in", [901, 902, 903]]]);
    vec![
        partner("search").arg(ours.clone()).kwarg("order", "id"),
        partner("search").arg(ours.clone()).kwarg("order", "name desc").kwarg("limit", 1),
        partner("search").arg(ours.clone()).kwarg("offset", 1),
        partner("search").arg(json!([["id", "child_of", 901]])).kwarg("order", "id"),
        partner("search").arg(json!(["|", ["name", "=like", "Ac%"], ["email", "ilike", "ANN@"]])),
        partner("search").arg(json!([["category_id.name", "=", "VIP"]])),
        partner("search").arg(json!([["parent_id", "=", false], ["id", "=", 901]])),
        partner("search").arg(json!([["child_ids", "any", [["name", "=", "Ann"]]]])),
        partner("search_count").arg(ours.clone()),
        partner("search_count").arg(ours.clone()).context("active_test", false),
        partner("search_read")
            .arg(ours.clone())
            .arg(json!(["name", "vat", "email", "color"]))
            .kwarg("order", "id"),
        partner("search_read").arg(json!([["id", "=", -1]])).arg(json!(["name"])),
        partner("search_read")
            .arg(ours)
            .arg(json!(["name"]))
            .context("active_test", false)
            .kwarg("order", "id"),
        partner("read").ids([902]).arg(json!([
            "name",
            "parent_id",
            "category_id",
            "country_id",
            "comment",
            "active"
        ])),
        partner("read").ids([902, 901]).arg(json!(["display_name"])),
        partner("read").ids([999_999]).arg(json!(["name"])),
        partner("read").ids([901]).arg(json!([
            "child_ids",
            "company_type",
            "commercial_partner_id",
            "is_company"
        ])),
        partner("read").ids([902]).arg(json!(["parent_id"])).kwarg("load", ""),
        partner("name_search").arg("Acm"),
        partner("name_search").arg("Ann").kwarg("operator", "="),
        partner("web_read")
            .ids([901])
            .arg(json!({"name": {}, "child_ids": {"fields": {"name": {}, "email": {}}}})),
        partner("web_search_read").arg(json!([["id", "in", [901, 902]]])).arg(json!({"name": {}})),
        partner("fields_get")
            .arg(json!(["name", "is_company", "color"]))
            .arg(json!(["type", "string", "required"])),
        partner("default_get").arg(json!(["active", "type", "name"])),
        partner("get_external_id").ids([901]),
        call("ir.model.data", "check_object_reference").arg("base").arg("main_company"),
        call("ir.attachment", "read").ids([904]).arg(json!([
            "name",
            "datas",
            "file_size",
            "mimetype",
            "checksum",
            "res_name"
        ])),
        call("ir.attachment", "read").ids([904]).arg(json!(["datas"])).context("bin_size", true),
        call("res.country", "search_read")
            .arg(json!([["code", "in", ["BE", "NL"]]]))
            .arg(json!(["name", "code"])),
        call("res.currency", "search_read").arg(json!([["name", "=", "USD"]])).arg(json!([
            "name",
            "symbol",
            "rounding",
            "decimal_places"
        ])),
        call("res.users", "context_get"),
        call("res.users", "read").ids([2]).arg(json!(["login", "name", "company_id", "company_ids"])),
        call("res.partner", "read_group")
            .arg(json!([["id", "in", [901, 902]]]))
            .arg(json!(["color", "write_date:max"]))
            .arg(json!(["is_company"])),
    ]
}

#[tokio::test]
async fn every_series_and_protocol_gives_the_same_rows() {
    let calls = calls();
    let mut first: Vec<Value> = Vec::new();
    for (series, protocol) in [
        (Series::V17, ProtocolKind::XmlRpc),
        (Series::V17, ProtocolKind::JsonRpc),
        (Series::V19, ProtocolKind::XmlRpc),
        (Series::V19, ProtocolKind::JsonRpc),
        (Series::V19, ProtocolKind::Json2),
    ] {
        let server = start(series).await;
        let mut config = Config::new(server.url(), "odoo", "admin", "admin-key");
        config.protocol = Some(protocol);
        let client = Client::connect(config).await.unwrap();
        for (index, call) in calls.iter().enumerate() {
            let answer = client
                .call(call.clone())
                .await
                .unwrap_or_else(|error| panic!("{index} {protocol:?}: {error}"));
            match first.get(index) {
                Some(known) => assert_eq!(*known, answer, "{index} {series:?} {protocol:?}"),
                None => first.push(answer),
            }
        }
    }
    assert!(first.len() > 30);
    assert_eq!(first[0], json!([901, 902]));
    assert_eq!(first[10][0]["name"], "Acme <&> Ærø");
    assert_eq!(first[32][0]["write_date"], "2026-05-01 10:00:00");
}
