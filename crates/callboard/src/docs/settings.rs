//! The page of settings, written from the defaults file that is compiled in.

use std::fmt::Write;

/// The line of the page that becomes the tables.
pub(super) const MARKER: &str = "<!-- settings -->";
const DEFAULTS: &str = include_str!("../../callboard.default.toml");

/// A table for each section of the file.
pub(super) fn tables() -> String {
    let mut text = String::new();
    let mut about = String::new();
    for line in DEFAULTS.lines() {
        if let Some(section) = line.strip_prefix("# --- ") {
            let _ = writeln!(
                text,
                "\n## {}\n\n| Setting | Default | |\n| --- | --- | --- |",
                section.trim_end_matches(" ---")
            );
            about.clear();
        } else if let Some(comment) = line.strip_prefix("# ") {
            about.push_str(if about.is_empty() { "" } else { " " });
            about.push_str(comment);
        } else if let Some((name, value)) = line.split_once(" = ") {
            let _ = writeln!(text, "| `{name}` | `{value}` | {} |", about.replace('|', "\\|"));
            about.clear();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_setting_of_the_file_is_on_the_page() {
        let tables = super::tables();
        let settings =
            super::DEFAULTS.lines().filter(|line| !line.starts_with('#') && line.contains(" = ")).count();
        assert_eq!(tables.lines().filter(|line| line.starts_with("| `")).count(), settings);
        assert!(
            tables.contains("| `listen` | `\"127.0.0.1:8080\"` | Address and port to listen on."),
            "{tables}"
        );
    }
}
