//! Readers that note a fault with its place and go on, so that one answer names all of them.

use callboard_core::event::patch::Change;
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::text;

/// The faults of a body so far.
#[derive(Debug, Default)]
pub(in crate::surfaces::native) struct Reading(pub(in crate::surfaces::native) Issues);

impl Reading {
    /// A member that may be cleared.
    pub(in crate::surfaces::native) fn each<T, U, E: std::fmt::Display>(
        &mut self,
        path: &str,
        said: Option<Option<T>>,
        read: impl FnOnce(T) -> Result<U, E>,
    ) -> Change<U> {
        match said? {
            None => Some(None),
            Some(value) => self.0.keep(path, IssueCode::InvalidFormat, read(value)).map(Some),
        }
    }

    /// A member that cannot be cleared.
    pub(in crate::surfaces::native) fn value<T, U, E: std::fmt::Display>(
        &mut self,
        path: &str,
        said: Option<T>,
        read: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<U> {
        said.and_then(|value| self.0.keep(path, IssueCode::InvalidFormat, read(value)))
    }

    /// One line of at most `max` characters.
    pub(in crate::surfaces::native) fn line(
        &mut self,
        path: &str,
        said: Option<Option<String>>,
        max: usize,
    ) -> Change<String> {
        self.each(path, said, |value| text::line(&value, max))
    }

    /// Several lines of at most `max` characters.
    pub(in crate::surfaces::native) fn lines(
        &mut self,
        path: &str,
        said: Option<Option<String>>,
        max: usize,
    ) -> Change<String> {
        self.each(path, said, |value| text::lines(&value, max))
    }

    /// An http or https address.
    pub(in crate::surfaces::native) fn address(
        &mut self,
        path: &str,
        said: Option<Option<String>>,
    ) -> Change<String> {
        self.each(path, said, |value| text::address(&value))
    }
}
