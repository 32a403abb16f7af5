//! One connection, from its first byte to its close.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep, timeout};

use super::body::{Leftover, Pace, Remains};
use super::framing::Wire;
use super::gate::{Gate, Patience, Turn};
use super::limits::{
    BUFFER_BYTES_MAX, DRAIN_BEFORE_ANSWER, DRAIN_BYTES_MAX, HEAD_BYTES_MAX, HEAD_FIELDS_MAX,
};
use super::shutdown::{Phase, Shutdown};
use super::{Body, Handler, Limits, Peer, ReplyBody, TrustedProxies, refusal};

/// How long a draining server still listens on an idle connection, for a request that is already on its way.
const LAST_LOOK: Duration = Duration::from_millis(50);

/// What is the same for all connections of a server.
#[derive(Debug)]
pub(crate) struct Terms<H> {
    pub(crate) handler: Arc<H>,
    pub(crate) limits: Limits,
    pub(crate) proxies: TrustedProxies,
    pub(crate) shutdown: Shutdown,
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) ip: IpAddr,
    pub(crate) is_tls: bool,
    pub(crate) is_control: bool,
    pub(crate) accepted: Instant,
}

/// Serves all requests of one connection, then closes it.
pub(crate) async fn attend<H, S>(socket: S, origin: Origin, terms: Arc<Terms<H>>)
where
    H: Handler,
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let turn = Arc::new(Turn::default());
    let unread = Arc::new(AtomicBool::new(false));
    let wire = Wire::new(HEAD_BYTES_MAX, HEAD_FIELDS_MAX);
    let patience = Patience::from(&terms.limits);
    let gate = Gate::new(socket, wire, patience, origin.accepted, Arc::clone(&turn));
    let service = Attendant { terms: Arc::clone(&terms), origin, turn, unread: Arc::clone(&unread) };
    let mut connection = http1::Builder::new()
        .header_read_timeout(None) // The gate's deadlines are finer.
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(gate), service);

    let mut last_look = pin!(async {
        terms.shutdown.reached(Phase::Draining).await;
        sleep(LAST_LOOK).await;
    });
    let (mut is_last, mut is_listening) = (false, false);
    let outcome = std::future::poll_fn(|cx| {
        loop {
            let polled = connection.poll_without_shutdown(cx);
            // Listened to once, the order wakes this task when it comes; until then a glance is enough.
            let is_ordered = terms.shutdown.is_at(Phase::Draining);
            if polled.is_ready() || is_last || (is_listening && !is_ordered) {
                return polled;
            }
            is_listening = true;
            if last_look.as_mut().poll(cx).is_pending() {
                return polled;
            }
            is_last = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
    })
    .await;

    let (mut socket, fault) = connection.into_parts().io.into_inner().into_parts();
    if let Some(fault) = fault {
        let reply = terms.handler.refuse(fault.status, fault.path.as_deref());
        refusal::send(&mut socket, reply).await;
        refusal::linger(socket).await;
    } else if unread.load(Ordering::Relaxed) {
        refusal::linger(socket).await;
    } else {
        if let Err(error) = outcome {
            tracing::debug!(%error, "a connection ended early");
        }
        refusal::close(socket).await;
    }
}

/// Hands the requests of one connection to the handler.
struct Attendant<H> {
    terms: Arc<Terms<H>>,
    origin: Origin,
    turn: Arc<Turn>,
    /// Set when an answer leaves before the body of its request was read.
    unread: Arc<AtomicBool>,
}

impl<H: Handler> Service<Request<Incoming>> for Attendant<H> {
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ReplyBody>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.turn.begin();
        let terms = Arc::clone(&self.terms);
        let (turn, unread) = (Arc::clone(&self.turn), Arc::clone(&self.unread));
        let (ip, forwarded_secure) = terms.proxies.client(self.origin.ip, request.headers());
        let secure = self.origin.is_tls || forwarded_secure;
        let peer = Peer { ip, secure, operator: self.origin.is_control };
        let waits_for_continue = request.headers().contains_key(EXPECT);
        let (parts, incoming) = request.into_parts();
        let (body, leftover) = Body::from_wire(incoming, Pace::from(&terms.limits));
        let answer = Arc::clone(&terms.handler).handle(Request::from_parts(parts, body), peer);
        Box::pin(async move {
            let mut reply = answer.await;
            let is_read = settle(leftover, waits_for_continue).await;
            unread.store(!is_read, Ordering::Relaxed);
            if !is_read || terms.shutdown.is_stopping() {
                reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            turn.answered();
            Ok(reply)
        })
    }
}

/// Sees to the rest of a body, so that the connection can be used again if little is left of it.
///
/// Tells whether the body is read to its end. A client that waits for `100 Continue` is not asked for a body
/// that nobody wants, and a large rest is not read: the connection closes instead.
async fn settle(leftover: Option<Leftover>, waits_for_continue: bool) -> bool {
    let Some(leftover) = leftover else { return true };
    let remains =
        std::mem::replace(&mut *leftover.lock().unwrap_or_else(PoisonError::into_inner), Remains::Held);
    let incoming = match remains {
        Remains::Finished => return true,
        Remains::Held => return false,
        Remains::Left(incoming) => incoming,
    };
    let is_large = incoming.size_hint().exact().is_some_and(|left| left > DRAIN_BYTES_MAX);
    if waits_for_continue || is_large {
        return false;
    }
    timeout(DRAIN_BEFORE_ANSWER, Body::drain(incoming, DRAIN_BYTES_MAX)).await.unwrap_or(false)
}

/// Waits for the first byte, at next to no cost: nothing is allocated for a connection that says nothing.
///
/// Whether the connection is worth attending.
pub(crate) async fn first_byte<H>(
    readable: impl Future<Output = std::io::Result<()>>,
    origin: Origin,
    terms: &Terms<H>,
) -> bool {
    let patience = terms.limits.first_byte.saturating_sub(origin.accepted.elapsed());
    let mut readable = pin!(timeout(patience, readable));
    let mut draining = pin!(terms.shutdown.reached(Phase::Draining));
    std::future::poll_fn(|cx| match readable.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(matches!(outcome, Ok(Ok(())))),
        Poll::Pending => draining.as_mut().poll(cx).map(|()| false),
    })
    .await
}
