use std::time::Duration;

use odoo_rpc::{Id, OdooModel};

struct NoDefault;

#[derive(OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    id: Id<Self>,
    delay: Duration,
    #[odoo(skip)]
    mine: NoDefault,
}

fn main() {}
