//! The body of an answer: sent whole, in parts with pauses, or broken off half way.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Returned instead of a response or of the rest of one: hyper closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("the fault plan cuts the connection")]
pub(super) struct Cut;

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Whole,
    /// The first half, and then the connection breaks.
    Half,
    Parts {
        count: u32,
        pause: Duration,
    },
}

/// A body on its way.
pub(super) struct ReplyBody {
    parts: VecDeque<Bytes>,
    pause: Option<Duration>,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// Whether it breaks at the end, and whether what came before was flushed.
    cut: bool,
    flushed: bool,
}

impl ReplyBody {
    pub(super) fn new(data: Bytes, pace: Pace) -> Self {
        let (parts, pause) = match pace {
            Pace::Whole => (VecDeque::from([data]), None),
            Pace::Half => (VecDeque::from([data.slice(..data.len() / 2)]), None),
            Pace::Parts { count, pause } => {
                let count = usize::try_from(count.max(1)).unwrap_or(1);
                let size = data.len().div_ceil(count).max(1);
                let starts = (0..data.len()).step_by(size);
                (starts.map(|start| data.slice(start..data.len().min(start + size))).collect(), Some(pause))
            }
        };
        let parts = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Self { parts, pause, waiting: None, cut: pace == Pace::Half, flushed: false }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(waiting) = &mut self.waiting {
            if waiting.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.waiting = None;
        }
        if let Some(part) = self.parts.pop_front() {
            self.waiting =
                self.pause.map(|pause| -> Pin<Box<dyn Future<Output = ()> + Send>> { Box::pin(wait(pause)) });
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        match (self.cut, self.flushed) {
            (false, _) => Poll::Ready(None),
            // Lets the first half go out before the connection breaks.
            (true, false) => {
                self.flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            (true, true) => Poll::Ready(Some(Err(Box::new(Cut)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && self.parts.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.cut {
            true => SizeHint::default(),
            false => SizeHint::with_exact(self.parts.iter().map(|part| part.len() as u64).sum()),
        }
    }
}

/// A slow server is slow in the runtime's time.
#[expect(
    clippy::disallowed_methods,
    reason = "a slow server is slow in the runtime's time, which a test can pause"
)]
pub(super) async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}
