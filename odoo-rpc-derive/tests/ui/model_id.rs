use odoo_rpc::{Id, Many2one, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.country")]
struct Country {
    id: Id<Country>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Without {
    name: String,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Number {
    id: i64,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Optional {
    id: Option<Id<Self>>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct OfAnother {
    #[odoo(name = "id")]
    key: Id<Country>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Named {
    id: Many2one<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Skipped {
    #[odoo(skip)]
    id: Id<Self>,
}

fn main() {}
