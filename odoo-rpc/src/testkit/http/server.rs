//! The listening side: accept, read one request a connection, let the fault plan have its way, answer, close.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

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

/// Returned instead of a response: hyper closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the fault plan cuts the connection")]
struct Cut;

async fn answer(
    request: hyper::Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<hyper::Response<ReplyBody>, Cut> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(response(Reply::html(413, "Request Entity Too Large"), false));
        }
        Err(_) => return Err(Cut),
    };
    let path = parts.uri.path().to_owned();
    let request = Request { method: parts.method, path, headers: parts.headers, body };
    let opened = open(&shared.site, &request);
    let (model, method) = opened.target();
    match shared.faults.on_request(model, method) {
        None => Ok(response(run(&shared.site, opened, Interference::None), false)),
        Some(Fault::Refuse | Fault::DropBeforeRun) => Err(Cut),
        Some(Fault::DropAfterCommit) => {
            run(&shared.site, opened, Interference::None);
            Err(Cut)
        }
        Some(Fault::Delay(time)) => {
            let reply = run(&shared.site, opened, Interference::None);
            wait(time).await;
            Ok(response(reply, false))
        }
        Some(Fault::SerializationFailure) => {
            Ok(response(run(&shared.site, opened, Interference::Conflict), false))
        }
        Some(Fault::BadGateway { committed }) => {
            if committed {
                run(&shared.site, opened, Interference::None);
            }
            Ok(response(Reply::bad_gateway(), false))
        }
        Some(Fault::NotFoundHtml) => Ok(response(Reply::not_found(), false)),
        Some(Fault::TruncatedBody) => Ok(response(run(&shared.site, opened, Interference::None), true)),
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

#[expect(
    clippy::disallowed_methods,
    reason = "a slow server is slow in the runtime's time, which a test can pause"
)]
async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

fn response(reply: Reply, cut: bool) -> hyper::Response<ReplyBody> {
    let length = reply.body.len();
    let body = ReplyBody { data: Bytes::from(reply.body), step: Step::Data, cut };
    let mut response = hyper::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert("server", http::HeaderValue::from_static("Werkzeug/2.2.2 Python/3.11.7"));
    headers.insert("content-type", http::HeaderValue::from_static(reply.content_type));
    headers.insert("content-length", http::HeaderValue::from(length));
    for (name, value) in reply.headers {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    response
}

/// A body that is sent whole, or breaks off half way.
struct ReplyBody {
    data: Bytes,
    step: Step,
    cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Data,
    /// Lets the first half be flushed before the connection breaks.
    Flush,
    End,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.step {
            Step::Data if self.data.is_empty() => Poll::Ready(None),
            Step::Data => {
                self.step = if self.cut { Step::Flush } else { Step::End };
                let end = if self.cut { self.data.len() / 2 } else { self.data.len() };
                Poll::Ready(Some(Ok(Frame::data(self.data.slice(..end)))))
            }
            Step::Flush => {
                self.step = Step::End;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Step::End if self.cut => Poll::Ready(Some(Err(Box::new(Cut)))),
            Step::End => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && (self.step == Step::End || self.data.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self.step {
            Step::Data => SizeHint::with_exact(self.data.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
