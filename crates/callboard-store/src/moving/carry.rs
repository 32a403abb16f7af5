//! One move at work: claiming the target, carrying tables page by page, comparing the ends, opening the target.

use callboard_core::canonical::hex;
use serde_json::{Value as Json, json};

use super::schema::Table;
use super::value::{self, Cells, Sum, Value};
use super::{End, NOTE, Phase, Step, Stop, ends};
use crate::error::{Error, Result};
use crate::sql::Param;
use crate::sql::haul::Haul;

/// Most rows of one page, and of the table whose rows are pieces of images (256 KiB each).
const PAGE_MAX: i64 = 2_000;
const PAGE_OF_PIECES: i64 = 32;
const PIECES: &str = "media_chunk";
/// What a page should weigh. Unit: bytes.
const PAGE_WEIGHT: usize = 4 << 20;
const PAGE_FIRST: i64 = 64;
/// What a start of the program leaves in a database that holds nothing: it may be replaced.
const LEFT_BY_A_START: [&str; 5] = ["classification", "installation", "lease", "rate_slot", "search_seat"];
/// Tables that every write of the API marks; if they are as they were, nothing was written between two runs.
const MARKED: [&str; 2] = ["organization", "counter"];

pub(super) struct Move<'a> {
    pub(super) source: &'a Haul,
    pub(super) target: &'a Haul,
    pub(super) watch: &'a mut (dyn FnMut(Step<'_>) + Send),
}

/// How far a table is, as noted in the target.
#[derive(Debug, Clone, Default)]
struct Progress {
    after: Option<Vec<Value>>,
    rows: u64,
    is_done: bool,
    /// The note as it was read; another mover's would differ.
    text: String,
}

impl Move<'_> {
    /// Makes the target this move's; answers whether an earlier run had done so.
    pub(super) async fn claim(&mut self, tables: &[Table], anew: bool) -> Result<bool, Stop> {
        let refused = |words: String| Err(Stop::Refused(End::Target, words));
        let mark = self.mark(tables).await?;
        // Every page is noted there in its own transaction, so that no page of a killed run arrives after its note is read.
        self.target.await_writers("installation").await.map_err(target)?;
        let left = self.note(NOTE).await.map_err(target)?;
        match &left {
            Some(left) if *left == mark && !anew => return Ok(true),
            Some(_) if !anew => {
                return refused(
                    "it holds a part of another state of the source, which was written since: run again with \
                     `--restart` to throw that part away"
                        .to_owned(),
                );
            }
            Some(_) => (),
            None => {
                for table in tables.iter().filter(|table| !LEFT_BY_A_START.contains(&table.name.as_str())) {
                    if ends::has_rows(self.target, table).await.map_err(target)? {
                        let words =
                            format!("it holds data already (table `{}`): name an empty one", table.name);
                        return refused(words);
                    }
                }
            }
        }
        self.begin_anew(tables, &mark).await.map_err(target)?;
        Ok(false)
    }

    /// Empties the target, referring tables first, and leaves the note.
    async fn begin_anew(&self, tables: &[Table], mark: &str) -> Result<()> {
        self.target.exec("BEGIN", &[]).await?;
        for table in tables.iter().rev() {
            self.target.exec(&format!("DELETE FROM {}", table.name), &[]).await?;
        }
        self.set_note(NOTE, mark, None).await?;
        self.target.exec("COMMIT", &[]).await.map(|_| ())
    }

    async fn mark(&mut self, tables: &[Table]) -> Result<String, Stop> {
        let mut mark = Vec::new();
        for table in tables.iter().filter(|table| MARKED.contains(&table.name.as_str())) {
            mark.extend(sum(self.source, table, |_| ()).await.map_err(source)?.checksum);
        }
        Ok(hex(&callboard_core::canonical::sha256(&mark)))
    }

    /// Brings the rest of a table over; answers how many rows this run brought.
    pub(super) async fn carry(&mut self, table: &Table) -> Result<u64, Stop> {
        let mut progress = self.progress(table).await.map_err(target)?;
        if progress.is_done {
            return Ok(0);
        }
        let of = count(self.source, table).await.map_err(source)?;
        let columns = table.names();
        let (mut limit, mut carried) = (PAGE_FIRST, 0_u64);
        loop {
            let rows = page(self.source, table, progress.after.as_deref(), limit).await.map_err(source)?;
            let more = u64::try_from(rows.len()).unwrap_or(0);
            let next = Progress {
                after: rows.last().map(|last| value::key_of(table, last)).or(progress.after),
                rows: progress.rows.saturating_add(more),
                is_done: rows.is_empty(),
                text: progress.text,
            };
            progress = self.put(table, &columns, &rows, next).await.map_err(target)?;
            carried = carried.saturating_add(more);
            let rows_now = progress.rows;
            (self.watch)(Step { table: &table.name, phase: Phase::Carry, rows: rows_now, of });
            if progress.is_done {
                return Ok(carried);
            }
            limit = next_limit(table, limit, &rows);
        }
    }

    /// A page and the note of it, together or not at all.
    async fn put(&self, table: &Table, columns: &str, rows: &[Cells], next: Progress) -> Result<Progress> {
        self.target.exec("BEGIN", &[]).await?;
        if !rows.is_empty() {
            self.target.append(table, columns, rows).await?;
        }
        let text = next.to_json().to_string();
        self.set_note(&note_of(table), &text, Some(&next.text)).await?;
        self.target.exec("COMMIT", &[]).await?;
        Ok(Progress { text, ..next })
    }

    async fn progress(&self, table: &Table) -> Result<Progress> {
        let name = note_of(table);
        if let Some(text) = self.note(&name).await? {
            let unreadable = || Error::Corrupt(format!("the note `{name}` of a move cannot be read"));
            return Progress::from_json(table, text).ok_or_else(unreadable);
        }
        let begun = Progress::default();
        let text = begun.to_json().to_string();
        self.target.exec("BEGIN", &[]).await?;
        // Whatever a start of a node left there before the move is the source's to say.
        self.target.exec(&format!("DELETE FROM {}{}", table.name, own_rows(table, "WHERE")), &[]).await?;
        self.set_note(&name, &text, None).await?;
        self.target.exec("COMMIT", &[]).await?;
        Ok(Progress { text, ..begun })
    }

    async fn note(&self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM installation WHERE name = $1";
        let found = self.target.rows(sql, &[Param::Text(name)], |row| row.get::<Vec<u8>>(0)).await?;
        let text = |bytes| String::from_utf8(bytes).map_err(|_| Error::Corrupt(format!("the note `{name}`")));
        found.into_iter().next().map(text).transpose()
    }

    /// Writes a note, in the place of `before` if that is given. Somebody else's note stops the move.
    async fn set_note(&self, name: &str, text: &str, before: Option<&str>) -> Result<()> {
        let (name, text) = (Param::Text(name), Param::Bytes(text.as_bytes()));
        let changed = match before {
            None => {
                let sql = "INSERT INTO installation (name, value) VALUES ($1, $2)";
                self.target.exec(sql, &[name, text]).await?
            }
            Some(before) => {
                let sql = "UPDATE installation SET value = $2 WHERE name = $1 AND value = $3";
                self.target.exec(sql, &[name, text, Param::Bytes(before.as_bytes())]).await?
            }
        };
        if changed == 1 { Ok(()) } else { Err(Error::Unavailable("another move is at work".to_owned())) }
    }

    /// Reads a table at both ends, once more and to its end.
    pub(super) async fn compare(&mut self, table: &Table) -> Result<(Sum, Sum), Stop> {
        let of = count(self.source, table).await.map_err(source)?.saturating_mul(2);
        let watch = &mut *self.watch;
        let mut tell = |rows| watch(Step { table: &table.name, phase: Phase::Verify, rows, of });
        let read = sum(self.source, table, &mut tell).await.map_err(source)?;
        let arrived = sum(self.target, table, |rows| tell(read.rows.saturating_add(rows))).await;
        Ok((read, arrived.map_err(target)?))
    }

    /// Takes the notes away: nodes may start on the target.
    pub(super) async fn open(&self, tables: &[Table]) -> Result<(), Stop> {
        self.target.settle(tables).await.map_err(target)?;
        let sql = format!("DELETE FROM installation WHERE name LIKE '{NOTE}%'");
        self.target.exec(&sql, &[]).await.map(|_| ()).map_err(target)
    }
}

fn source(fault: Error) -> Stop {
    Stop::Fault(End::Source, fault)
}

fn target(fault: Error) -> Stop {
    Stop::Fault(End::Target, fault)
}

fn note_of(table: &Table) -> String {
    format!("{NOTE}.{}", table.name)
}

/// The notes of a move are in a table that is carried itself; they are no part of it.
fn own_rows(table: &Table, word: &str) -> String {
    if table.name == "installation" { format!(" {word} name NOT LIKE '{NOTE}%'") } else { String::new() }
}

/// Rows behind a key, in its order.
async fn page(end: &Haul, table: &Table, after: Option<&[Value]>, limit: i64) -> Result<Vec<Cells>> {
    let key = table.key_names();
    let mut params: Vec<Param<'_>> = after.unwrap_or_default().iter().map(Value::param).collect();
    let behind = if params.is_empty() {
        own_rows(table, "WHERE")
    } else {
        let places: Vec<String> = (1..=params.len()).map(|n| format!("${n}")).collect();
        format!(" WHERE ({key}) > ({}){}", places.join(", "), own_rows(table, "AND"))
    };
    params.push(Param::Int(limit));
    let sql = format!(
        "SELECT {} FROM {}{behind} ORDER BY {key} LIMIT ${}",
        table.names(),
        table.name,
        params.len()
    );
    end.rows(&sql, &params, |row| value::read(table, row)).await
}

async fn count(end: &Haul, table: &Table) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM {}{}", table.name, own_rows(table, "WHERE"));
    let found = end.rows(&sql, &[], |row| row.get::<i64>(0)).await?;
    Ok(found.first().and_then(|rows| u64::try_from(*rows).ok()).unwrap_or(0))
}

/// A whole table's sum, read page by page.
async fn sum(end: &Haul, table: &Table, mut tell: impl FnMut(u64)) -> Result<Sum> {
    let (mut sum, mut after, mut limit) = (Sum::default(), None, PAGE_FIRST);
    loop {
        let rows = page(end, table, after.as_deref(), limit).await?;
        rows.iter().for_each(|cells| sum.add(cells));
        tell(sum.rows);
        let Some(last) = rows.last() else { return Ok(sum) };
        after = Some(value::key_of(table, last));
        limit = next_limit(table, limit, &rows);
    }
}

/// As many rows as should weigh [`PAGE_WEIGHT`], at most twice as many as before.
fn next_limit(table: &Table, limit: i64, rows: &[Cells]) -> i64 {
    let most = if table.name == PIECES { PAGE_OF_PIECES } else { PAGE_MAX };
    let weight = rows.iter().map(|cells| value::weight(cells)).sum::<usize>().max(1);
    let fitting = rows.len().saturating_mul(PAGE_WEIGHT).checked_div(weight).unwrap_or(1);
    i64::try_from(fitting).unwrap_or(most).clamp(1, limit.saturating_mul(2)).min(most)
}

impl Progress {
    fn to_json(&self) -> Json {
        json!({ "rows": self.rows, "isDone": self.is_done, "after": self.after.as_deref().map(value::key_to_json) })
    }

    fn from_json(table: &Table, text: String) -> Option<Progress> {
        let json: Json = serde_json::from_str(&text).ok()?;
        let after = match json.get("after")? {
            Json::Null => None,
            key => Some(value::key_from_json(table, key)?),
        };
        Some(Progress {
            after,
            rows: json.get("rows")?.as_u64()?,
            is_done: json.get("isDone")?.as_bool()?,
            text,
        })
    }
}
