//! Answers of all three protocols, any status and body: an error or a value, never a panic; and no error shows the key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odoo_rpc::field::Decimal;
use odoo_rpc::transport::HttpResponse;
use odoo_rpc::{Call, Id, Many2one, OdooModel, ProtocolKind, Version};

#[derive(Debug, OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    id: Id<Self>,
    name: Option<String>,
    amount_total: Decimal,
    partner_id: Option<Many2one>,
    order_line: Vec<Line>,
}

#[derive(Debug, OdooModel)]
#[odoo(model = "sale.order.line")]
struct Line {
    id: Id<Self>,
    price_unit: Decimal,
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (which, status, body) = input;
    let kind = match which % 3 {
        0 => ProtocolKind::Json2,
        1 => ProtocolKind::JsonRpc,
        _ => ProtocolKind::XmlRpc,
    };
    let status = if which & 0x80 == 0 { 200 } else { status };
    let response = HttpResponse { status, headers: vec![], body: body.to_vec().into() };
    for method in ["search_read", "create", "action_confirm", "load"] {
        let call = Call::new("sale.order", method);
        if let Err(error) = kind.protocol().decode(&call, &response) {
            let _ = (error.retryable(), error.to_string(), format!("{error:?}"));
        }
        if let Ok(answer) = kind.protocol().answer(&call, &response) {
            let _ = answer.read::<Vec<Order>>();
        }
    }
    let _ = kind.protocol().decode_authenticate(&response);
    if let Ok(value) = serde_json::from_slice(body) {
        let _ = Version::from_answer(&value);
        if let Ok(domain) = odoo_rpc::Domain::from_value(&value) {
            assert_eq!(odoo_rpc::Domain::from_value(&domain.to_value()), Ok(domain));
        }
    }
});
