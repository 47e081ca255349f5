//! Goldens: each C file in `messages/` beside the diagnostics it gives, one line each in `.txt` and
//! as pictures in `.picture`; each in `tree/` beside its typed tree. `BLESS=1` writes them anew;
//! what changed is read in the diff.

use cfront::session::{Context, Mode, Options, Standard};
use preproc::Preprocessor;
use preproc::render::{Form, all};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = fs::read_dir(&folder).expect("the folder of goldens");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "c"));
    files.sort();
    assert!(!files.is_empty());
    files
}

/// What a file gives.
struct Seen {
    lines: String,
    pictures: String,
    /// If it has no errors.
    tree: Option<String>,
}

fn run(path: &Path) -> Seen {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut language = preproc::options::Options::default();
    let mut options = Options::default();
    (options.warnings.all, options.warnings.extra) = (true, true);
    options.warnings.pedantic = path.ends_with("newer-than-the-standard.c");
    // `// options: -std=gnu17 -Wconversion`
    let first = text.lines().next().and_then(|line| line.strip_prefix("// options: "));
    for word in first.unwrap_or_default().split_whitespace() {
        match word {
            "-std=gnu17" => {
                language.std = preproc::options::Std::C17;
                options.standard = Standard::C17;
            }
            _ => {
                let name = word.strip_prefix("-W").expect("an option that is known here");
                options.warnings.option(name).expect("a warning's name");
            }
        }
    }
    let mut pp = Preprocessor::new(language);
    let mut ctx = Context::new(&mut pp.names, options);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let source = pp.add_source(&name, fs::read(path).expect("a readable file"));
    let read = pp.preprocess(source);
    let checked = cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, Mode::File);
    let mut diags = read.diags;
    let good = checked.is_ok();
    diags.extend(checked.diags);
    let picture = Form::Picture { colors: false, width: 100 };
    Seen {
        lines: all(&pp.sources, &pp.names, &diags, Form::Lines),
        pictures: all(&pp.sources, &pp.names, &diags, picture),
        tree: good.then(|| cfront::dump::unit(&checked.unit, &ctx, &pp.names)),
    }
}

fn compare(golden: &Path, found: &str, wrong: &mut Vec<String>) {
    if std::env::var("BLESS").is_ok() {
        fs::write(golden, found).expect("a writable golden");
        return;
    }
    let expected = fs::read_to_string(golden).unwrap_or_default();
    if expected != found {
        let line = expected.lines().zip(found.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or(expected.lines().count().min(found.lines().count()));
        let (a, b) = (expected.lines().nth(line), found.lines().nth(line));
        let name = golden.display();
        wrong.push(format!("{name}:{}: expected {a:?}, found {b:?}", line + 1));
    }
}

#[test]
fn messages() {
    let mut wrong = Vec::new();
    for path in files("messages") {
        let seen = run(&path);
        compare(&path.with_extension("txt"), &seen.lines, &mut wrong);
        compare(&path.with_extension("picture"), &seen.pictures, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn trees() {
    let mut wrong = Vec::new();
    for path in files("tree") {
        let Seen { lines, tree, .. } = run(&path);
        let tree = tree.unwrap_or_else(|| panic!("{}: {lines}", path.display()));
        compare(&path.with_extension("txt"), &format!("{lines}{tree}"), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
