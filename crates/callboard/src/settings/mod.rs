//! Settings: `callboard.toml`, then the environment, then flags.
//!
//! The defaults are a commented file that is compiled in and read first, so they cannot differ from their
//! documentation. Every value passes through text and one parser per type, wherever it came from.

mod error;
mod layers;
mod secret;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use error::{SettingsError, Source};
pub use secret::{SECRET_BYTES, SigningSecret};
pub use values::{DatabaseUrl, KeyPrefix, LogFormat, PublicUrl, Registration};

use crate::front::{Limits, TrustedProxies};
use layers::Layers;

/// The defaults, with their documentation.
pub const DEFAULTS: &str = include_str!("../../callboard.default.toml");
/// Read from the working directory if no other file is named.
const FILE: &str = "callboard.toml";

/// Declares each setting once: its field, its flag and its name in file and environment.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $([$($arg:tt)+])? $name:ident: $kind:ty,)+) => {
        /// What the operator decided. See `callboard.default.toml` for each.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $name: $kind,)+
            /// Oddities worth a line in the log: environment variables that look misspelt.
            pub notices: Vec<String>,
        }

        /// The flags that set them.
        #[derive(Debug, Clone, Default, clap::Args)]
        pub struct SettingsArgs {
            /// Settings file, instead of `callboard.toml` in the working directory
            #[arg(long, value_name = "FILE")]
            pub config: Option<PathBuf>,
            $($(#[doc = $doc])+ #[arg(long, value_name = "VALUE" $(, $($arg)+)?)] pub $name: Option<String>,)+
        }

        const NAMES: &[&str] = &[$(stringify!($name)),+];

        impl SettingsArgs {
            fn given(self) -> Vec<(&'static str, String)> {
                [$((stringify!($name), self.$name)),+]
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)))
                    .collect()
            }
        }

        impl Settings {
            fn parse(layers: &Layers, notices: Vec<String>) -> Result<Settings, SettingsError> {
                Ok(Settings { $($name: layers.parse::<$kind>(stringify!($name))?,)+ notices })
            }
        }
    };
}

settings! {
    /// Address and port to listen on
    listen: SocketAddr,
    /// Directory of the database, the secret and the control socket
    data_dir: PathBuf,
    /// sqlite://FILE or postgres://…
    database_url: DatabaseUrl,
    /// The address that people use
    public_url: Option<PublicUrl>,
    /// File of the signing secret
    secret_file: Option<PathBuf>,
    /// Who may register: first, open or closed
    registration: Registration,
    /// Seconds a sign-in lasts
    session_ttl: Duration,
    /// E-mail address or URL for people who need help
    support_contact: Option<String>,
    /// Certificate chain, PEM
    tls_certificate: Option<PathBuf>,
    /// Private key, PEM
    tls_key: Option<PathBuf>,
    /// Serve plain HTTP where others can listen in
    [num_args = 0..=1, default_missing_value = "true"] allow_plain_http: bool,
    /// Proxies to believe, separated by commas
    trusted_proxies: TrustedProxies,
    /// Seconds to the first byte
    first_byte_timeout: Duration,
    /// Seconds for a request head
    head_timeout: Duration,
    /// Seconds for a request body
    body_timeout: Duration,
    /// Least bytes per second of a request body
    body_rate_min: u64,
    /// Seconds before that rate is demanded
    body_grace: Duration,
    /// Seconds a client may read nothing
    response_stall_timeout: Duration,
    /// Seconds between requests
    keep_alive_idle: Duration,
    /// Seconds for a TLS handshake
    tls_handshake_timeout: Duration,
    /// Connections at one time
    connections_max: usize,
    /// Connections at one time from one address; 0 for any number
    connections_per_ip: usize,
    /// Count this machine's connections as well
    [num_args = 0..=1, default_missing_value = "true"] cap_loopback_connections: bool,
    /// Seconds of "not ready" before a stop
    stop_lead: Duration,
    /// Seconds that a stop may take
    stop_timeout: Duration,
    /// Requests per minute from one address; 0 for any number
    rate_limit_per_ip: u32,
    /// Channel reads per minute and key
    rate_limit_channel_reads: u32,
    /// Channel creates per minute and key
    rate_limit_channel_creates: u32,
    /// Channel uploads per minute and key
    rate_limit_channel_media: u32,
    /// Box-office requests per minute and key
    rate_limit_box_office: u32,
    /// Native requests per minute and key
    rate_limit_native: u32,
    /// Keys created per hour and account
    key_creations_per_hour: u32,
    /// Venue requests per minute and key that are abuse; 0 for no ceiling
    venue_abuse_ceiling: u32,
    /// Bytes of answers that are kept ready; 0 for none
    rendered_max_bytes: usize,
    /// Bytes of events that are kept decoded; 0 for none
    known_events_max_bytes: usize,
    /// Largest media upload in bytes
    media_max_bytes: usize,
    /// Seconds an idempotent answer of the channel surface is kept
    channel_idempotency_ttl: Duration,
    /// Seconds an idempotent answer of another surface is kept
    idempotency_ttl: Duration,
    /// Seconds a change is kept in the feed; 0 for ever
    change_retention: Duration,
    /// Seconds a line of the audit log is kept; 0 for ever
    audit_retention: Duration,
    /// Note what keys ask for, for the dashboard
    [num_args = 0..=1, default_missing_value = "true"] request_log: bool,
    /// Beginning of channel keys
    key_prefix_channel: KeyPrefix,
    /// Beginning of venue keys
    key_prefix_venue: KeyPrefix,
    /// Beginning of box-office keys
    key_prefix_box_office: KeyPrefix,
    /// Beginning of developer keys
    key_prefix_developer: KeyPrefix,
    /// Beginning of native keys
    key_prefix_native: KeyPrefix,
    /// What is logged
    log: String,
    /// How it is logged: human or json
    log_format: LogFormat,
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// One line that names the setting, where it came from, its value and what would be right.
    pub fn load(args: SettingsArgs) -> Result<Settings, SettingsError> {
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        Settings::load_with(args, environment)
    }

    /// The settings given by these flags and this environment.
    ///
    /// # Errors
    /// As for [`Settings::load`].
    pub fn load_with(
        args: SettingsArgs,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let mut layers = Layers::defaults(NAMES)?;
        let environment: Vec<(String, String)> = environment.into_iter().collect();
        let named_in_environment =
            || environment.iter().find(|(name, _)| name == "CALLBOARD_CONFIG").map(|(_, path)| path.into());
        match args.config.clone().or_else(named_in_environment) {
            Some(path) => layers.add_file(&path)?,
            None if std::path::Path::new(FILE).exists() => layers.add_file(FILE.as_ref())?,
            None => {}
        }
        let notices = layers.add_environment(&environment);
        layers.add_flags(args.given());
        let settings = Settings::parse(&layers, notices)?;
        settings.check(&layers)?;
        Ok(settings)
    }

    /// The defaults alone, for tests and demonstrations.
    ///
    /// # Errors
    /// None: a test holds the compiled-in file to it.
    pub fn defaults() -> Result<Settings, SettingsError> {
        Settings::parse(&Layers::defaults(NAMES)?, Vec::new())
    }

    /// What one value alone cannot show.
    fn check(&self, layers: &Layers) -> Result<(), SettingsError> {
        // The shared path of these two surfaces is told apart by the beginning of the key.
        for (name, prefix, must) in [
            ("key_prefix_venue", &self.key_prefix_venue, "hdlr_"),
            ("key_prefix_box_office", &self.key_prefix_box_office, "ts_sk_"),
        ] {
            if !prefix.as_str().starts_with(must) {
                return Err(
                    layers.fault(name, format!("a beginning such as `{must}live_` that keeps `{must}`"))
                );
            }
        }
        let most = [
            ("session_ttl", self.session_ttl),
            ("channel_idempotency_ttl", self.channel_idempotency_ttl),
            ("idempotency_ttl", self.idempotency_ttl),
        ];
        match most.iter().find(|(_, value)| value.as_secs() == 0) {
            Some((name, _)) => Err(layers.fault(name, "at least 1 second".to_owned())),
            None => Ok(()),
        }
    }

    /// The limits of the front door.
    pub fn limits(&self) -> Limits {
        Limits {
            first_byte: self.first_byte_timeout,
            head: self.head_timeout,
            body: self.body_timeout,
            body_rate_min: self.body_rate_min,
            body_grace: self.body_grace,
            response_stall: self.response_stall_timeout,
            keep_alive_idle: self.keep_alive_idle,
            tls_handshake: self.tls_handshake_timeout,
            connections: self.connections_max,
            connections_per_ip: self.connections_per_ip,
            cap_loopback: self.cap_loopback_connections,
            stop_lead: self.stop_lead,
            stop: self.stop_timeout,
        }
    }

    /// The address that people use, given the one that was bound. Never ends with a slash.
    pub fn public_url_at(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().to_owned();
        }
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        match bound.ip().is_unspecified() {
            true => format!("{scheme}://localhost:{}", bound.port()),
            false => format!("{scheme}://{bound}"),
        }
    }

    /// The database file, for SQLite.
    pub fn database_path(&self) -> Option<PathBuf> {
        match &self.database_url {
            DatabaseUrl::Sqlite(path) => Some(self.data_dir.join(path)),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    /// Where the database is, for people: a file, or an address without its password.
    pub fn database_place(&self) -> String {
        match &self.database_url {
            DatabaseUrl::Sqlite(path) => self.data_dir.join(path).display().to_string(),
            DatabaseUrl::Postgres(url) => values::without_password(url),
        }
    }

    /// Makes the data directory if it is not there, for its owner only.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn prepare_data_dir(&self) -> Result<(), SettingsError> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.data_dir);
        made.map_err(|error| SettingsError::DataDir { path: self.data_dir.clone(), error })
    }

    /// The signing secret; made at the first start of the random bytes that `draw` gives. Needs the data directory.
    ///
    /// # Errors
    /// If the file is open to others, broken, or cannot be made.
    pub fn signing_secret(
        &self,
        draw: impl FnOnce() -> std::io::Result<[u8; SECRET_BYTES]>,
    ) -> Result<SigningSecret, SettingsError> {
        let path = self.secret_file.clone().unwrap_or_else(|| self.data_dir.join("secret"));
        SigningSecret::load_or_make(&path, draw)
    }
}

#[cfg(test)]
mod tests;
