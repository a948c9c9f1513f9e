use odoo_rpc::{Id, OdooModel};

#[derive(OdooModel)]
struct Missing {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "")]
struct Empty {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "res partner")]
struct Blank {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "res.Partner")]
struct Capital {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model)]
struct NoText {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = res.partner)]
struct NotQuoted {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo]
struct Bare {
    id: Id<Self>,
}

fn main() {}
