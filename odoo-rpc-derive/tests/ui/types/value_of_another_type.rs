use odoo_rpc::{Id, OdooModel, Values};

#[derive(OdooModel)]
#[odoo(model = "res.country")]
struct Country {
    id: Id<Self>,
}

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
struct Partner {
    id: Id<Self>,
    parent_id: Id<Self>,
    country_id: Id<Country>,
}

fn main() {
    let parent: Id<Partner> = Id::new(1);
    let _ = Values::<Partner>::new().set(Partner::COUNTRY_ID, parent);
}
