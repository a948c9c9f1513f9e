use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Partner<'a, T: Clone> {
    id: Id<Self>,
    name: T,
    note: &'a str,
}

fn main() {}
