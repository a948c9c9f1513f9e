use odoo_rpc::{AnyModel, Id, OdooModel};

type AnyId = Id<AnyModel>;

#[derive(OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    id: AnyId,
}

fn main() {}
