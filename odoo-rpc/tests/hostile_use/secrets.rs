//! No key and no password where it does not belong.

use super::fake::*;

/// Only the key of now is taken out, not the one that the call was made with.
#[tokio::test(start_paused = true)]
async fn the_old_key_does_not_leak_from_a_call_under_way() {
    let (client, _) = connect(With::default(), |_, _| Step {
        wait: Duration::from_secs(5),
        answer: Ok((
            422,
            json!({"name": "odoo.exceptions.UserError", "message": format!("no {KEY}")}).to_string(),
        )),
    })
    .await;
    let under_way = client.search_count("res.partner", Domain::all());
    let replace = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.replace_key("another-secret-key");
    };
    let (error, ()) = tokio::join!(under_way, replace);
    let error = error.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// Not the source, which `Debug` shows.
#[tokio::test]
async fn the_key_does_not_leak_from_the_source_of_an_error() {
    let (client, _) =
        connect(With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() }, |_, _| {
            ok(xmlrpc::encode_response(&json!(KEY)).unwrap())
        })
        .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// Not the exception's name.
#[tokio::test]
async fn the_key_does_not_leak_from_the_name_of_an_exception() {
    let (client, _) =
        connect(With::default(), |_, _| status(500, json!({"name": format!("x.{KEY}"), "message": "m"})))
            .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// Texts are cut before the key is looked for, so a key at the cut stays but for its end.
#[tokio::test]
async fn a_key_that_is_cut_in_two_does_not_leak() {
    let (client, _) = connect(With::default(), |_, _| {
        let message = format!("{}{KEY}", "x".repeat(1024 - KEY.len() + 1));
        let debug = format!("{KEY}{}", "x".repeat(16 * 1024 - KEY.len() + 1));
        status(422, json!({"name": "odoo.exceptions.UserError", "message": message, "debug": debug}))
    })
    .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    let message = error.message().contains(&KEY[..KEY.len() - 1]);
    let traceback = error.server_traceback().unwrap().contains(&KEY[1..]);
    assert_eq!((message, traceback), (false, false), "all but one letter of the key");
}

/// client/resolve.rs: `/doc-bearer` is asked before the model's name is checked, with the key.
#[tokio::test]
async fn the_key_goes_to_no_path_that_a_model_name_makes() {
    let (client, fake) = connect(With::default(), |_, _| status(404, "")).await;
    let error = client.call(Call::new("../../other", "do_it").arg(1)).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(fake.paths(), Vec::<String>::new());
}

/// A password member of an XML answer is masked in a copy that is thrown away.
#[cfg(feature = "testkit")]
#[tokio::test]
async fn a_recording_masks_password_members_of_xml_answers_too() {
    let fake = Arc::new(Fake {
        behaviour: Box::new(|_, _| {
            ok(xmlrpc::encode_response(&json!([{"id": 1, "password": "hunter2"}])).unwrap())
        }),
        series: 17,
        asked: Mutex::default(),
        cuts: Mutex::default(),
        content_type: "text/xml",
        length: None,
        headers: vec![],
    });
    let recorder = odoo_rpc::testkit::Recorder::new(fake);
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.protocol = Some(ProtocolKind::XmlRpc);
    let client = Client::connect_with(config, Arc::new(recorder.clone())).await.unwrap();
    client.read("res.users", &[1], &["password"]).await.unwrap();
    assert!(!recorder.to_json().contains("hunter2"));
}

/// A body that is no UTF-8 is kept as it is.
#[cfg(feature = "testkit")]
#[tokio::test]
async fn a_recording_keeps_no_key_in_binary_answers() {
    use base64_of as encode;
    struct Binary;
    #[async_trait]
    impl Transport for Binary {
        async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            let version = request.url.path() == "/web/version";
            let body = match version {
                true => json!({"version_info": [19, 0, 0, "final", 0, ""]}).to_string().into_bytes(),
                false => [b"\xff\xfe ", KEY.as_bytes()].concat(),
            };
            Ok(HttpResponse { status: 200, headers: vec![], body: body.into() })
        }
    }
    let recorder = odoo_rpc::testkit::Recorder::new(Arc::new(Binary));
    let config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    let client = Client::connect_with(config, Arc::new(recorder.clone())).await.unwrap();
    client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!recorder.to_json().contains(&encode(&[b"\xff\xfe ", KEY.as_bytes()].concat())));
}

#[cfg(feature = "testkit")]
fn base64_of(bytes: &[u8]) -> String {
    use odoo_rpc::field::{Binary, FieldValue as _};
    Binary(bytes.to_vec()).encode().as_str().unwrap().to_owned()
}
