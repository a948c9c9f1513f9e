use odoo_rpc::OdooSelection;

#[derive(OdooSelection)]
enum Closed {
    Draft,
    Done,
}

#[derive(OdooSelection)]
enum UnitOther {
    Draft,
    Other,
}

#[derive(OdooSelection)]
enum OtherOfNumber {
    Draft,
    Other(u32),
}

#[derive(OdooSelection)]
enum OtherOfTwo {
    Draft,
    #[odoo("other")]
    Other(String, String),
}

#[derive(OdooSelection)]
enum WithData {
    Draft(u8),
    Sent { at: u8 },
    Other(String),
}

#[derive(OdooSelection)]
enum SameValue {
    ToInvoice,
    #[odoo("to_invoice")]
    Open,
    Other(String),
}

#[derive(OdooSelection)]
#[odoo("state")]
enum Keys {
    #[odoo(name = "draft")]
    Draft,
    #[odoo("sent", "mailed")]
    Sent,
    #[odoo("")]
    Empty,
    Other(String),
}

#[derive(OdooSelection)]
enum Generic<T> {
    Draft,
    Other(String),
    Never(T),
}

#[derive(OdooSelection)]
struct State {
    value: String,
}

fn main() {}
