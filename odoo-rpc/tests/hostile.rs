//! Input that was made to harm: always a typed error, never a panic, never a stack that overflows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use bytes::Bytes;
use odoo_rpc::transport::HttpResponse;
use odoo_rpc::xmlrpc::{
    MAX_DEPTH, MethodResponse, decode_call, decode_response, encode_call, encode_fault, encode_response,
};
use odoo_rpc::{Call, Delivery, ErrorKind, ProtocolKind};
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

fn wrap(value: &str) -> String {
    format!("<?xml version='1.0'?><methodResponse><params><param>{value}</param></params></methodResponse>")
}

/// The reason that the codec refuses `body` for.
fn refusal(body: impl AsRef<[u8]>) -> String {
    let error = decode_response(body.as_ref()).expect_err("it was accepted");
    assert!(error.offset <= body.as_ref().len(), "{error}");
    error.reason
}

#[test]
fn document_types_and_their_entities_are_refused() {
    let laughs = (1..10).fold("<!ENTITY l0 'lol'>".to_owned(), |text, level| {
        text + &format!("<!ENTITY l{level} '{}'>", format!("&l{};", level - 1).repeat(10))
    });
    let bodies = [
        format!("<!DOCTYPE lolz [{laughs}]>{}", wrap("<value>&l9;</value>")),
        format!("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>{}", wrap("<value>&b;</value>")),
        format!("<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'>{}", wrap("<value/>")),
        format!("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/p'> %p;]>{}", wrap("<value/>")),
    ];
    for body in bodies {
        assert!(refusal(&body).contains("document type"), "{body}");
    }
    assert!(refusal(wrap("<value>&l9;</value>")).contains("entity"));
}

#[test]
fn depth_is_capped_and_the_stack_holds() {
    let nest = |depth: usize, open: &str, close: &str| wrap(&(open.repeat(depth) + &close.repeat(depth)));
    let array = ("<value><array><data>", "</data></array></value>");
    let object = ("<value><struct><member><name>a</name>", "</member></struct></value>");
    assert!(decode_response(nest(MAX_DEPTH, array.0, array.1).as_bytes()).is_ok());
    assert!(refusal(nest(MAX_DEPTH + 1, array.0, array.1)).contains("nested deeper"));
    for depth in [1_000, 100_000] {
        assert!(refusal(nest(depth, array.0, array.1)).contains("nested deeper"));
        assert!(refusal(nest(depth, object.0, object.1)).contains("nested deeper"));
        refusal(nest(depth, "<value>", "</value>"));
        refusal(nest(depth, "<a>", "</a>"));
        refusal("<value>".repeat(depth));
    }
}

#[test]
fn attributes_by_the_million_cost_one_pass() {
    let attributes: String = (0..1_000_000).map(|n| format!(" a{n}='1'")).collect();
    let value = decode_response(wrap(&format!("<value><int{attributes}>1</int></value>")).as_bytes());
    assert_eq!(value, Ok(MethodResponse::Value(json!(1))));
    let namespaces: String = (0..100_000).map(|n| format!(" xmlns:a{n}='b'")).collect();
    assert!(decode_response(wrap(&format!("<value{namespaces}/>")).as_bytes()).is_ok());
}

#[test]
fn a_message_that_is_cut_is_refused_at_every_byte() {
    let value = json!([1, "a & é <b>\r\n", {"k": [true, null, 0.5]}, ""]);
    let response = encode_response(&value).unwrap();
    for end in 0..response.len() {
        assert!(
            decode_response(&response.as_bytes()[..end]).is_err(),
            "{}",
            &response[..response.floor_char_boundary(end)]
        );
    }
    let call = encode_call("execute_kw", &[value]).unwrap();
    for end in 0..call.len() {
        assert!(decode_call(&call.as_bytes()[..end]).is_err());
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_are() {
    let error = decode_response(b"<methodResponse>\xff").unwrap_err();
    assert_eq!((error.offset, error.reason.as_str()), (16, "not UTF-8"));
    assert!(refusal(b"<\0methodResponse/>").len() > 1);
    assert!(refusal(wrap("<value>a\0b</value>")).contains("does not allow"));
    assert!(refusal(wrap("<value>&#0;</value>")).contains("reference"));
    assert!(refusal(wrap("<value>&#x1F;</value>")).contains("reference"));
    assert!(refusal(wrap("<value>&#xD800;</value>")).contains("reference"));
    assert!(refusal(wrap("<value>&#99999999999999999999;</value>")).contains("reference"));
    assert!(refusal(wrap("<value>\u{FFFD}\u{FFFE}</value>")).contains("does not allow"));
    assert!(decode_response(wrap("<value>\u{FFFD}\u{F000}\u{FEFF}</value>").as_bytes()).is_ok());
    let utf16: Vec<u8> = wrap("<value/>").encode_utf16().flat_map(u16::to_le_bytes).collect();
    refusal(utf16);
    for body in [
        "",
        " ",
        "<",
        "</a>",
        "<!--",
        "<![CDATA[",
        "<?xml",
        "<a",
        "\u{FEFF}",
        "<methodResponse/>",
        "{}",
        "<html>",
    ] {
        refusal(body);
    }
}

/// JSON comes through serde_json, whose limits are checked here as part of the promise.
#[test]
fn json_that_was_made_to_harm_is_a_protocol_error() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let bodies = [
        &*deep,
        "1e999",
        "\"\\ud800\"",
        "{\"a\":",
        "[1,]",
        "\u{FEFF}[]",
        "NaN",
        "",
        "<html></html>",
        "[] []",
    ];
    for body in bodies {
        for kind in [ProtocolKind::Json2, ProtocolKind::JsonRpc] {
            let response =
                HttpResponse { status: 200, headers: vec![], body: Bytes::copy_from_slice(body.as_bytes()) };
            let error = kind.protocol().decode(&Call::new("a", "b"), &response).expect_err(body);
            assert_eq!((error.kind(), error.delivery()), (ErrorKind::Protocol, Delivery::Unknown), "{body}");
        }
    }
}

/// Any value that XML-RPC can carry.
fn values() -> impl Strategy<Value = Value> {
    let text = "(?s)[\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |number| Number::from_f64(number).map(Value::Number)),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_encoded_decodes_to_the_same(value in values(), method in "[a-zA-Z_.]{1,20}") {
        let body = encode_response(&value).unwrap();
        prop_assert_eq!(decode_response(body.as_bytes()), Ok(MethodResponse::Value(value.clone())));
        let body = encode_call(&method, std::slice::from_ref(&value)).unwrap();
        let call = decode_call(body.as_bytes()).unwrap();
        prop_assert_eq!((call.method, call.params), (method, vec![value]));
    }

    #[test]
    fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = decode_response(&bytes);
        let _ = decode_call(&bytes);
    }

    #[test]
    fn decoding_never_panics_on_what_looks_like_a_message(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<methodResponse>", "</methodResponse>", "<methodCall>", "</methodCall>", "<methodName>", "</methodName>",
            "<params>", "</params>", "<param>", "</param>", "<value>", "</value>", "<value/>", "<int>", "</int>", "1",
            "<array>", "</array>", "<data>", "</data>", "<struct>", "</struct>", "<member>", "</member>", "<name>",
            "</name>", "<fault>", "</fault>", "<nil/>", " ", "é", "&amp;", "&", "&#1;", "<![CDATA[", "]]>", "<!--", "-->",
            "<?xml version='1.0'?>", "<base64>", "</base64>", "<double>", "</double>",
        ]), 0..40),
    ) {
        let body = parts.concat();
        let _ = decode_response(body.as_bytes());
        let _ = decode_call(body.as_bytes());
        let _ = decode_response(wrap(&body).as_bytes());
    }

    #[test]
    fn every_text_is_encoded_or_refused(text in any::<String>()) {
        let fault = odoo_rpc::xmlrpc::Fault { code: 1, text: text.clone() };
        match encode_fault(&fault) {
            Ok(body) => prop_assert_eq!(decode_response(body.as_bytes()), Ok(MethodResponse::Fault(fault))),
            Err(_) => {
                let refusable = text.chars().any(|c| c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
                prop_assert!(refusable);
            }
        }
    }

    #[test]
    fn no_answer_of_a_server_panics_a_protocol(
        status in 100_u16..600,
        body in prop_oneof![any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes), values().prop_map(|v| v.to_string().into_bytes())],
        location in any::<String>(),
    ) {
        let headers = vec![("Location".to_owned(), location.clone()), ("Retry-After".to_owned(), location)];
        let response = HttpResponse { status, headers, body: Bytes::from(body) };
        for kind in [ProtocolKind::Json2, ProtocolKind::JsonRpc, ProtocolKind::XmlRpc] {
            let result = kind.protocol().decode(&Call::new("a", "b"), &response);
            prop_assert!(status == 200 || kind == ProtocolKind::JsonRpc || result.is_err());
            let _ = kind.protocol().decode_authenticate(&response);
        }
    }
}
