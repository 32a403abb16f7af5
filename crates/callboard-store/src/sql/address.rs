//! A PostgreSQL address: what tokio-postgres reads of it, and three parameters of our own.
//!
//! `sslmode` as libpq has it (`disable`, `prefer`, `require`, `verify-ca`, `verify-full`), `sslrootcert=FILE`,
//! and `statement_cache=off` for a pooler that gives every transaction another session.

use std::path::PathBuf;

use tokio_postgres::Config;

use crate::error::{Error, Result};

#[derive(Debug)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) proof: Proof,
    /// The authorities to trust; the system's if none is named.
    pub(super) roots: Option<PathBuf>,
    /// Whether a session is ours from connecting to closing, with its settings and prepared statements.
    pub(super) keeps_session: bool,
}

/// What an encrypted server must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Nothing,
    /// Its certificate comes from an authority that is trusted.
    Chain,
    /// And it is the server's whose name the address has.
    ChainAndName,
}

pub(super) fn read(url: &str) -> Result<Address> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut roots, mut keeps_session) = ("prefer", None, true);
    let mut theirs: Vec<&str> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = value,
            Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value)),
            Some(("statement_cache", "off")) => keeps_session = false,
            Some(("statement_cache", "on")) => keeps_session = true,
            Some(("statement_cache", other)) => {
                return Err(wrong(&format!("statement_cache is on or off, not `{other}`")));
            }
            _ => theirs.push(pair),
        }
    }
    let (plain_mode, proof) = match (mode, &roots) {
        ("disable", _) => ("disable", Proof::Nothing),
        ("prefer", _) => ("prefer", Proof::Nothing),
        // As libpq: whoever names an authority wants it asked.
        ("require", None) => ("require", Proof::Nothing),
        ("require", Some(_)) | ("verify-ca", _) => ("require", Proof::Chain),
        ("verify-full", _) => ("require", Proof::ChainAndName),
        (other, _) => {
            let modes = "disable, prefer, require, verify-ca or verify-full";
            return Err(wrong(&format!("sslmode is {modes}, not `{other}`")));
        }
    };
    let mode = format!("sslmode={plain_mode}");
    theirs.push(&mode);
    let config = format!("{base}?{}", theirs.join("&")).parse().map_err(|e| wrong(&e))?;
    Ok(Address { config, proof, roots, keeps_session })
}

pub(super) fn wrong(why: &dyn std::fmt::Display) -> Error {
    Error::Unavailable(format!("the PostgreSQL address is wrong: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(query: &str) -> Proof {
        read(&format!("postgres://me@db/x?{query}")).unwrap().proof
    }

    #[test]
    fn modes_are_those_of_libpq() {
        assert_eq!(proof(""), Proof::Nothing);
        assert_eq!(proof("sslmode=require"), Proof::Nothing);
        assert_eq!(proof("sslmode=require&sslrootcert=/ca.pem"), Proof::Chain);
        assert_eq!(proof("sslmode=verify-ca"), Proof::Chain);
        assert_eq!(proof("sslmode=verify-full"), Proof::ChainAndName);
        let said = read("postgres://me@db/x?sslmode=perhaps").unwrap_err().to_string();
        assert!(said.contains("verify-full, not `perhaps`"), "{said}");
    }

    #[test]
    fn other_parameters_are_passed_on() {
        let address = read("postgres://me@db/x?connect_timeout=3&statement_cache=off").unwrap();
        assert!(!address.keeps_session);
        assert_eq!(address.config.get_connect_timeout(), Some(&std::time::Duration::from_secs(3)));
        assert!(read("postgres://me@db/x?statement_cache=no").is_err());
        assert!(read("postgres://me@db/x?nonsense=1").is_err());
    }
}
