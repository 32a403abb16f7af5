//! From settings to a running server, and from a signal to a clean end.

use std::net::SocketAddr;
use std::sync::Arc;

use callboard_store::installation::AgreeOnSecret;
use callboard_store::{Context, Store, StoreOptions};

use crate::app::App;
use crate::clock::{Clock, Entropy};
use crate::front::{self, Door, Shutdown};
use crate::server::Server;
use crate::settings::{DatabaseUrl, Settings, SigningSecret};
use crate::telemetry::Metrics;
use crate::use_cases::{key_uses, request_log, series, session_uses, shared_time, sweep};

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
pub async fn open_store(settings: &Settings, metrics: &Metrics) -> Result<Store, StartError> {
    settings.prepare_data_dir().map_err(StartError::of)?;
    let counted = metrics.clone();
    let options = StoreOptions {
        projector: crate::surfaces::native::project,
        known_events_max_bytes: settings.known_events_max_bytes,
        on_commit: Arc::new(move |commands| counted.committed(commands)),
    };
    let opened = match &settings.database_url {
        DatabaseUrl::Sqlite(path) => Store::open_sqlite(&settings.data_dir.join(path), options),
        DatabaseUrl::Postgres(url) => Store::open_postgres(url, options).await,
    };
    let place = settings.database_place();
    opened.map_err(|error| StartError(format!("the database {place} cannot be opened: {error}")))
}

/// Puts the program together around a store.
///
/// # Errors
/// If the signing secret cannot be read or made, or is not the one of the database's other nodes.
pub async fn assemble(
    settings: Arc<Settings>,
    public_url: &str,
    store: Store,
    metrics: Metrics,
) -> Result<Arc<App>, StartError> {
    let entropy = Entropy::System;
    let secret = settings.signing_secret(|| Ok(entropy.draw())).map_err(StartError::of)?;
    let clock = clock_of(&store).await?;
    // A process that is alone may be given another secret; among several, people would be signed out at random.
    if agree(&store, &secret, &clock, &entropy, !store.is_shared()).await? != secret.fingerprint() {
        return Err(StartError(
            "the signing secret differs from the one that the other nodes of this database use: copy theirs here and \
             name it with CALLBOARD_SECRET_FILE"
                .to_owned(),
        ));
    }
    Ok(App::new(settings, public_url, store, metrics, clock, entropy, &secret))
}

/// Makes the secret that the settings name the one of all nodes; whoever is signed in is signed out.
///
/// # Errors
/// If the secret cannot be read or made, or a fault of the store.
pub async fn adopt_secret(settings: &Settings, store: &Store) -> Result<(), StartError> {
    let entropy = Entropy::System;
    let secret = settings.signing_secret(|| Ok(entropy.draw())).map_err(StartError::of)?;
    agree(store, &secret, &clock_of(store).await?, &entropy, true).await.map(|_| ())
}

/// Where nodes share a database they go by its clock.
async fn clock_of(store: &Store) -> Result<Clock, StartError> {
    let shared = store.shared_time().await.map_err(StartError::of)?;
    Ok(shared.map_or_else(Clock::system, Clock::starting_at))
}

/// The fingerprint of the secret that counts for this database.
async fn agree(
    store: &Store,
    secret: &SigningSecret,
    clock: &Clock,
    entropy: &Entropy,
    replaces: bool,
) -> Result<Vec<u8>, StartError> {
    let context = Context { now: clock.now(), seed: entropy.draw(), request_id: String::new() };
    let command = AgreeOnSecret { fingerprint: secret.fingerprint(), replaces };
    store.write(context, command).await.map_err(StartError::of)
}

/// Opens and assembles, for work that serves nobody.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub async fn prepare(settings: Settings) -> Result<Arc<App>, StartError> {
    let metrics = Metrics::new();
    let store = open_store(&settings, &metrics).await?;
    let public_url = settings.public_url_at(settings.listen);
    assemble(Arc::new(settings), &public_url, store, metrics).await
}

/// Binds, opens and assembles; nothing is served yet.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub async fn start(settings: Settings) -> Result<Started, StartError> {
    let metrics = Metrics::new();
    let store = open_store(&settings, &metrics).await?;
    let door = Door::bind(&settings).map_err(StartError::of)?.counting_into(metrics.connections());
    let public_url = settings.public_url_at(door.address());
    let app = assemble(Arc::new(settings), &public_url, store, metrics).await?;
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
            tokio::spawn(request_log::keep_writing(app.clone())),
            tokio::spawn(sweep::keep_sweeping(app.clone())),
            tokio::spawn(series::keep_extending(app.clone())),
            tokio::spawn(shared_time::keep_following(app.clone())),
        ];
        let served = front::serve(self.door, self.server, self.shutdown).await;
        background.iter().for_each(tokio::task::JoinHandle::abort);
        key_uses::flush(&app, true).await;
        session_uses::flush(&app).await;
        request_log::flush(&app).await;
        served
    }
}
