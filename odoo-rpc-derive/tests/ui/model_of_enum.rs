use odoo_rpc::OdooModel;

#[derive(OdooModel)]
#[odoo(model = "res.partner")]
enum Partner {
    Person,
}

fn main() {}
