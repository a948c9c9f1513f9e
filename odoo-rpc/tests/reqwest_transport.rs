//! The default transport against servers that misbehave, on a socket of this machine.
#![cfg(feature = "reqwest")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::time::Duration;

use bytes::Bytes;
use odoo_rpc::transport::{
    HttpMethod, HttpRequest, HttpResponse, Transport as _, TransportError, TransportErrorKind,
};
use odoo_rpc::{Delivery, ReqwestTransport};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// 200,000 zeros in 229 bytes of gzip.
fn bomb() -> Vec<u8> {
    let mut bytes =
        vec![31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 245, 79, 109, 6, 127, 160];
    bytes.resize(218, 0);
    bytes.extend([128, 215, 0, 123, 88, 224, 92, 64, 13, 3, 0]);
    bytes
}

/// A server that answers one connection with these bytes after it has read a request, and gives back what it read.
async fn server(answer: Vec<u8>) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        // Nobody may come a second time: a retry finds the door closed.
        drop(listener);
        let mut read = vec![0; 4096];
        let length = socket.read(&mut read).await.unwrap();
        read.truncate(length);
        socket.write_all(&answer).await.unwrap();
        socket.shutdown().await.unwrap();
        read
    });
    (url, task)
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.0 200 OK\r\n{head}\r\n").as_bytes(), body].concat()
}

async fn send(url: &str, max_body: usize) -> Result<HttpResponse, TransportError> {
    let request = HttpRequest {
        method: HttpMethod::Post,
        url: format!("{url}/jsonrpc").parse().unwrap(),
        headers: vec![("Authorization", "bearer s3cret".to_owned()), ("User-Agent", "test".to_owned())],
        body: Bytes::from_static(b"the body"),
        timeout: Duration::from_secs(30),
    };
    ReqwestTransport::with_max_body(max_body).unwrap().send(request).await
}

#[tokio::test]
async fn sends_what_it_is_given_and_returns_what_comes() {
    let (url, task) = server(response("X-Test: a\r\nSet-Cookie: session_id=x\r\n", b"answer")).await;
    let answer = send(&url, 100).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.header("x-TEST")), (200, &b"answer"[..], Some("a")));
    let request = String::from_utf8(task.await.unwrap()).unwrap().to_ascii_lowercase();
    assert!(request.starts_with("post /jsonrpc http/1.1\r\n"), "{request}");
    assert!(
        request.contains("authorization: bearer s3cret\r\n") && request.ends_with("\r\n\r\nthe body"),
        "{request}"
    );
}

#[tokio::test]
async fn compressed_answers_are_capped_by_what_they_unpack_to() {
    let packed = response("Content-Encoding: gzip\r\n", &bomb());
    assert!(packed.len() < 1_000);
    let (url, _task) = server(packed.clone()).await;
    assert_eq!(send(&url, 200_000).await.unwrap().body.len(), 200_000);
    let (url, _task) = server(packed).await;
    let error = send(&url, 199_999).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (TransportErrorKind::TooLarge, Delivery::Unknown));
}

#[tokio::test]
async fn a_closed_door_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&url, 100).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (TransportErrorKind::Connect, Delivery::NotSent));
}

#[tokio::test]
async fn an_answer_that_is_cut_leaves_the_outcome_unknown_and_is_not_asked_for_again() {
    let whole = response("Content-Length: 10\r\n", b"0123456789");
    for end in [0, 5, 17, whole.len() - 10, whole.len() - 1] {
        let (url, task) = server(whole[..end].to_vec()).await;
        let error = send(&url, 100).await.unwrap_err();
        assert_eq!(
            (error.kind, error.delivery),
            (TransportErrorKind::Read, Delivery::Unknown),
            "cut at {end}"
        );
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        assert!(!task.await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn redirects_are_answers() {
    let (url, _task) = server(b"HTTP/1.0 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n".to_vec()).await;
    assert_eq!(send(&url, 100).await.unwrap().status, 301);
}

/// The clock is stopped, so it jumps to the timeout as soon as there is nothing left to do but wait.
#[tokio::test(start_paused = true)]
async fn a_server_that_stays_silent_runs_into_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let error = send(&url, 100).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (TransportErrorKind::Timeout, Delivery::Unknown));
}
