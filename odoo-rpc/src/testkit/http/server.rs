//! The listening side: accept, read one request a connection, let the fault plan have its way, answer, close.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::body::{Cut, Pace, ReplyBody, wait};
use super::{Opened, Reply, Request, Site, close, open};
use crate::testkit::engine::Interference;
use crate::testkit::faults::{Fault, Faults};

/// What the real server takes, in bytes.
const MAX_BODY: usize = 128 * 1024 * 1024;

/// What the accept loop is told from outside.
pub(crate) enum Control {
    /// Close the port and every connection.
    Pause(oneshot::Sender<()>),
    /// Open the same port again.
    Resume(oneshot::Sender<std::io::Result<()>>),
    /// End.
    Stop(oneshot::Sender<()>),
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) site: Site,
    pub(crate) faults: Faults,
}

/// Serves until it is told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    mut control: mpsc::Receiver<Control>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(listener.as_ref()) => {
                if let Ok(stream) = accepted && !shared.faults.on_connect() {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next() => {}
            message = control.recv() => match message {
                Some(Control::Pause(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    let _ = done.send(());
                }
                Some(Control::Resume(done)) => {
                    let bound = match &listener {
                        Some(_) => Ok(()),
                        None => TcpListener::bind(address).await.map(|bound| listener = Some(bound)),
                    };
                    drop(done.send(bound));
                }
                Some(Control::Stop(done)) => {
                    drop(listener);
                    connections.shutdown().await;
                    let _ = done.send(());
                    return;
                }
                None => return,
            },
        }
    }
}

/// The next connection; never any while the port is closed.
async fn accept(listener: Option<&TcpListener>) -> std::io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = hyper::service::service_fn(move |request| answer(request, Arc::clone(&shared)));
    // An error here is a connection that broke, ours or the caller's: nobody is left to tell.
    drop(
        hyper::server::conn::http1::Builder::new()
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service)
            .await,
    );
}

async fn answer(
    request: hyper::Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<hyper::Response<ReplyBody>, Cut> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(response(&shared.site, Reply::html(413, "Request Entity Too Large"), Pace::Whole));
        }
        Err(_) => return Err(Cut),
    };
    let path = parts.uri.path().to_owned();
    let request = Request { method: parts.method, path, headers: parts.headers, body };
    let opened = open(&shared.site, &request);
    let (model, method) = opened.target();
    let site = &shared.site;
    let plain = |opened| run(site, opened, Interference::None);
    let whole = |reply| Ok(response(site, reply, Pace::Whole));
    match shared.faults.on_request(model, method) {
        None => whole(plain(opened)),
        Some(Fault::Refuse | Fault::DropBeforeRun) => Err(Cut),
        Some(Fault::DropAfterCommit) => {
            plain(opened);
            Err(Cut)
        }
        Some(Fault::Delay(time)) => {
            let reply = plain(opened);
            wait(time).await;
            whole(reply)
        }
        Some(Fault::Trickle { parts: count, pause }) => {
            Ok(response(site, plain(opened), Pace::Parts { count, pause }))
        }
        Some(Fault::Oversized { bytes }) => {
            let mut reply = plain(opened);
            let size = reply.body.len().max(bytes);
            reply.body.resize(size, b' ');
            whole(reply)
        }
        Some(Fault::RevokeKey) => {
            if let Some(uid) = opened.uid() {
                site.odoo.revoke_keys_of(uid);
            }
            whole(plain(open(site, &request)))
        }
        Some(Fault::SerializationFailure) => whole(run(site, opened, Interference::Conflict)),
        Some(Fault::StaleRead) => whole(run(site, opened, Interference::Stale)),
        Some(Fault::BadGateway { committed }) => {
            if committed {
                plain(opened);
            }
            whole(Reply::bad_gateway())
        }
        Some(Fault::NotFoundHtml) => whole(Reply::not_found()),
        Some(Fault::TruncatedBody) => Ok(response(site, plain(opened), Pace::Half)),
    }
}

fn run(site: &Site, opened: Opened, interference: Interference) -> Reply {
    match opened {
        Opened::Call { call, style } => {
            let result = site.odoo.call(*call, interference);
            close(site.odoo.series(), &style, result)
        }
        Opened::Answer { reply, .. } => reply,
    }
}

fn response(site: &Site, reply: Reply, pace: Pace) -> hyper::Response<ReplyBody> {
    let length = reply.body.len();
    let mut response = hyper::Response::new(ReplyBody::new(Bytes::from(reply.body), pace));
    *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
    let headers = response.headers_mut();
    if let Ok(date) = http::HeaderValue::from_str(&site.odoo.http_date()) {
        headers.insert("date", date);
    }
    headers.insert("server", http::HeaderValue::from_static("Werkzeug/2.2.2 Python/3.11.7"));
    headers.insert("content-type", http::HeaderValue::from_static(reply.content_type));
    headers.insert("content-length", http::HeaderValue::from(length));
    for (name, value) in reply.headers {
        if let Ok(value) = http::HeaderValue::from_str(&value) {
            headers.append(name, value);
        }
    }
    response
}
