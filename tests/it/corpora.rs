//! Programs other people wrote, fetched when a test asks: Debian source packages through apt, crates
//! through cargo. In: a package's name; out: the folder its source was unpacked into. Nothing of
//! them is kept in the repository; what was fetched once stays under the build's own folder.

use crate::peers;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Where the source packages come from.
const ARCHIVE: &str = "deb-src http://deb.debian.org/debian bookworm main\n";

fn store() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora")
}

/// One download at a time: they share the store.
static STORE: Mutex<()> = Mutex::new(());

/// The source of a Debian package, as its authors released it; `None` when it cannot be had.
pub(crate) fn debian(package: &str) -> Option<PathBuf> {
    let _guard = STORE.lock().unwrap_or_else(|broken| broken.into_inner());
    let folder = store().join(package);
    let (source, done) = (folder.join("source"), folder.join(".unpacked"));
    let here = done.exists() || (download(package, &folder) && unpack(&folder, &source));
    if !here {
        peers::missing(&format!("the source package {package} cannot be fetched with apt-get"));
        return None;
    }
    fs::write(done, "").unwrap();
    // Most tarballs hold one folder, some have everything at their top.
    let mut inside: Vec<PathBuf> =
        fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).collect();
    Some(if inside.len() == 1 { inside.remove(0) } else { source })
}

/// apt with lists of its own: the machine's settings are neither asked nor changed.
fn apt(arguments: &[&str]) -> Command {
    let store = store();
    fs::create_dir_all(store.join("lists/partial")).unwrap();
    fs::create_dir_all(store.join("cache/archives/partial")).unwrap();
    fs::write(store.join("sources.list"), ARCHIVE).unwrap();
    let mut command = Command::new("apt-get");
    for (name, value) in [
        ("Dir::Etc::SourceList", "sources.list"),
        ("Dir::State::Lists", "lists"),
        ("Dir::Cache", "cache"),
    ] {
        command.args(["-o", &format!("{name}={}", store.join(value).display())]);
    }
    command.args(["-o", "Dir::Etc::SourceParts=-", "-o", "APT::Sandbox::User=", "-qq"]);
    command.args(arguments).stderr(std::process::Stdio::null());
    command
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn download(package: &str, folder: &Path) -> bool {
    fs::create_dir_all(folder).unwrap();
    let mut fetch = apt(&["source", "--download-only", package]);
    fetch.current_dir(folder);
    succeeds(&mut fetch) || (succeeds(&mut apt(&["update"])) && succeeds(&mut fetch))
}

/// Unpacks the tarball that is the authors' own.
fn unpack(folder: &Path, source: &Path) -> bool {
    fs::create_dir_all(source).unwrap();
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let tarball = files.into_iter().find(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.contains(".orig.tar.")
    });
    tarball.is_some_and(|tarball| {
        succeeds(Command::new("tar").arg("-xf").arg(tarball).arg("-C").arg(source))
    })
}

/// The source of a crate; `None` when it cannot be had.
pub(crate) fn krate(name: &str, version: &str) -> Option<PathBuf> {
    let _guard = STORE.lock().unwrap_or_else(|broken| broken.into_inner());
    let project = store().join(format!("crate-{name}-{version}"));
    let vendored = project.join("vendor");
    let done = project.join(".vendored");
    if !done.exists() {
        fs::create_dir_all(project.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\n[workspace]\n\
             [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n"
        );
        fs::write(project.join("Cargo.toml"), manifest).unwrap();
        fs::write(project.join("src/lib.rs"), "").unwrap();
        let mut vendor = Command::new(env!("CARGO"));
        vendor.args(["vendor", "--quiet"]).arg(&vendored).current_dir(&project);
        vendor.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        if !succeeds(&mut vendor) {
            peers::missing(&format!("the crate {name} {version} cannot be fetched with cargo"));
            return None;
        }
        fs::write(done, "").unwrap();
    }
    Some(vendored.join(name))
}
