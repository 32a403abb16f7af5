//! Runs the reference in one Python process, in a virtual environment of its own if need be.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const PACKAGE: &str = "python-dateutil==2.9.0.post0";

/// The answers to `requests`, in their order.
pub(crate) fn answers(requests: &[Value]) -> Vec<Value> {
    let python = python_with_dateutil();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let input = directory.join("recurrence-requests.jsonl");
    let lines: Vec<String> = requests.iter().map(Value::to_string).collect();
    std::fs::write(&input, lines.join("\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rrule_reference.py");
    let output = Command::new(&python)
        .arg(script)
        .stdin(File::open(&input).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the reference failed: {}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), requests.len());
    answers
}

/// A Python that has the library: the one on the path, or one in the target directory.
fn python_with_dateutil() -> PathBuf {
    let on_path = PathBuf::from("python3");
    if has_dateutil(&on_path) {
        return on_path;
    }
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rrule-venv");
    let python = environment.join("bin/python");
    if !has_dateutil(&python) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]));
    }
    assert!(has_dateutil(&python), "{PACKAGE} was installed but cannot be imported; {REMEDY}");
    python
}

const REMEDY: &str = "install python3 and run `pip install python-dateutil`, then test again";

fn has_dateutil(python: &Path) -> bool {
    let import = Command::new(python).args(["-c", "import dateutil.rrule"]).stderr(Stdio::null()).status();
    import.is_ok_and(|status| status.success())
}

fn run(command: &mut Command) {
    let done = command.status().is_ok_and(|status| status.success());
    assert!(done, "`{command:?}` failed, and recurrence rules are tested against python-dateutil; {REMEDY}");
}
