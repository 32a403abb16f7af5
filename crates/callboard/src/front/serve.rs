//! The accept loop, and its end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::StatusCode;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use super::connection::{Origin, Terms, attend, first_byte};
use super::limits::{Occupancy, TURNED_AWAY_MAX};
use super::listen::{Control, Tls};
use super::shutdown::{Phase, Shutdown};
use super::{Door, Handler, refusal};

/// Pause after a failed accept: out of file descriptors, nothing but waiting helps.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is ordered and carried out.
///
/// A graceful stop takes at most the limit `stop`; connections that are still open then are cut.
///
/// # Errors
/// None at present: a failing accept is retried, a failing connection concerns itself only.
pub async fn serve<H: Handler>(door: Door, handler: Arc<H>, shutdown: Shutdown) -> io::Result<()> {
    let Door { listener, control, tls, limits, proxies, connections, .. } = door;
    let occupancy = Occupancy::new(&limits, connections);
    tracing::debug!(connections = occupancy.total_max(), "accepting connections");
    let terms = Arc::new(Terms { handler, limits, proxies, shutdown: shutdown.clone() });
    let mut house = House {
        terms,
        tls: tls.map(|Tls(acceptor)| acceptor),
        occupancy,
        turned_away: Arc::new(Semaphore::new(TURNED_AWAY_MAX)),
        open: JoinSet::new(),
    };
    house.welcome(&listener, control.as_ref(), &shutdown).await;
    house.take_queued(&listener);
    drop((listener, control));
    shutdown.advance(Phase::Draining);
    house.see_off(&shutdown).await;
    Ok(())
}

struct House<H> {
    terms: Arc<Terms<H>>,
    tls: Option<TlsAcceptor>,
    occupancy: Arc<Occupancy>,
    turned_away: Arc<Semaphore>,
    open: JoinSet<()>,
}

impl<H: Handler> House<H> {
    /// Accepts until it is time to stop.
    async fn welcome(&mut self, listener: &TcpListener, control: Option<&Control>, shutdown: &Shutdown) {
        let lead = self.terms.limits.stop_lead;
        let closing = async {
            shutdown.stopping().await;
            tokio::select! {
                () = sleep(lead) => {}
                () = shutdown.reached(Phase::Ended) => {}
            }
        };
        tokio::pin!(closing);
        loop {
            tokio::select! {
                () = &mut closing => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => self.admit(stream, address),
                    Err(error) => pause(&error).await,
                },
                accepted = accept_control(control) => match accepted {
                    Ok(stream) => self.admit_operator(stream),
                    Err(error) => pause(&error).await,
                },
                Some(done) = self.open.join_next(), if !self.open.is_empty() => report(done),
            }
        }
    }

    /// Takes the connections that the kernel has already made in our name.
    fn take_queued(&mut self, listener: &TcpListener) {
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Ok((stream, address))) = listener.poll_accept(&mut context) {
            self.admit(stream, address);
        }
    }

    /// Waits for the open connections, for a while.
    async fn see_off(&mut self, shutdown: &Shutdown) {
        let limits = &self.terms.limits;
        let deadline = Instant::now() + limits.stop.saturating_sub(limits.stop_lead);
        tokio::select! {
            () = async { while let Some(done) = self.open.join_next().await { report(done); } } => return,
            () = sleep_until(deadline) => {}
            () = shutdown.reached(Phase::Ended) => {}
        }
        tracing::warn!("cutting {} connections that are still open", self.open.len());
        self.open.shutdown().await;
    }

    fn admit(&mut self, stream: TcpStream, address: SocketAddr) {
        let ip = address.ip().to_canonical();
        let terms = Arc::clone(&self.terms);
        let tls = self.tls.clone();
        let origin = Origin { ip, is_tls: tls.is_some(), is_control: false, accepted: Instant::now() };
        let Some(place) = self.occupancy.admit(ip, terms.proxies.contains(ip)) else {
            return self.turn_away(stream);
        };
        // Answers are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        self.open.spawn(async move {
            let _place = place;
            if !first_byte(stream.readable(), origin, &terms).await {
                return;
            }
            match tls {
                None => attend(stream, origin, terms).await,
                Some(acceptor) => {
                    let handshake = timeout(terms.limits.tls_handshake, acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = handshake {
                        attend(stream, Origin { accepted: Instant::now(), ..origin }, terms).await;
                    }
                }
            }
        });
    }

    fn admit_operator(&mut self, stream: UnixStream) {
        let terms = Arc::clone(&self.terms);
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let origin = Origin { ip, is_tls: false, is_control: true, accepted: Instant::now() };
        // The operator gets in even when the house is full: that is when they are needed.
        self.open.spawn(async move {
            if first_byte(stream.readable(), origin, &terms).await {
                attend(stream, origin, terms).await;
            }
        });
    }

    /// Says that the house is full, to some; drops the others, for saying so must stay cheap.
    fn turn_away(&mut self, mut stream: TcpStream) {
        let permit = Arc::clone(&self.turned_away).try_acquire_owned();
        let (Ok(permit), None) = (permit, &self.tls) else { return };
        let reply = self.terms.handler.refuse(StatusCode::SERVICE_UNAVAILABLE, None);
        self.open.spawn(async move {
            let _permit = permit;
            refusal::send(&mut stream, reply).await;
            refusal::linger(stream).await;
        });
    }
}

/// The next operator; never, without a control socket.
async fn accept_control(control: Option<&Control>) -> io::Result<UnixStream> {
    match control {
        Some(control) => control.listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn pause(error: &io::Error) {
    // The client gave up while it was queued: nothing is wrong here.
    let is_theirs = matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset);
    if !is_theirs {
        tracing::error!(%error, "cannot accept connections");
        sleep(ACCEPT_PAUSE).await;
    }
}

fn report(done: Result<(), JoinError>) {
    if done.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended in a panic");
    }
}
