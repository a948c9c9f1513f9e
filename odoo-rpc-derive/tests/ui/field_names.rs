use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct SameField {
    id: Id<Self>,
    name: String,
    #[odoo(name = "name")]
    title: String,
    #[odoo(name = "id")]
    number: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct SameConstant {
    id: Id<Self>,
    x_code: String,
    #[odoo(name = "x_studio_code")]
    xCode: String,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct NoName {
    id: Id<Self>,
    #[odoo(name = "")]
    empty: String,
    #[odoo(name = "country_id.code")]
    country_code: String,
    #[odoo(name = "zip code")]
    zip: String,
}

fn main() {}
