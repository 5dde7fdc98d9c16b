//! What the process gives up before its first thread: writing, creating and renaming files, other programs, sockets but
//! TCP, connections but to mail servers and name servers. The kernel holds it, by Landlock (files, ports) and seccomp
//! (everything else); `selftest` tries each forbidden act and `table` shows what came of it.
//!
//! What is claimed is demanded: where the kernel cannot enforce all of it, nothing starts.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[path = "linux.rs"]
mod kernel;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[path = "elsewhere.rs"]
mod kernel;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod landlock;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod seccomp;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod selftest;
pub mod table;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use kernel::{confine, prove, shut, swap};

/// What the relay still needs once it is confined.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// The site's folder, which is read again when a version comes into force.
    pub site: PathBuf,
    /// Further folders whose files are read again: of certificates, and of tokens for a login.
    pub folders: BTreeSet<PathBuf>,
    /// The ports that it connects to, of mail servers and of name servers.
    pub ports: BTreeSet<u16>,
}

/// What an operator can do where the kernel cannot enforce it.
const HELP: &str = "`vellum relay --unconfined` runs without, and then nothing but its code keeps it from writing";
