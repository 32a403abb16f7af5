//! The signing secret: made once, read by its owner only, shown to nobody.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::SettingsError;

/// Bytes of the secret; in the file they are hexadecimal.
pub const SECRET_BYTES: usize = 32;
/// More than any secret file has; a wrong path may name a large file.
const FILE_MAX: u64 = 1024;

/// What sessions and tokens are signed with.
#[derive(Clone)]
pub struct SigningSecret([u8; SECRET_BYTES]);

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

impl SigningSecret {
    /// The bytes, for the signing code only.
    pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// What tells two secrets apart and gives neither away.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut marked = b"callboard signing secret\0".to_vec();
        marked.extend_from_slice(&self.0);
        callboard_core::canonical::sha256(&marked)
    }

    /// Reads the secret from `path`, or makes it there from what `draw` draws: [`SECRET_BYTES`] bytes of the
    /// system's randomness, asked for at the first start only.
    ///
    /// # Errors
    /// If others may read the file, if it holds no secret, or if it cannot be read or made.
    pub fn load_or_make(
        path: &Path,
        draw: impl FnOnce() -> io::Result<[u8; SECRET_BYTES]>,
    ) -> Result<SigningSecret, SettingsError> {
        let fault = |reason: String| SettingsError::Secret { path: path.to_owned(), reason };
        match File::open(path) {
            Ok(file) => SigningSecret::read(file).map_err(fault),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match draw().and_then(|bytes| SigningSecret::make(path, bytes)) {
                    Ok(secret) => Ok(secret),
                    // Another process was faster.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::open(path)
                        .map_err(|error| fault(format!("cannot be read: {error}")))
                        .and_then(|file| SigningSecret::read(file).map_err(fault)),
                    Err(error) => Err(fault(format!("cannot be made: {error}"))),
                }
            }
            Err(error) => Err(fault(format!("cannot be read: {error}"))),
        }
    }

    fn read(file: File) -> Result<SigningSecret, String> {
        let unreadable = |error: io::Error| format!("cannot be read: {error}");
        let mode = file.metadata().map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!("is open to others (mode {:04o}): run `chmod 600` on it", mode & 0o7777));
        }
        let mut text = String::new();
        file.take(FILE_MAX).read_to_string(&mut text).map_err(unreadable)?;
        parse(text.trim()).map(SigningSecret).ok_or_else(|| {
            format!("is not {} hexadecimal digits: restore it, or remove it to have a new one made (everyone is signed out)", SECRET_BYTES * 2)
        })
    }

    /// Written beside and linked into place, so that a crash leaves a whole secret or none.
    fn make(path: &Path, bytes: [u8; SECRET_BYTES]) -> io::Result<SigningSecret> {
        let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        text.push('\n');
        let fresh = path.with_extension(format!("new-{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        let linked = std::fs::hard_link(&fresh, path);
        std::fs::remove_file(&fresh)?;
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            // Else a power cut may take the name away, and everyone would be signed out.
            File::open(directory)?.sync_all()?;
        }
        linked.map(|()| SigningSecret(bytes))
    }
}

fn parse(text: &str) -> Option<[u8; SECRET_BYTES]> {
    if text.len() != SECRET_BYTES * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0_u8; SECRET_BYTES];
    for (byte, start) in bytes.iter_mut().zip((0..).step_by(2)) {
        let digits = text.get(start..start + 2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        *byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    }
    Some(bytes)
}
