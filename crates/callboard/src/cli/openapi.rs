//! `callboard openapi`: the documents of every surface as files, for repositories and code generators.

use std::io;
use std::path::{Path, PathBuf};

use super::out;
use crate::http::openapi;
use crate::surfaces::Name;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  callboard openapi --dir openapi            write the documents
  callboard openapi --dir openapi --check    fail if a document there is out of date")]
pub(super) struct Args {
    /// Directory to write to
    #[arg(long, value_name = "DIR", default_value = "openapi")]
    dir: PathBuf,
    /// Write nothing; fail and name the files that differ
    #[arg(long)]
    check: bool,
}

/// Writes the documents, or compares them with what is there.
pub(super) fn run(args: &Args) -> Result<(), String> {
    let documents = documents()?;
    if args.check { check(&args.dir, &documents) } else { write(&args.dir, &documents) }
}

/// File names and contents. The channel's contract publishes YAML as well. Source: contracts.md §1.4 (P8).
fn documents() -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (name, document) in openapi::all(None) {
        let failed =
            |error: &dyn std::fmt::Display| format!("the document of {name} cannot be written: {error}");
        let json = document.to_pretty_json().map_err(|error| failed(&error))?;
        files.push((format!("{name}.json"), json + "\n"));
        if name == Name::Channel.as_str() {
            files.push((format!("{name}.yaml"), openapi::yaml(&document).map_err(|error| failed(&error))?));
        }
    }
    Ok(files)
}

fn write(dir: &Path, documents: &[(String, String)]) -> Result<(), String> {
    let failed = |path: &Path, error: &io::Error| format!("cannot write {}: {error}", path.display());
    std::fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
    for (name, text) in documents {
        let path = dir.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
        out::line(&path.display().to_string());
    }
    Ok(())
}

fn check(dir: &Path, documents: &[(String, String)]) -> Result<(), String> {
    let is_current = |(name, text): &&(String, String)| {
        std::fs::read_to_string(dir.join(name)).is_ok_and(|there| there == *text)
    };
    let stale: Vec<String> = documents
        .iter()
        .filter(|document| !is_current(document))
        .map(|(name, _)| dir.join(name).display().to_string())
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    let dir = dir.display();
    Err(format!("out of date: {}; write them with `callboard openapi --dir {dir}`", stale.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_surface_has_a_document_and_a_changed_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let files = documents().unwrap();
        assert_eq!(files.len(), Name::ALL.len() + 1);
        write(dir.path(), &files).unwrap();
        check(dir.path(), &files).unwrap();
        std::fs::write(dir.path().join("venue.json"), "{}").unwrap();
        let stale = check(dir.path(), &files).unwrap_err();
        assert!(stale.contains("venue.json") && !stale.contains("native.json"), "{stale}");
    }
}
