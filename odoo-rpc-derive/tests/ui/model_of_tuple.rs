use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Partner(Id<Self>, String);

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Nothing;

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
union Either {
    number: u32,
}

fn main() {}
