//! The order to stop, known to everyone who must act on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;

/// How far the stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Running,
    /// Readiness says no; requests are still taken.
    Stopping,
    /// Nothing new is accepted; what has begun is finished.
    Draining,
    /// Everything ends now.
    Ended,
}

/// A handle on the order to stop. Clones share one order.
#[derive(Debug, Clone)]
pub struct Shutdown {
    order: Arc<Order>,
}

#[derive(Debug)]
struct Order {
    phase: watch::Sender<Phase>,
    /// The phase again, for those who ask at every request: a lock that they all take would make them wait. It is
    /// never behind what a waiter was woken for.
    glance: AtomicU8,
}

impl Default for Shutdown {
    fn default() -> Shutdown {
        Shutdown::new()
    }
}

impl Shutdown {
    /// A handle nobody has ordered to stop.
    pub fn new() -> Shutdown {
        let glance = AtomicU8::new(Phase::Running as u8);
        Shutdown { order: Arc::new(Order { phase: watch::Sender::new(Phase::Running), glance }) }
    }

    /// Orders a graceful stop: requests that have begun are finished. Harmless when repeated.
    pub fn begin(&self) {
        self.advance(Phase::Stopping);
    }

    /// Orders an immediate stop: open connections are cut.
    pub fn now(&self) {
        self.advance(Phase::Ended);
    }

    /// Whether a stop was ordered. Cheap; for readiness answers.
    pub fn is_stopping(&self) -> bool {
        self.is_at(Phase::Stopping)
    }

    /// Whether it has come so far. Cheap.
    pub(crate) fn is_at(&self, wanted: Phase) -> bool {
        self.order.glance.load(Ordering::Acquire) >= wanted as u8
    }

    /// Waits until a stop is ordered.
    pub async fn stopping(&self) {
        self.reached(Phase::Stopping).await;
    }

    /// Begins a graceful stop at SIGTERM or SIGINT, and ends at once at the second of them.
    ///
    /// # Errors
    /// If the process cannot listen to signals.
    pub fn on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if shutdown.is_stopping() {
                    tracing::warn!("told to stop again: stopping at once");
                    shutdown.now();
                } else {
                    tracing::info!("told to stop: finishing the requests that have begun");
                    shutdown.begin();
                }
            }
        });
        Ok(())
    }

    pub(crate) fn advance(&self, to: Phase) {
        self.order.glance.fetch_max(to as u8, Ordering::AcqRel);
        self.order.phase.send_if_modified(|phase| {
            let later = to > *phase;
            *phase = (*phase).max(to);
            later
        });
    }

    pub(crate) async fn reached(&self, wanted: Phase) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.order.phase.subscribe().wait_for(|phase| *phase >= wanted).await;
    }
}
