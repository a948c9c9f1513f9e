use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.country")]
struct Country {
    id: Id<Self>,
    code: Option<String>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Partner {
    id: Id<Self>,
    name: Option<String>,
    country_id: Option<Id<Country>>,
}

fn main() {
    let country: Id<Country> = Id::new(20);
    let _ = Partner::ID.eq(country);
}
