//! The table, for the terminal and for `docs/benchmarks.md`.

use std::fmt::Write;
use std::path::Path;

use crate::Measured;
use crate::measure::Outcome;
use crate::options::{Engine, Options};

const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";
const MIB: f64 = 1024.0 * 1024.0;

/// What was measured on one engine, as Markdown.
pub fn table(measured: &Measured) -> String {
    let mut out = String::from(
        "| Work | requests/s | bare | ratio (least, most) | owed | goal | p50 | p99 | bare p50 | bare p99 \
         | CPU per request | bare | memory |\n| --- | --: | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n",
    );
    for outcome in &measured.outcomes {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", row(outcome, measured.engine));
    }
    if let Some(life) = &measured.life {
        let _ = writeln!(
            out,
            "\nW7: ready {:.0} ms after the start with a new database (median of 11; worst {:.0} ms); {:.1} MB resident \
             when idle, {:.1} MB after all works above.",
            life.start_ms,
            life.start_worst_ms,
            life.idle as f64 / MIB,
            life.loaded as f64 / MIB
        );
    }
    for note in &measured.notes {
        let _ = writeln!(out, "\n{note}");
    }
    out
}

fn row(outcome: &Outcome, engine: Engine) -> String {
    let (ours, theirs) = (outcome.callboard, outcome.bare);
    let (owed, goal) = aims(outcome, engine);
    let figure = |aim: f64| if aim > 0.0 { format!("{aim:.3}") } else { "–".to_owned() };
    let missed = if outcome.ratio < owed { " **missed**" } else { "" };
    let bad = if outcome.bad > 0 { format!(" ({} failed)", outcome.bad) } else { String::new() };
    format!(
        "| {} {}{bad} | {:.0} | {:.0} | {:.3} ({:.3}, {:.3}){missed} | {} | {} | {} | {} | {} | {} | {:.1} µs | {:.1} µs | {:.0} MB |",
        outcome.work.id,
        outcome.work.what,
        ours.per_second,
        theirs.per_second,
        outcome.ratio,
        outcome.ratio_min,
        outcome.ratio_max,
        figure(owed),
        figure(goal),
        ms(ours.p50_us),
        ms(ours.p99_us),
        ms(theirs.p50_us),
        ms(theirs.p99_us),
        ours.cpu_us,
        theirs.cpu_us,
        ours.resident as f64 / MIB,
    )
}

fn aims(outcome: &Outcome, engine: Engine) -> (f64, f64) {
    match engine {
        Engine::Sqlite => outcome.work.aims.sqlite,
        Engine::Postgres => outcome.work.aims.postgres,
    }
}

/// A line while it runs.
pub fn line(outcome: &Outcome, engine: Engine) -> String {
    let (owed, _) = aims(outcome, engine);
    let bad = if outcome.bad > 0 { format!(", {} failed", outcome.bad) } else { String::new() };
    format!(
        "    {:.0}/s of {:.0}/s: {:.3} (owed {owed:.3}), p99 {}, {:.1} µs CPU{bad}",
        outcome.callboard.per_second,
        outcome.bare.per_second,
        outcome.ratio,
        ms(outcome.callboard.p99_us),
        outcome.callboard.cpu_us
    )
}

fn ms(us: f64) -> String {
    format!("{:.2} ms", us / 1e3)
}

/// Puts the tables between the marks of the document.
pub fn write(file: &Path, options: &Options, all: &[Measured], grown: &[String]) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (before, rest) = text.split_once(BEGIN).ok_or("docs/benchmarks.md has lost its marks")?;
    let (_, after) = rest.split_once(END).ok_or("docs/benchmarks.md has lost its marks")?;
    let mut body = format!(
        "\n{} alternations of {} seconds, {} events.\n",
        options.effort.alternations, options.effort.seconds, options.events
    );
    for measured in all {
        let _ = write!(body, "\n### {}\n\n{}", measured.engine.name(), table(measured));
    }
    for table in grown {
        let _ = write!(body, "\n### W6: growth\n\n{table}");
    }
    std::fs::write(file, format!("{before}{BEGIN}\n{body}\n{END}{after}"))
        .map_err(|error| format!("{}: {error}", file.display()))
}
