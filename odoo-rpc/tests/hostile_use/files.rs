//! Files arrive whole or fail.

use super::fake::*;

/// files/attachment.rs: `"datas":` cut by a border of chunks, before a large one.
#[tokio::test]
async fn a_download_stands_any_border_of_chunks() {
    let content = "QUJD".repeat(50_000);
    let body = format!(r#"[{{"id": 12, "datas": "{content}"}}]"#);
    let (client, _) = connect(With { cuts: vec![15], ..With::default() }, move |_, _| ok(&body)).await;
    let file = client.download(12).await.unwrap();
    assert_eq!(file.bytes(1_000_000).await.unwrap().len(), 150_000);
}

/// Padding in the middle is accepted where a border of chunks stands behind it.
#[tokio::test]
async fn padding_in_the_middle_is_refused_whatever_the_chunks() {
    let body = r#"[{"id": 12, "datas": "QQ==QUJD"}]"#;
    let cut = body.find("QUJD").unwrap();
    for cuts in [vec![], vec![cut]] {
        let (client, _) = connect(With { cuts, ..With::default() }, move |_, _| ok(body)).await;
        assert!(client.download(12).await.unwrap().bytes(100).await.is_err());
    }
}

/// Whatever stands under `"datas"`, at whatever depth, is the file: also in an error, also of another record.
#[tokio::test]
async fn an_error_is_no_file() {
    let body = r#"{"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "data": {"name": "odoo.exceptions.AccessError", "message": "no", "context": {"datas": "QUJD"}}}}"#;
    let (client, _) = connect(With { series: 17, ..With::default() }, move |_, _| ok(body)).await;
    let file = match client.download(12).await {
        Err(_) => return,
        Ok(file) => file.bytes(100).await,
    };
    assert!(file.is_err(), "{file:?}");
}

/// An error whose traceback is longer than 64 KiB is not told.
#[tokio::test]
async fn an_error_with_a_long_traceback_is_told() {
    let body = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "x", "data": {
        "name": "odoo.exceptions.AccessError", "message": "no", "debug": "x".repeat(100_000)}}})
    .to_string();
    let (client, _) = connect(With { series: 17, ..With::default() }, move |_, _| ok(&body)).await;
    let error = client.download(12).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::AccessDenied, Delivery::RolledBack), "{error}");
}

/// An HTML page is given as a PDF, and a body shorter than its length as whole.
#[tokio::test]
async fn a_page_is_no_pdf_and_a_part_is_no_whole() {
    let (client, _) = connect(With { length: Some(100_000), ..With::default() }, |_, request| {
        match request.url.path() == "/web/session/authenticate" {
            true => ok(rpc(json!({"uid": 2}))),
            false => ok("<html>maintenance"),
        }
    })
    .await;
    let session = client.web_session("passw0rd").await.unwrap();
    let html = session
        .report("sale.report_saleorder", &[1], ReportFormat::Html)
        .await
        .unwrap()
        .bytes(1_000_000)
        .await;
    let pdf = session.report("sale.report_saleorder", &[1], ReportFormat::Pdf).await;
    assert_eq!((html.is_err(), pdf.is_err()), (true, true), "17 bytes of 100000; text/html as a PDF");
}

#[test]
fn held_upload_place_and_base64_of_any_cut() {
    // The name holds the place, and stands before the content only where maps keep their order.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, _) = connect(With::default(), |_, _| ok("[12]")).await;
        let content = stream::iter([Ok(Bytes::from_static(b"hello"))]);
        assert_eq!(client.upload("@odoo-rpc-content@", None, 5, content).await.unwrap().get(), 12);
        let body = r#"[{"id": 12, "datas" : "aGVsbG8gd29ybGQ="}]"#;
        let body = &body.replace("\" :", "\":");
        for cut in 0..body.len() {
            let text = body.clone();
            let (client, _) =
                connect(With { cuts: vec![cut], ..With::default() }, move |_, _| ok(&text)).await;
            assert_eq!(client.download(12).await.unwrap().bytes(100).await.unwrap(), "hello world", "{cut}");
        }
        for end in 0..body.len() - 3 {
            let text = body[..end].to_owned();
            let (client, _) = connect(With::default(), move |_, _| ok(&text)).await;
            let whole = match client.download(12).await {
                Ok(file) => file.bytes(100).await,
                Err(error) => Err(error),
            };
            assert!(whole.is_err(), "{end}");
        }
    });
}
