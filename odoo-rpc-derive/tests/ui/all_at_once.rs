use odoo_rpc::OdooModel;

#[derive(OdooModel)]
#[odoo(modell = "res.partner")]
struct Partner<T> {
    #[odoo(redonly)]
    name: String,
    #[odoo(name = "name")]
    other: T,
}

fn main() {}
