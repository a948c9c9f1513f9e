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

fn rename(_: Id<Partner>) {}

fn main() {
    let country: Id<Country> = Id::new(20);
    rename(country);
}
