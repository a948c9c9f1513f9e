//! Attachments, with whatever credentials the client has: their content goes as base64 through the same calls as everything else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use serde_json::{Map, Value, json};

use super::Download;
use super::base64::{Decoder, Encoder, encoded_len};
use crate::answer::unexpected;
use crate::call::Call;
use crate::client::Client;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::{AnyModel, Id};
use crate::protocol::ProtocolKind;

const MODEL: &str = "ir.attachment";

/// What stands in the request where the content goes.
const PLACE: &str = "@odoo-rpc-content@";

/// How much may come before the content: ids, names and the envelope.
const MAX_HEAD: usize = 64 * 1024;

impl Client {
    /// Reads the content of an attachment, in parts.
    ///
    /// # Errors
    /// As [`call`](Self::call); `Missing` if there is no such attachment, or it has no content (a link).
    pub async fn download(&self, attachment: i64) -> Result<Download, Error> {
        let call = Call::new(MODEL, "read").ids([attachment]).arg(vec!["datas"]);
        let operation = format!("{MODEL}.read");
        let protocol = self.json_protocol();
        let request = protocol.encode(&call, self.session())?;
        let mut response = self.open(&operation, request, None).await?;
        if response.status != 200 {
            let response = response.read(&operation, crate::fault::MAX_ERROR_PAGE).await?;
            let error = match protocol.decode(&call, &response) {
                Err(error) => error,
                Ok(_) => unexpected(&operation, "an error without a reason"),
            };
            return Err(self.noted(error));
        }
        // The answer is one record with one value, which is most of it.
        let mut head: Vec<u8> = Vec::new();
        loop {
            if let Some(start) = content_start(&head) {
                let rest = Bytes::from(head.split_off(start));
                let name = operation.clone();
                let chunks = response
                    .body
                    .map(move |chunk| chunk.map_err(|error| crate::probe::from_transport(&name, error)));
                let body = stream::once(std::future::ready(Ok(rest))).chain(chunks);
                return Ok(Download::decoded(operation.clone(), decode(operation, body.boxed())));
            }
            let next = response.body.next().await.transpose();
            let next = next.map_err(|error| crate::probe::from_transport(&operation, error))?;
            match next {
                // The content may begin at the border of two parts, in a part of any size; and an error is larger than a head.
                Some(part) if head.len() <= MAX_HEAD.max(crate::fault::MAX_ERROR_PAGE) => {
                    head.extend_from_slice(&part);
                }
                Some(_) => {
                    return Err(unexpected(&operation, "an answer without the content of an attachment"));
                }
                None => {
                    return Err(self.noted(no_content(
                        &operation,
                        attachment,
                        &protocol,
                        &call,
                        response.status,
                        head,
                    )));
                }
            }
        }
    }

    /// Makes an attachment of `size` bytes out of `content`, in parts, and returns its id. `record` is the record that it belongs to.
    ///
    /// Doing it twice makes two, so it is never repeated.
    ///
    /// # Errors
    /// As [`call`](Self::call); `BadArguments` where `content` does not have `size` bytes, which is seen on the way: nothing is made then.
    pub async fn upload(
        &self,
        name: &str,
        record: Option<(&str, i64)>,
        size: u64,
        content: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    ) -> Result<Id<AnyModel>, Error> {
        let mut values =
            Map::from_iter([("name".to_owned(), json!(name)), ("datas".to_owned(), json!(PLACE))]);
        if let Some((model, id)) = record {
            values.insert("res_model".to_owned(), json!(model));
            values.insert("res_id".to_owned(), json!(id));
        }
        let call = Call::new(MODEL, "create").arg(vec![Value::from(values)]);
        let operation = call.operation();
        let protocol = self.json_protocol();
        let mut request = protocol.encode(&call, self.session())?;
        let body = std::mem::take(&mut request.body);
        let at = find(&body, PLACE.as_bytes());
        let (Some(at), Some(encoded)) = (at, encoded_len(size)) else {
            let message = "the file cannot be put into a request";
            return Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, operation, message));
        };
        let (front, back) = (body.slice(..at), body.slice(at + PLACE.len()..));
        let length = (front.len() as u64).saturating_add(encoded).saturating_add(back.len() as u64);
        request.headers.push(("Content-Length", length.to_string()));
        let failed = Arc::new(AtomicBool::new(false));
        let body = stream::once(std::future::ready(Ok(front)))
            .chain(encode(content, size, Arc::clone(&failed)))
            .chain(stream::once(std::future::ready(Ok(back))));
        let response = self.open(&operation, request, Some(body.boxed())).await.map_err(|error| {
            // A request that is not whole is never run.
            match failed.load(Ordering::SeqCst) {
                true => {
                    let message = "the content could not be read, or has not as many bytes as was said";
                    Error::new(ErrorKind::BadArguments, Delivery::Rejected, operation.clone(), message)
                        .with_source(error)
                }
                false => error,
            }
        })?;
        let response = response.read(&operation, crate::fault::MAX_ERROR_PAGE).await?;
        let made = protocol.decode(&call, &response).map_err(|error| self.noted(error))?;
        made.get(0).and_then(Value::as_i64).map(Id::new).ok_or_else(|| unexpected(&operation, "no id"))
    }

    /// Content goes as JSON text, also for who else speaks XML-RPC: both are there on the same servers, with the same credentials.
    fn json_protocol(&self) -> &'static dyn crate::protocol::Protocol {
        match self.protocol() {
            ProtocolKind::XmlRpc => ProtocolKind::JsonRpc.protocol(),
            kind => kind.protocol(),
        }
    }
}

fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len()).position(|window| window == pattern)
}

/// Where the content begins: behind `"datas": "`.
fn content_start(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"\"datas\":";
    let at = find(head, NAME)?;
    // What stands in an error is no file.
    if find(head.get(..at)?, b"\"error\"").is_some() {
        return None;
    }
    let after = at + NAME.len();
    let quote = head.get(after..)?.iter().position(|byte| !byte.is_ascii_whitespace())? + after;
    (head.get(quote) == Some(&b'"')).then_some(quote + 1)
}

/// What an answer says that has no content in it: an error, nothing found, an empty attachment.
fn no_content(
    operation: &str,
    attachment: i64,
    protocol: &&'static dyn crate::protocol::Protocol,
    call: &Call,
    status: u16,
    body: Vec<u8>,
) -> Error {
    let response = crate::transport::HttpResponse { status, headers: Vec::new(), body: body.into() };
    match protocol.decode(call, &response) {
        Err(error) => error,
        Ok(_) => {
            let message = format!("there is no attachment {attachment}, or it has no content");
            Error::new(ErrorKind::Missing, Delivery::Committed, operation, message)
        }
    }
}

/// The content up to the quote that ends it.
fn decode(
    operation: String,
    body: BoxStream<'static, Result<Bytes, Error>>,
) -> BoxStream<'static, Result<Bytes, Error>> {
    let state = (body, Some(Decoder::default()), operation);
    stream::unfold(state, |(mut body, decoder, operation)| async move {
        let mut decoder = decoder?;
        let broken = |operation: &str, what: &str| {
            Error::new(ErrorKind::Protocol, Delivery::Committed, operation, what)
        };
        let part = match body.next().await {
            Some(Ok(part)) => part,
            Some(Err(error)) => return Some((Err(error), (body, None, operation))),
            None => {
                let error = broken(&operation, "the answer ends in the middle of the content");
                return Some((Err(error), (body, None, operation)));
            }
        };
        let end = part.iter().position(|byte| *byte == b'"');
        match decoder.feed(part.get(..end.unwrap_or(part.len())).unwrap_or_default()) {
            None => Some((Err(broken(&operation, "the content is not base64")), (body, None, operation))),
            Some(bytes) if end.is_none() => Some((Ok(bytes), (body, Some(decoder), operation))),
            Some(bytes) if decoder.finish() => Some((Ok(bytes), (body, None, operation))),
            Some(_) => Some((Err(broken(&operation, "the content is cut off")), (body, None, operation))),
        }
    })
    .boxed()
}

/// The content as base64, which fails where it is not as long as was said.
fn encode(
    content: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    size: u64,
    failed: Arc<AtomicBool>,
) -> BoxStream<'static, std::io::Result<Bytes>> {
    let state = (content.boxed(), Some(Encoder::default()), size);
    let body = stream::unfold(state, |(mut content, encoder, left)| async move {
        let mut encoder = encoder?;
        let wrong = || {
            std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the content has not as many bytes as was said",
            )
        };
        match content.next().await {
            Some(Ok(part)) => match left.checked_sub(part.len() as u64) {
                Some(left) => Some((Ok(encoder.feed(&part)), (content, Some(encoder), left))),
                None => Some((Err(wrong()), (content, None, left))),
            },
            Some(Err(error)) => Some((Err(error), (content, None, left))),
            None if left > 0 => Some((Err(wrong()), (content, None, left))),
            None => Some((Ok(encoder.finish()), (content, None, left))),
        }
    });
    body.inspect(move |part| {
        failed.fetch_or(part.is_err(), Ordering::SeqCst);
    })
    .boxed()
}
