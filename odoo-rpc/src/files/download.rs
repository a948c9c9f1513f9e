//! A file on its way here.

use std::fmt;
use std::io::Write;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;

use crate::error::{Delivery, Error, ErrorKind};
use crate::probe;
use crate::transport::StreamedResponse;

/// A file that is being read. Take it [in parts](Self::chunk), or [write it somewhere](Self::save).
pub struct Download {
    operation: String,
    content_type: Option<String>,
    size: Option<u64>,
    read: u64,
    body: BoxStream<'static, Result<Bytes, Error>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Download {
    pub(crate) fn new(operation: &str, response: StreamedResponse) -> Self {
        let content_type = response.header("content-type").map(str::to_owned);
        // Of a compressed body, the length is that of what was sent.
        let plain = response.header("content-encoding").is_none_or(|coding| coding == "identity");
        let length = response.header("content-length").filter(|_| plain);
        let size = length.and_then(|text| text.parse().ok());
        let name = operation.to_owned();
        let body = response
            .body
            .map(move |chunk| chunk.map_err(|error| probe::from_transport(&name, error)))
            .boxed();
        Self { operation: operation.to_owned(), content_type, size, read: 0, body }
    }

    pub(super) fn decoded(operation: String, body: BoxStream<'static, Result<Bytes, Error>>) -> Self {
        Self { operation, content_type: None, size: None, read: 0, body }
    }

    /// What the server says it is, for example `application/pdf`.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes it has, where the server says so.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next part. `None`: that was all.
    ///
    /// # Errors
    /// The connection broke; what came so far is not the whole file.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let part = self.body.next().await.transpose()?;
        match (&part, self.size) {
            (Some(part), _) => self.read += part.len() as u64,
            (None, Some(size)) if self.read < size => {
                let message = format!("the file ends after {} of {size} bytes", self.read);
                return Err(Error::new(
                    ErrorKind::Protocol,
                    Delivery::Committed,
                    self.operation.clone(),
                    message,
                ));
            }
            (None, _) => {}
        }
        Ok(part)
    }

    /// Writes the whole file and returns how many bytes it had.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); `Config` where writing failed, with the reason as source.
    pub async fn save(mut self, to: &mut (impl Write + Send)) -> Result<u64, Error> {
        let mut written = 0;
        while let Some(part) = self.chunk().await? {
            to.write_all(&part).map_err(|error| {
                Error::new(
                    ErrorKind::Config,
                    Delivery::Committed,
                    self.operation.clone(),
                    "the file cannot be written",
                )
                .with_source(error)
            })?;
            written += part.len() as u64;
        }
        Ok(written)
    }

    /// Reads the whole file into memory, if it has at most `max` bytes.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk); `TooLarge`.
    pub async fn bytes(mut self, max: usize) -> Result<Bytes, Error> {
        let mut whole = BytesMut::new();
        while let Some(part) = self.chunk().await? {
            if whole.len() + part.len() > max {
                let message = format!("the file is larger than {max} bytes");
                return Err(Error::new(ErrorKind::TooLarge, Delivery::Committed, self.operation, message));
            }
            whole.extend_from_slice(&part);
        }
        Ok(whole.freeze())
    }
}
