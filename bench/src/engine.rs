//! The storage under the server: a file, or a private PostgreSQL on the same cores.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::options::Engine;

/// A running database, or none.
#[derive(Debug)]
pub enum Database {
    File,
    Postgres { dir: PathBuf, address: String },
}

impl Database {
    pub fn start(engine: Engine, scratch: &Path) -> Result<Database, String> {
        if engine == Engine::Sqlite {
            return Ok(Database::File);
        }
        let dir = scratch.join("postgres");
        // Its own user must reach the directory.
        let open = Command::new("chmod").args(["755"]).arg(scratch).status();
        open.map_err(|error| error.to_string())?;
        let started = Command::new("tests/postgres.sh")
            .arg("start")
            .arg(&dir)
            .env("CALLBOARD_TEST_FSYNC", "on")
            .output()
            .map_err(|error| error.to_string())?;
        if !started.status.success() {
            return Err(format!("PostgreSQL did not start: {}", String::from_utf8_lossy(&started.stderr)));
        }
        let address = String::from_utf8_lossy(&started.stdout).trim().to_owned();
        Ok(Database::Postgres { dir, address })
    }

    /// How the server is told of it.
    pub fn flags(&self) -> Vec<String> {
        match self {
            Database::File => Vec::new(),
            Database::Postgres { address, .. } => vec!["--database-url".to_owned(), address.clone()],
        }
    }

    /// Tells the planner how large its tables have become. PostgreSQL does so by itself within a minute of any growth, and
    /// without it plans by the empty tables of the start, which a run of a few seconds would measure instead.
    pub fn settle(&self) -> Result<(), String> {
        let Database::Postgres { address, .. } = self else { return Ok(()) };
        let ran = Command::new("psql").args([address, "-q", "-c", "ANALYZE"]).status();
        let ran = ran.map_err(|error| format!("psql does not run: {error}"))?;
        if ran.success() { Ok(()) } else { Err("ANALYZE failed".to_owned()) }
    }

    /// Processor time that the database's own processes have used, those that ended included.
    pub fn cpu_s(&self) -> f64 {
        let Database::Postgres { dir, .. } = self else { return 0.0 };
        let pid = std::fs::read_to_string(dir.join("data/postmaster.pid")).unwrap_or_default();
        pid.lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .map_or(0.0, crate::process::cpu_of_family)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Database::Postgres { dir, .. } = self {
            let _ = Command::new("tests/postgres.sh").arg("stop").arg(dir).status();
        }
    }
}
