//! Binds what clients connect to, before anything is served.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpSocket, UnixListener};
use tokio_rustls::TlsAcceptor;

use super::limits::Limits;
use super::proxy::TrustedProxies;
use super::tls;
use crate::settings::Settings;

/// Connections the kernel queues while the accept loop is busy; the system may allow fewer.
const BACKLOG: u32 = 1024;
/// The control socket's name in the data directory.
pub const CONTROL_SOCKET: &str = "control.sock";

/// Why the server cannot open its door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Credentials would cross the network in the clear.
    #[error(
        "setting `listen` is `{0}`, which others can reach, without encryption: set `tls_certificate` and \
         `tls_key`, or `trusted_proxies` if a proxy encrypts, or `allow_plain_http = true` if the network is yours"
    )]
    PlainHttp(SocketAddr),
    /// One half of a pair.
    #[error("settings `tls_certificate` and `tls_key` belong together: set both or neither")]
    HalfTls,
    /// A file that cannot be used.
    #[error("settings `tls_certificate` and `tls_key`: {0}")]
    Tls(String),
    /// The address is taken or not ours.
    #[error("setting `listen` is `{address}`, where this server cannot listen: {source}")]
    Listen {
        /// As the setting has it.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The data directory belongs to someone else.
    #[error("another server answers on `{0}`: stop it, or choose another `data_dir`")]
    ControlTaken(PathBuf),
}

/// Everything the server listens on, bound and ready.
#[derive(Debug)]
pub struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) control: Option<Control>,
    pub(crate) tls: Option<Tls>,
    pub(crate) limits: Limits,
    pub(crate) proxies: TrustedProxies,
    pub(crate) connections: Gauge,
    address: SocketAddr,
}

/// An acceptor that shows nothing of its key.
pub(crate) struct Tls(pub(crate) TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Door {
    /// Binds the address and the control socket that `settings` name. Needs a running tokio runtime, and the
    /// data directory.
    ///
    /// # Errors
    /// [`DoorError`], worded for the person who starts the server.
    pub fn bind(settings: &Settings) -> Result<Door, DoorError> {
        let address = settings.listen;
        let tls = match (&settings.tls_certificate, &settings.tls_key) {
            (Some(certificate), Some(key)) => {
                Some(Tls(tls::acceptor(certificate, key).map_err(DoorError::Tls)?))
            }
            (None, None) => None,
            _ => return Err(DoorError::HalfTls),
        };
        let is_bare = tls.is_none() && !address.ip().is_loopback() && settings.trusted_proxies.0.is_empty();
        if is_bare && !settings.allow_plain_http {
            return Err(DoorError::PlainHttp(address));
        }
        if is_bare {
            tracing::warn!(%address, "serving plain HTTP: keys and passwords cross the network unencrypted");
        }
        let listener = listen(address).map_err(|source| DoorError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| DoorError::Listen { address, source })?;
        Ok(Door {
            listener,
            control: Control::bind(&settings.data_dir)?,
            tls,
            limits: settings.limits(),
            proxies: settings.trusted_proxies.clone(),
            connections: Gauge::default(),
            address,
        })
    }

    /// The address that clients reach, with the port the system chose if the setting says 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether this server encrypts.
    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Keeps `gauge` at the number of open connections.
    #[must_use]
    pub fn counting_into(self, gauge: Gauge) -> Door {
        Door { connections: gauge, ..self }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Without it a restart waits for the last connections of the old process to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The control socket. Its file goes when this does.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) listener: UnixListener,
    path: PathBuf,
}

impl Control {
    /// `None` where the system has no room for such a socket (a path too long, a file system without them):
    /// commands then work on a stopped server only.
    fn bind(data_dir: &Path) -> Result<Option<Control>, DoorError> {
        let path = data_dir.join(CONTROL_SOCKET);
        if std::os::unix::net::UnixStream::connect(&path).is_ok() {
            return Err(DoorError::ControlTaken(path));
        }
        match Control::place(&path) {
            Ok(listener) => Ok(Some(Control { listener, path })),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "no control socket: commands need a stopped server");
                Ok(None)
            }
        }
    }

    /// Binds beside the final name and renames, so that the socket is never open to others, not even for the
    /// moment before its mode is set, and a stale file is replaced.
    fn place(path: &Path) -> io::Result<UnixListener> {
        let fresh = path.with_extension("new");
        match std::fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&fresh)?;
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&fresh, path)?;
        Ok(listener)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // A file that stays is replaced by the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}
