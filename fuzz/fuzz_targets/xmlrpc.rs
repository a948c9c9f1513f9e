//! The XML-RPC decoder: no bytes panic it; what it reads as a value, it reads as the same value after it was written again; and reading rows
//! straight into structs agrees with reading them as values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odoo_rpc::field::{Date, Decimal, Timestamp};
use odoo_rpc::xmlrpc::{MethodResponse, decode_call, decode_response, decode_response_as, encode_response};
use odoo_rpc::{AnyModel, Binary, Id, Many2one, OdooModel, Properties, Reference};

#[derive(Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Row {
    id: Id<Self>,
    name: Option<String>,
    amount: Option<Decimal>,
    count: i64,
    ratio: f64,
    active: bool,
    day: Option<Date>,
    at: Option<Timestamp>,
    parent: Option<Many2one<AnyModel>>,
    children: Vec<Id<Self>>,
    file: Option<Binary>,
    reference: Option<Reference>,
    properties: Properties,
}

fuzz_target!(|bytes: &[u8]| {
    let _ = decode_call(bytes);
    let typed = decode_response_as::<Vec<Row>>(bytes);
    match decode_response(bytes) {
        Ok(MethodResponse::Value(value)) => {
            if let Ok(text) = encode_response(&value) {
                assert_eq!(decode_response(text.as_bytes()), Ok(MethodResponse::Value(value)));
            }
        }
        Ok(MethodResponse::Fault(fault)) => assert_eq!(typed, Ok(Err(fault))),
        Err(error) => {
            // A name that stands twice is no value; a struct that skips it may still be read.
            let twice = error.reason.contains("twice");
            assert!(twice || typed.is_err(), "{error}");
        }
    }
});
