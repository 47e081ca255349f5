//! Peers and corpora from Debian packages. A test that needs one that is absent says so and is
//! skipped; with `TINE_REQUIRE_PEERS` set (as `.ci/run` does) it fails instead.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The path, if it exists; otherwise says what is missing.
pub(crate) fn file(path: &str, package: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    if path.exists() {
        return Some(path.to_path_buf());
    }
    skip(&path.display().to_string(), package);
    None
}

/// Reports a skipped check; always false.
fn skip(what: &str, package: &str) -> bool {
    missing(&format!("{what} is not here (Debian package {package})"));
    false
}

/// Reports what a check that is skipped for it wants.
pub(crate) fn missing(what: &str) {
    let line = format!("SKIP: {what}");
    assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "{line}");
    // Past the test harness's capture, so that a skip is seen.
    let _ = Command::new("sh").arg("-c").arg(format!("echo '{line}' >&2")).status();
}

/// Unpacks the folders of gcc's own test suite that match `what` into `to`.
pub(crate) fn unpack_gcc_tests(what: &str, to: &Path) -> Option<PathBuf> {
    let tarball = file("/usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz", "gcc-12-source")?;
    let inside = format!("gcc-12.2.0/gcc/testsuite/{what}");
    let done = Command::new("tar")
        .arg("-xJf")
        .arg(&tarball)
        .arg("-C")
        .arg(to)
        .arg(&inside)
        .status()
        .expect("tar");
    assert!(done.success(), "{} holds no {inside}", tarball.display());
    Some(to.join(inside))
}
