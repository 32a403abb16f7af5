//! From settings to a running server, and from a signal to a clean end.

use std::net::SocketAddr;
use std::sync::Arc;

use callboard_store::{Store, StoreOptions};

use crate::app::App;
use crate::clock::{Clock, Entropy};
use crate::front::{self, Door, Shutdown};
use crate::server::Server;
use crate::settings::Settings;
use crate::telemetry::Metrics;
use crate::use_cases::{key_uses, sweep};

/// What stops a start, in one line for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl StartError {
    fn of(error: impl std::fmt::Display) -> StartError {
        StartError(error.to_string())
    }
}

/// A server that is bound and ready to be run.
#[derive(Debug)]
pub struct Started {
    pub server: Arc<Server>,
    pub shutdown: Shutdown,
    door: Door,
}

/// Opens the database that the settings name.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub fn open_store(settings: &Settings, metrics: &Metrics) -> Result<Store, StartError> {
    settings.prepare_data_dir().map_err(StartError::of)?;
    let counted = metrics.clone();
    let options = StoreOptions {
        projector: crate::surfaces::native::project,
        on_commit: Arc::new(move |commands| counted.committed(commands)),
    };
    match settings.database_path() {
        Some(path) => Store::open_sqlite(&path, options)
            .map_err(|error| StartError(format!("the database {} cannot be opened: {error}", path.display()))),
        None => Err(StartError(
            "CALLBOARD_DATABASE_URL names PostgreSQL, which this version does not speak yet: use sqlite://FILE".to_owned(),
        )),
    }
}

/// Puts the program together around a store.
///
/// # Errors
/// If the signing secret cannot be read or made.
pub fn assemble(
    settings: Arc<Settings>,
    public_url: &str,
    store: Store,
    metrics: Metrics,
) -> Result<Arc<App>, StartError> {
    let entropy = Entropy::System;
    let secret = settings.signing_secret(|| Ok(entropy.draw())).map_err(StartError::of)?;
    Ok(App::new(settings, public_url, store, metrics, Clock::system(), entropy, &secret))
}

/// Binds, opens and assembles; nothing is served yet.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub fn start(settings: Settings) -> Result<Started, StartError> {
    let metrics = Metrics::new();
    let store = open_store(&settings, &metrics)?;
    let door = Door::bind(&settings).map_err(StartError::of)?.counting_into(metrics.connections());
    let public_url = settings.public_url_at(door.address());
    let app = assemble(Arc::new(settings), &public_url, store, metrics)?;
    let shutdown = app.shutdown.clone();
    let server = Server::new(app, shutdown.clone());
    Ok(Started { server, shutdown, door })
}

impl Started {
    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// Serves until it is told to stop; in-flight requests finish.
    ///
    /// # Errors
    /// If the listener fails for good.
    pub async fn run(self) -> std::io::Result<()> {
        let app = self.server.app.clone();
        let background = [
            tokio::spawn(key_uses::keep_flushing(app.clone())),
            tokio::spawn(sweep::keep_sweeping(app.clone())),
        ];
        let served = front::serve(self.door, self.server, self.shutdown).await;
        background.iter().for_each(tokio::task::JoinHandle::abort);
        key_uses::flush(&app, true).await;
        served
    }
}
