//! Programs other people wrote, fetched when a test asks: Debian source packages through apt, crates
//! through cargo, Python packages through pip. In: a package's name; out: the folder its source was
//! unpacked into. Nothing of them is kept in the repository; what was fetched once stays under the
//! build's own folder.

use crate::peers;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The release the source packages come from, where a test does not name another.
const RELEASE: &str = "bookworm";

fn store() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora")
}

/// One download at a time: they share the store.
static STORE: Mutex<()> = Mutex::new(());

/// The source of a Debian package, as its authors released it; `None` when it cannot be had.
pub(crate) fn debian(package: &str) -> Option<PathBuf> {
    debian_of(RELEASE, package)
}

/// The same from another release of Debian.
pub(crate) fn debian_of(release: &str, package: &str) -> Option<PathBuf> {
    let _guard = STORE.lock().unwrap_or_else(|broken| broken.into_inner());
    let folder = store().join(package);
    let (source, done) = (folder.join("source"), folder.join(".unpacked"));
    let here = done.exists() || {
        // Nothing but the authors' tarball is used: that another part is missing does not matter.
        download(release, package, &folder);
        unpack(&folder, &source)
    };
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
fn apt(release: &str, arguments: &[&str]) -> Command {
    let store = match release {
        RELEASE => store(),
        other => store().join(format!("release-{other}")),
    };
    fs::create_dir_all(store.join("lists/partial")).unwrap();
    fs::create_dir_all(store.join("cache/archives/partial")).unwrap();
    let archive = format!("deb-src http://deb.debian.org/debian {release} main\n");
    fs::write(store.join("sources.list"), archive).unwrap();
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

fn download(release: &str, package: &str, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut fetch = apt(release, &["source", "--download-only", package]);
    fetch.current_dir(folder);
    let _ =
        succeeds(&mut fetch) || (succeeds(&mut apt(release, &["update"])) && succeeds(&mut fetch));
}

/// Unpacks the tarball that is the authors' own.
fn unpack(folder: &Path, source: &Path) -> bool {
    fs::create_dir_all(source).unwrap();
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let tarball = files.into_iter().find(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.contains(".orig.tar.") && !name.ends_with(".asc")
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

/// A Python package's files; `None` when they cannot be had.
pub(crate) fn wheel(name: &str, version: &str) -> Option<PathBuf> {
    let _guard = STORE.lock().unwrap_or_else(|broken| broken.into_inner());
    let folder = store().join(format!("wheel-{name}-{version}"));
    let (files, done) = (folder.join("files"), folder.join(".unpacked"));
    if !done.exists() {
        fs::create_dir_all(&folder).unwrap();
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]);
        pip.arg("-d").arg(&folder).arg(format!("{name}=={version}"));
        pip.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let fetched = succeeds(&mut pip);
        let inside = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let archive = inside.into_iter().find(|path| path.extension().is_some_and(|e| e == "whl"));
        let unpacked = archive.is_some_and(|archive| {
            let mut unzip = Command::new("python3");
            succeeds(unzip.args(["-m", "zipfile", "-e"]).arg(archive).arg(&files))
        });
        if !(fetched && unpacked) {
            peers::missing(&format!("the Python package {name} {version} cannot be fetched"));
            return None;
        }
        fs::write(done, "").unwrap();
    }
    Some(files)
}
