//! Definitions of an in-memory Odoo 17 and 19: fetched, compared, and read with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_codegen::{What, drift, fetch};
use odoo_rpc::testkit::{OdooServer, Series, Setup};
use odoo_rpc::{Client, Config};

async fn connect(series: Series) -> (OdooServer, Client) {
    let server = OdooServer::start(Setup::new(series)).await.unwrap();
    let client = Client::connect(Config::new(server.url(), "odoo", "admin", "admin-key")).await.unwrap();
    (server, client)
}

#[tokio::test]
async fn a_server_does_not_differ_from_itself_and_17_differs_from_19() {
    let (_server, new) = connect(Series::V19).await;
    let (_older, old) = connect(Series::V17).await;
    let models = ["sale.order", "sale.order.line", "stock.move", "res.partner"];
    let mut saved = fetch(&old, models).await.unwrap();
    assert_eq!(saved.version.as_deref(), Some("17.0"));
    assert_eq!(
        saved.models.keys().collect::<Vec<_>>(),
        ["res.partner", "sale.order", "sale.order.line", "stock.move"]
    );
    assert_eq!(drift(&old, &saved).await.unwrap(), []);

    saved.add_json("no.such.model", "{}").unwrap();
    let changes = drift(&new, &saved).await.unwrap();
    let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
    for expected in [
        "no.such.model: gone",
        "sale.order.line: display_type: values +\"line_subsection\"",
        "sale.order.line: product_uom: gone",
        "sale.order.line: product_uom_id: new, many2one",
        "sale.order: warehouse_id: no longer required",
    ] {
        assert!(told.iter().any(|line| line == expected), "{expected} in {told:#?}");
    }
    let subsection = changes.iter().find(|change| change.field == "display_type").unwrap();
    assert!(
        !subsection.is_breaking()
            && matches!(&subsection.what, What::Selection { gone, .. } if gone.is_empty())
    );
}
