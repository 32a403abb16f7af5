//! The store's own texts: every piece of SQL that orders, limits or counts must have run, or the lists above forgot one.

use std::path::{Path, PathBuf};

use crate::sql::Engine;

/// Signs of a list.
const SIGNS: [&str; 4] = ["ORDER BY", "LIMIT ", "COUNT(", "count("];
/// What reads whole tables because that is its work, on its own connections and outside of requests.
const APART: [&str; 3] = ["moving", "plans", "migrate.rs"];

/// A piece of SQL and where it stands.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) file: String,
    pub(super) text: String,
}

/// Words with one space between them.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pieces that run on several nodes only: a lone one knows the counters.
const SHARED_ONLY: [&str; 1] = [", o.id, o.version, o.stock_version FROM api_key k"];

pub(super) fn pieces(engine: Engine) -> Vec<Piece> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &mut files);
    let mut pieces = Vec::new();
    for path in files {
        let file = path.strip_prefix(&root).unwrap().display().to_string();
        if APART.iter().any(|apart| file.starts_with(apart)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let own = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
        let listed = literals(own).into_iter().filter(|text| SIGNS.iter().any(|sign| text.contains(sign)));
        let texts = listed.map(|text| plain(&text)).filter(|text| {
            engine == Engine::Postgres || !SHARED_ONLY.iter().any(|shared| text.starts_with(shared))
        });
        pieces.extend(texts.map(|text| Piece { file: file.clone(), text }));
    }
    pieces
}

fn gather(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// The string literals of a Rust text; comments and characters are stepped over.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (_, from) = rest.split_at(at);
        if from.starts_with("//") {
            rest = from.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(after) = ["'\"'", "'\\\"'"].iter().find_map(|quoted| from.strip_prefix(quoted)) {
            rest = after;
        } else if let Some(inside) = from.strip_prefix('"') {
            let (literal, after) = literal(inside);
            found.push(literal);
            rest = after;
        } else {
            rest = from.get(1..).unwrap_or("");
        }
    }
    found
}

/// A literal up to its closing quote, and what is behind it.
fn literal(text: &str) -> (String, &str) {
    let mut made = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (made, text.get(at + 1..).unwrap_or("")),
            // The end of a line is left out with the space before the next.
            '\\' => made.extend(chars.next().map(|(_, next)| if next == '\n' { ' ' } else { next })),
            _ => made.push(char),
        }
    }
    (made, "")
}
