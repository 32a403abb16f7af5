//! The byte stream between a socket and hyper: lets only checked bytes in, and nothing wait for ever.
//!
//! hyper's own deadlines cover neither a silent connection nor a stalled answer, and its own refusals have no
//! body. The gate therefore keeps every request head back until it is whole and checked ([`super::framing`]);
//! when it is not, the gate ends hyper's reading and [`super::connection`] writes the refusal. On the usual path
//! (a whole request in one read) nothing is copied and no timer is touched.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::framing::{Wire, WireFault};
use super::head::HeadFault;
use super::limits::Limits;

/// Read from the socket at a time while a head is incomplete.
const PIECE: usize = 2048;

/// What the request of a connection is up to, shared by the gate (bytes) and the service (requests).
#[derive(Debug, Default)]
pub(crate) struct Turn(AtomicU8);

const WAITING: u8 = 0;
const HANDLING: u8 = 1;
const ANSWERED: u8 = 2;

impl Turn {
    pub(crate) fn begin(&self) {
        self.0.store(HANDLING, Ordering::Relaxed);
    }

    pub(crate) fn answered(&self) {
        self.0.store(ANSWERED, Ordering::Relaxed);
    }

    fn is(&self, state: u8) -> bool {
        self.0.load(Ordering::Relaxed) == state
    }
}

/// The deadlines of the gate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    first_byte: Duration,
    head: Duration,
    idle: Duration,
    stall: Duration,
}

impl From<&Limits> for Patience {
    fn from(limits: &Limits) -> Patience {
        Patience {
            first_byte: limits.first_byte,
            head: limits.head,
            idle: limits.keep_alive_idle,
            stall: limits.response_stall,
        }
    }
}

/// A socket that hyper reads from and writes to.
#[derive(Debug)]
pub(crate) struct Gate<S> {
    socket: S,
    turn: Arc<Turn>,
    wire: Wire,
    patience: Patience,
    /// Bytes read but not handed on; the first `vetted` of them may be.
    held: BytesMut,
    vetted: usize,
    fault: Option<WireFault>,
    /// Whether hyper's reading ended because of the fault, and not for a reason of its own before that.
    told: bool,
    /// Since when the peer owes the next head; its first byte came at `head_since`.
    idle_since: Instant,
    head_since: Option<Instant>,
    is_first: bool,
    timer: Option<Pin<Box<Sleep>>>,
    stall: Option<Pin<Box<Sleep>>>,
    wrote_since_answer: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Gate<S> {
    pub(crate) fn new(
        socket: S,
        wire: Wire,
        patience: Patience,
        accepted: Instant,
        turn: Arc<Turn>,
    ) -> Gate<S> {
        Gate {
            socket,
            turn,
            wire,
            patience,
            held: BytesMut::new(),
            vetted: 0,
            fault: None,
            told: false,
            idle_since: accepted,
            head_since: None,
            is_first: true,
            timer: None,
            stall: None,
            wrote_since_answer: false,
        }
    }

    /// The socket, and the fault that a refusal should answer.
    pub(crate) fn into_parts(self) -> (S, Option<HeadFault>) {
        let fault = match self.fault {
            Some(WireFault::Head(fault)) if self.told => Some(fault),
            _ => None,
        };
        (self.socket, fault)
    }

    fn refuse(&mut self, status: StatusCode) {
        self.fault = Some(WireFault::Head(HeadFault::of(status, &self.held)));
    }

    /// Reads straight into hyper's buffer and takes back what may not stay there.
    fn poll_fast(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<Step>> {
        let before = buffer.filled().len();
        if Pin::new(&mut self.socket).poll_read(cx, buffer)?.is_pending() {
            return self.poll_waiting(cx);
        }
        let fresh = buffer.filled().get(before..).unwrap_or_default();
        if fresh.is_empty() {
            return Poll::Ready(Ok(Step::Done));
        }
        let good = self.wire.advance(fresh).unwrap_or_else(|fault| {
            self.fault = Some(fault);
            0
        });
        self.keep(fresh.get(good..).unwrap_or_default());
        buffer.set_filled(before.saturating_add(good));
        Poll::Ready(Ok(if good > 0 { Step::Done } else { Step::Again }))
    }

    /// Reads more of a head that is held back.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Step>> {
        match self.wire.advance(&self.held) {
            Err(fault) => {
                self.fault = Some(fault);
                return Poll::Ready(Ok(Step::Again));
            }
            Ok(0) => {}
            Ok(good) => {
                self.vetted = good;
                self.head_since = (good < self.held.len()).then(Instant::now);
                return Poll::Ready(Ok(Step::Again));
            }
        }
        let mut piece = [0_u8; PIECE];
        let mut piece = ReadBuf::new(&mut piece);
        if Pin::new(&mut self.socket).poll_read(cx, &mut piece)?.is_pending() {
            return self.poll_waiting(cx);
        }
        if piece.filled().is_empty() {
            if !self.turn.is(WAITING) {
                // The client hung up while it is being answered: hyper must learn of it.
                return Poll::Ready(Ok(Step::Done));
            }
            self.refuse(StatusCode::BAD_REQUEST);
        }
        self.keep(piece.filled());
        Poll::Ready(Ok(Step::Again))
    }

    fn keep(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.head_since.get_or_insert_with(Instant::now);
            self.held.extend_from_slice(bytes);
        }
    }

    /// Nothing to read: whose turn is it, and is the peer late?
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Step>> {
        if !self.turn.is(WAITING) || !self.wire.is_at_head() {
            return Poll::Pending;
        }
        let patience = self.patience;
        let deadline = match (self.head_since, self.is_first) {
            // A new connection gets one allowance for both, or a byte sent late would double it.
            (Some(_), true) => self.idle_since + patience.first_byte.max(patience.head),
            (Some(since), false) => since + patience.head,
            (None, true) => self.idle_since + patience.first_byte,
            (None, false) => self.idle_since + patience.idle,
        };
        if !poll_deadline(&mut self.timer, deadline, cx) {
            return Poll::Pending;
        }
        if self.held.is_empty() {
            return Poll::Ready(Ok(Step::Done));
        }
        self.refuse(StatusCode::REQUEST_TIMEOUT);
        Poll::Ready(Ok(Step::Again))
    }

    /// An answer has left: from here on the peer is awaited again.
    fn turn_over(&mut self, cx: &mut Context<'_>) {
        self.turn.0.store(WAITING, Ordering::Relaxed);
        self.wrote_since_answer = false;
        self.is_first = false;
        self.idle_since = Instant::now();
        self.head_since = (!self.held.is_empty()).then_some(self.idle_since);
        if self.fault.is_some() || !self.held.is_empty() {
            // A pipelined head was kept back until now.
            cx.waker().wake_by_ref();
        } else {
            // hyper may not read again before something happens, so the timer is started here.
            poll_deadline(&mut self.timer, self.idle_since + self.patience.idle, cx)
                .then(|| cx.waker().wake_by_ref());
        }
    }

    fn note_write(
        &mut self,
        polled: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(_)) => {
                self.stall = None;
                self.wrote_since_answer |= self.turn.is(ANSWERED);
                polled
            }
            Poll::Ready(Err(_)) => polled,
            Poll::Pending => self.poll_stalled(cx).map(Err),
        }
    }

    /// The peer takes nothing: how long for?
    fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let patience = self.patience.stall;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + patience)));
        stall.as_mut().poll(cx).map(|()| io::ErrorKind::TimedOut.into())
    }
}

/// Whether a reading step filled hyper's buffer (or met the end), or is to be followed by another.
enum Step {
    Done,
    Again,
}

/// Whether `deadline` has passed. A timer set too early is only moved when it rings, so that a busy connection
/// does not pay for its idle deadline with every request.
fn poll_deadline(timer: &mut Option<Pin<Box<Sleep>>>, deadline: Instant, cx: &mut Context<'_>) -> bool {
    // Whoever left this function with `false` has a timer that will wake this task, the only one that comes here.
    if timer.as_ref().is_some_and(|timer| timer.deadline() <= deadline && !timer.is_elapsed()) {
        return false;
    }
    let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
    if timer.deadline() > deadline {
        timer.as_mut().reset(deadline);
    }
    while timer.as_mut().poll(cx).is_ready() {
        if Instant::now() >= deadline {
            return true;
        }
        timer.as_mut().reset(deadline);
    }
    false
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gate<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        loop {
            if gate.vetted > 0 {
                let length = gate.vetted.min(buffer.remaining());
                buffer.put_slice(gate.held.get(..length).unwrap_or_default());
                gate.held.advance(length);
                gate.vetted = gate.vetted.saturating_sub(length);
                return Poll::Ready(Ok(()));
            }
            let polled = match &gate.fault {
                Some(WireFault::Body) => return Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
                // The answer before this head goes out first.
                Some(WireFault::Head(_)) if !gate.turn.is(WAITING) => return Poll::Pending,
                Some(WireFault::Head(_)) => {
                    gate.told = true;
                    return Poll::Ready(Err(io::ErrorKind::InvalidInput.into()));
                }
                None if gate.held.is_empty() => gate.poll_fast(cx, buffer),
                None => gate.poll_held(cx),
            };
            match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(Step::Done)) => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(Step::Again)) => {}
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let polled = Pin::new(&mut gate.socket).poll_write(cx, bytes);
        gate.note_write(polled, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let polled = Pin::new(&mut gate.socket).poll_write_vectored(cx, slices);
        gate.note_write(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        match Pin::new(&mut gate.socket).poll_flush(cx) {
            Poll::Ready(Ok(())) => {
                gate.stall = None;
                if gate.wrote_since_answer {
                    gate.turn_over(cx);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => gate.poll_stalled(cx).map(Err),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}
