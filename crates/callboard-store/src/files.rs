//! The files of a SQLite database: made for their owner alone, locked for one process.
//! Source: promises §3 rule 19.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Makes the directory (0700) and the file (0600) where they are missing, and answers the one true path,
/// so that two spellings of it take the same lock.
pub(crate) fn prepare(path: &Path) -> Result<PathBuf> {
    let cannot = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", path.display()));
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.exists()) {
        directory(parent).map_err(cannot)?;
    }
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Ok(_) => (),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => (),
        Err(e) => return Err(cannot(e)),
    }
    path.canonicalize().map_err(cannot)
}

/// Takes the lock file beside the database, for this process alone.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let cannot = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", Path::new(&name).display()));
    let mut options = OpenOptions::new();
    let file = private(options.create(true).truncate(false).write(true)).open(&name).map_err(cannot)?;
    file.try_lock().map_err(|_| Error::Busy("another process has the database open"))?;
    Ok(file)
}

#[cfg(unix)]
fn directory(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn directory(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
