//! What is said of a call that failed.

use super::fake::*;

/// The last attempt's delivery is told as that of the call.
#[tokio::test(start_paused = true)]
async fn a_repetition_that_was_not_sent_does_not_unsay_the_attempt_before() {
    let (client, fake) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Read),
        _ => fails(TransportErrorKind::Connect),
    })
    .await;
    let error = client
        .write("res.partner", &[1], Map::from_iter([("name".to_owned(), json!("x"))]))
        .await
        .unwrap_err();
    assert!(fake.calls() > 1);
    // The first attempt may have been done.
    assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
}

/// The same where the second attempt is rolled back: an action that the first one did.
#[tokio::test(start_paused = true)]
async fn a_repetition_that_was_rolled_back_does_not_unsay_the_attempt_before() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Read),
        _ => status(
            422,
            json!({"name": "odoo.exceptions.UserError", "message": "already confirmed", "debug": ""}),
        ),
    })
    .await;
    let call = Call::new("sale.order", "action_confirm").ids([1]).effect(odoo_rpc::Effect::Idempotent);
    let error = client.call(call).await.unwrap_err();
    assert_ne!(error.delivery(), Delivery::RolledBack, "{error}");
}

/// The body of a download is "taken" by the first attempt although there is none.
#[tokio::test(start_paused = true)]
async fn a_download_whose_connection_was_refused_is_tried_again() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Connect),
        _ => ok(json!([{"id": 12, "datas": "aGVsbG8="}])),
    })
    .await;
    let file = client.download(12).await.unwrap();
    assert_eq!(file.bytes(100).await.unwrap(), "hello");
}

/// An upload that never left is told as unknown.
#[tokio::test(start_paused = true)]
async fn an_upload_that_was_never_sent_says_so() {
    let (client, _) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Connect))
            .await;
    let content = stream::iter([Ok(Bytes::from_static(b"hello"))]);
    let error = client.upload("x", None, 5, content).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
}

/// A result that does not fit, before an error, hides the error and says "committed".
#[tokio::test]
async fn an_error_behind_a_null_result_is_the_error() {
    let (client, _) = connect(With { series: 17, ..With::default() }, |_, _| {
        ok(r#"{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":0,"message":"x","data":{"name":"odoo.exceptions.UserError","message":"no"}}}"#)
    })
    .await;
    let error = client.search("res.partner", Domain::all(), Default::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::UserError, Delivery::RolledBack), "{error}");
}

/// A second `error` overwrites the first one.
#[tokio::test]
async fn an_error_is_not_taken_back_by_a_second_one() {
    let (client, _) = connect(With { series: 17, ..With::default() }, |_, _| {
        ok(r#"{"jsonrpc":"2.0","id":1,"error":{"code":0,"message":"x","data":{"name":"odoo.exceptions.UserError","message":"no"}},"error":null}"#)
    })
    .await;
    assert!(client.unlink("res.partner", &[1]).await.is_err());
}

/// Any JSON object counts as Odoo's own words.
#[tokio::test]
async fn a_gateways_json_page_does_not_say_rolled_back() {
    let (client, _) =
        connect(With::default(), |_, _| status(500, json!({"message": "Internal server error"}))).await;
    let error = client.create("res.partner", vec![Map::new()]).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
}

/// A page that is not Odoo's, for a batch of one, is told as "nothing of it is in Odoo".
#[tokio::test]
async fn a_record_of_which_nothing_is_known_is_not_reported_as_refused() {
    let (client, _) = connect(With::default(), |_, _| status(500, "<html>")).await;
    let record = UpsertRecord::new("s.a").set("name", "x");
    match client.upsert("res.partner", vec![record], UpsertOptions::default()).await {
        Err(error) => assert_eq!(error.delivery(), Delivery::Unknown),
        Ok(report) => {
            let failed =
                report.outcomes().any(|(_, outcome)| matches!(outcome, UpsertOutcome::Failed { .. }));
            assert!(
                !failed,
                "delivery unknown, reported as: Odoo did not accept it, and nothing of it is in Odoo"
            );
        }
    }
}

/// The last "Traceback" can stand in data that the exception quotes.
#[tokio::test]
async fn a_traceback_in_the_data_does_not_make_a_failure_a_success() {
    let (client, _) = connect(
        With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() },
        |_, _| {
            let text = "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    raise ValueError(name)\nValueError: bad name \
                        Traceback (most recent call last):\nTypeError: cannot marshal None unless allow_none is enabled";
            ok(xmlrpc::encode_fault(&xmlrpc::Fault { code: 1, text: text.to_owned() }).unwrap())
        },
    )
    .await;
    let values = Map::from_iter([("name".to_owned(), json!("x"))]);
    assert!(client.write("res.partner", &[1], values).await.is_err());
}

/// Python takes `false` and `0.0` for 0, the command that creates.
#[tokio::test(start_paused = true)]
async fn a_write_with_a_disguised_create_command_is_not_repeated() {
    for code in [json!(false), json!(0.0)] {
        let (client, fake) =
            connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read))
                .await;
        let values = json!({"child_ids": [[code, 0, {"name": "doubled"}]]});
        client.write("res.partner", &[1], values.as_object().unwrap().clone()).await.unwrap_err();
        assert_eq!(fake.calls(), 1, "{values}");
    }
}
