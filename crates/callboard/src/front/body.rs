//! A request body that arrives in time, at a pace and within a size, or not at all.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyDataStream;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::limits::Limits;

/// Room set aside for a body at once; a larger one grows as it arrives, whatever length it claims.
const PREALLOCATED_MAX: u64 = 64 * 1024;

/// Why a body did not arrive whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// Larger than its reader allows (413).
    #[error("the body is larger than allowed")]
    TooLarge,
    /// Not complete within the time of a body (408).
    #[error("the body took too long")]
    TimedOut,
    /// The client went away, or broke the framing of the body (400).
    #[error("the body ended early")]
    Cut,
    /// Slower than the least pace (408).
    #[error("the body came too slowly")]
    TooSlow,
}

/// The pace a body must keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    total: Duration,
    grace: Duration,
    rate_min: u64,
}

impl From<&Limits> for Pace {
    fn from(limits: &Limits) -> Pace {
        Pace { total: limits.body, grace: limits.body_grace, rate_min: limits.body_rate_min }
    }
}

/// What is left of a body when its reader is done with it.
#[derive(Debug)]
pub(crate) enum Remains {
    Held,
    Finished,
    Left(Incoming),
}

/// A place where [`Body`] leaves what nobody read, for the connection to drain.
pub(crate) type Leftover = Arc<Mutex<Remains>>;

/// A request body. Nothing is read, and no `100 Continue` is sent, before it is asked for.
#[derive(Debug)]
pub struct Body {
    source: Option<Source>,
    limit: u64,
    received: u64,
    begun: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    fault: Option<BodyFault>,
}

#[derive(Debug)]
enum Source {
    Wire { incoming: Incoming, leftover: Leftover, pace: Pace },
    Memory(Bytes),
}

impl From<Bytes> for Body {
    /// A body that is here already, for requests that come from no connection.
    fn from(bytes: Bytes) -> Body {
        Body::over((!bytes.is_empty()).then_some(Source::Memory(bytes)))
    }
}

impl Body {
    /// A body of no bytes.
    pub fn empty() -> Body {
        Body::over(None)
    }

    pub(crate) fn from_wire(incoming: Incoming, pace: Pace) -> (Body, Option<Leftover>) {
        if incoming.is_end_stream() {
            return (Body::empty(), None);
        }
        let leftover = Arc::new(Mutex::new(Remains::Held));
        let source = Source::Wire { incoming, leftover: Arc::clone(&leftover), pace };
        (Body::over(Some(source)), Some(leftover))
    }

    fn over(source: Option<Source>) -> Body {
        Body { source, limit: u64::MAX, received: 0, begun: None, timer: None, fault: None }
    }

    /// The length that the client announced; `None` for a chunked body.
    pub fn announced(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    /// Reads the whole body, at most `limit` bytes.
    ///
    /// # Errors
    /// [`BodyFault::TooLarge`] before anything is read if the announced length is over the limit.
    pub async fn collect(self, limit: usize) -> Result<Bytes, BodyFault> {
        let mut body = self.limited(limit)?;
        let announced = body.announced();
        let Some(first) = body.data().await? else { return Ok(Bytes::new()) };
        if announced == Some(first.len() as u64) {
            return Ok(first);
        }
        let room = announced.unwrap_or(0).min(PREALLOCATED_MAX);
        let mut whole = BytesMut::with_capacity(usize::try_from(room).unwrap_or(0).max(first.len()));
        whole.extend_from_slice(&first);
        while let Some(more) = body.data().await? {
            whole.extend_from_slice(&more);
        }
        Ok(whole.freeze())
    }

    /// The body as a stream of at most `limit` bytes, for uploads that are read part by part.
    ///
    /// # Errors
    /// [`BodyFault::TooLarge`] at once if the announced length is over the limit.
    pub fn into_stream(self, limit: usize) -> Result<BodyDataStream<Body>, BodyFault> {
        Ok(BodyDataStream::new(self.limited(limit)?))
    }

    fn limited(mut self, limit: usize) -> Result<Body, BodyFault> {
        self.limit = limit as u64;
        if self.announced().is_some_and(|length| length > self.limit) {
            return Err(BodyFault::TooLarge);
        }
        Ok(self)
    }

    /// The next piece of data; trailers are skipped.
    async fn data(&mut self) -> Result<Option<Bytes>, BodyFault> {
        loop {
            let frame = std::future::poll_fn(|cx| Pin::new(&mut *self).poll_frame(cx)).await.transpose()?;
            match frame.map(Frame::into_data) {
                None => return Ok(None),
                Some(Ok(data)) => return Ok(Some(data)),
                Some(Err(_trailers)) => {}
            }
        }
    }

    /// Reads and forgets at most `limit` bytes; whether that was all.
    pub(crate) async fn drain(mut incoming: Incoming, limit: u64) -> bool {
        let mut drained = 0_u64;
        loop {
            match std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => {
                    drained = drained.saturating_add(frame.data_ref().map_or(0, |data| data.len() as u64));
                }
            }
            if drained > limit {
                return false;
            }
        }
    }

    fn account(&mut self, frame: &Frame<Bytes>) -> Result<(), BodyFault> {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.received = self.received.saturating_add(length);
        if self.received > self.limit { Err(BodyFault::TooLarge) } else { Ok(()) }
    }

    /// Waits for the moment at which the body is late, given what has come so far.
    fn poll_late(&mut self, pace: Pace, cx: &mut Context<'_>) -> Poll<BodyFault> {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let end = begun + pace.total;
        let paid_for = match pace.rate_min {
            0 => pace.total,
            rate => Duration::from_millis(self.received.saturating_mul(1000) / rate),
        };
        let slow = begun + pace.grace.saturating_add(paid_for).min(pace.total);
        let (due, fault) = if slow < end { (slow, BodyFault::TooSlow) } else { (end, BodyFault::TimedOut) };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(fault)
    }

    fn finish(&mut self) {
        if let Some(Source::Wire { leftover, .. }) = self.source.take() {
            *leftover.lock().unwrap_or_else(PoisonError::into_inner) = Remains::Finished;
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let body = self.get_mut();
        if let Some(fault) = body.fault {
            return Poll::Ready(Some(Err(fault)));
        }
        let (polled, pace) = match &mut body.source {
            None => return Poll::Ready(None),
            Some(Source::Memory(bytes)) => {
                let frame = Frame::data(std::mem::take(bytes));
                body.source = None;
                return Poll::Ready(Some(body.account(&frame).map(|()| frame)));
            }
            Some(Source::Wire { incoming, pace, .. }) => (Pin::new(incoming).poll_frame(cx), *pace),
        };
        let outcome = match polled {
            Poll::Ready(None) => {
                body.finish();
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Ok(frame))) => body.account(&frame).map(|()| frame),
            Poll::Ready(Some(Err(_))) => Err(BodyFault::Cut),
            Poll::Pending => Err(ready!(body.poll_late(pace, cx))),
        };
        body.fault = outcome.as_ref().err().copied();
        Poll::Ready(Some(outcome))
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            None => true,
            Some(Source::Memory(_)) => false,
            Some(Source::Wire { incoming, .. }) => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            None => SizeHint::with_exact(0),
            Some(Source::Memory(bytes)) => SizeHint::with_exact(bytes.len() as u64),
            Some(Source::Wire { incoming, .. }) => incoming.size_hint(),
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        let Some(Source::Wire { incoming, leftover, .. }) = self.source.take() else { return };
        // A late or cut body is not waited for a second time.
        let worth_draining = matches!(self.fault, None | Some(BodyFault::TooLarge));
        *leftover.lock().unwrap_or_else(PoisonError::into_inner) = match incoming.is_end_stream() {
            true => Remains::Finished,
            false if worth_draining => Remains::Left(incoming),
            false => Remains::Held,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_in_memory_obeys_the_limit_of_its_reader() {
        let body = || Body::from(Bytes::from_static(b"twelve bytes"));
        assert_eq!(body().collect(12).await, Ok(Bytes::from_static(b"twelve bytes")));
        assert_eq!(body().collect(11).await, Err(BodyFault::TooLarge));
        assert!(matches!(body().into_stream(11), Err(BodyFault::TooLarge)));
        assert_eq!(Body::empty().collect(0).await, Ok(Bytes::new()));
    }
}
