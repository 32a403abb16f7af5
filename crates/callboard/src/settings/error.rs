//! What can be wrong with settings, in one line each.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The compiled-in defaults.
    Default,
    /// A settings file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A command-line flag.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("the defaults"),
            Source::File(path) => write!(f, "`{}`", path.display()),
            Source::Environment(name) => write!(f, "environment variable `{name}`"),
            Source::Flag(name) => write!(f, "flag `{name}`"),
        }
    }
}

/// A setting that stops the start.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A value that does not fit.
    #[error("setting `{name}` from {source_of} is `{value}`: it must be {wanted}")]
    Value {
        /// The setting.
        name: String,
        /// Where the value came from.
        source_of: Source,
        /// The value; passwords in it are blanked.
        value: String,
        /// What would be right.
        wanted: String,
    },
    /// A name that is no setting.
    #[error("`{}` has an unknown setting `{name}`{}", path.display(), nearest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
        /// The setting that is spelt most like it.
        nearest: Option<&'static str>,
    },
    /// A settings file that cannot be read.
    #[error("cannot read the settings file `{}`: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A data directory that cannot be made.
    #[error("setting `data_dir` is `{}`, which cannot be made: {error}", path.display())]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A secret file that cannot be used.
    #[error("the signing secret `{}` {reason}", path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
}
