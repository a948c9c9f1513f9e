use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
#[odoo(model = "res.partner", table = "res_partner")]
struct Unknown {
    id: Id<Self>,
    #[odoo(rename = "type")]
    kind: String,
    #[odoo("lang")]
    language: String,
    #[odoo(readonly = "true")]
    email: String,
    #[odoo(name)]
    phone: String,
    #[odoo(name = 7)]
    mobile: String,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner", model = "res.users")]
struct Twice {
    id: Id<Self>,
    #[odoo(readonly)]
    #[odoo(name = "email", readonly)]
    mail: String,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Contradiction {
    id: Id<Self>,
    #[odoo(readonly, skip)]
    email: String,
    #[odoo(skip, name = "phone_ext")]
    phone: String,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner", crate = "not a path")]
struct Elsewhere {
    id: Id<Self>,
}

fn main() {}
