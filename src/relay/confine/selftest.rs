//! The self-test: every forbidden act is really tried. An act counts as refused when the kernel says that it is not
//! permitted; any other failure would only say that this once nothing came of it.

#![expect(clippy::disallowed_methods, reason = "forbidden acts are tried here")]

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::{Pid, execve};
use rustix::fs::{CWD, MemfdFlags, Mode, OFlags, ResolveFlags, XattrFlags, ftruncate, memfd_create, openat2, setxattr};
use rustix::net::{AddressFamily, Protocol, SocketType, socket};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, dumpable_behavior, getpid, getrlimit, set_dumpable_behavior, setrlimit,
    test_kill_process,
};
use rustix::thread::{SecureComputingMode, no_new_privs, secure_computing_mode};

use super::Needs;
use super::table::Row;

/// The name of a file that must never come to be.
const FILE: &str = "vellum-self-test";

/// What the acts are tried on.
#[derive(Clone)]
struct Scene {
    /// The site's folder.
    site: PathBuf,
    /// A file that may be read.
    file: PathBuf,
    /// A port that is not among those that may be connected to.
    port: u16,
}

type Act = (&'static str, fn(&Scene) -> io::Result<()>);

/// All acts, in the order in which they are shown.
const ACTS: &[Act] = &[
    ("create a file in the site's folder", |scene| create(&scene.site)),
    ("create a file in /tmp", |_| create(Path::new("/tmp"))),
    ("create a file in shared memory", |_| create(Path::new("/dev/shm"))),
    ("open a file of the site for writing", |scene| OpenOptions::new().write(true).open(&scene.file).map(drop)),
    ("open a file by openat2", |scene| {
        Ok(openat2(CWD, &scene.file, OFlags::RDONLY, Mode::empty(), ResolveFlags::empty()).map(drop)?)
    }),
    ("read a file that is not the site's", |_| File::open("/proc/self/status").map(drop)),
    ("cut a file short", |scene| Ok(ftruncate(File::open(&scene.file)?, 0)?)),
    ("rename a file", |scene| fs::rename(&scene.file, &scene.file)),
    ("link to a file", |scene| undone(&scene.site, |place| fs::hard_link(&scene.file, place))),
    ("link to a file by name", |scene| undone(&scene.site, |place| symlink(&scene.file, place))),
    ("make a folder", |scene| {
        fs::create_dir(scene.site.join(FILE)).inspect(|()| drop(fs::remove_dir(scene.site.join(FILE))))
    }),
    ("remove a file", |scene| fs::remove_file(scene.site.join(FILE))),
    ("set an extended attribute", |scene| Ok(setxattr(&scene.file, "user.vellum", b"", XattrFlags::REPLACE)?)),
    ("change who may read a file", |scene| {
        let mode = fs::metadata(&scene.file)?.permissions().mode();
        fs::set_permissions(&scene.file, PermissionsExt::from_mode(mode))
    }),
    ("change the time of a file", |scene| File::open(&scene.file)?.set_modified(SystemTime::UNIX_EPOCH)),
    ("make a file in memory", |_| Ok(memfd_create(FILE, MemfdFlags::CLOEXEC).map(drop)?)),
    ("become another program", |_| become_another()),
    ("fork, to start another program", |_| started()),
    ("trace a process", |_| Ok(ptrace::cont(Pid::this(), None)?)),
    ("read the memory of a process", |_| read_memory()),
    ("signal a process", |_| Ok(test_kill_process(getpid())?)),
    ("open a Unix socket", |_| UnixDatagram::unbound().map(drop)),
    ("open a pair of Unix sockets", |_| UnixStream::pair().map(drop)),
    ("open a UDP socket", |_| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map(drop)),
    ("open a netlink socket", |_| Ok(socket(AddressFamily::NETLINK, SocketType::RAW, None).map(drop)?)),
    ("open a raw socket", |_| {
        Ok(socket(AddressFamily::INET, SocketType::RAW, Some(rustix::net::ipproto::ICMP)).map(drop)?)
    }),
    ("open an MPTCP socket", |_| mptcp()),
    ("listen on a port", |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)),
    ("connect to a port that is no mail server's", |scene| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, scene.port));
        TcpStream::connect_timeout(&address, Duration::from_secs(1)).map(drop)
    }),
    ("let others read its memory again", |_| Ok(set_dumpable_behavior(DumpableBehavior::Dumpable)?)),
    ("allow core dumps again", |_| Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)),
];

/// Tries everything and looks at the state of the process.
pub fn rows(needs: &Needs) -> Vec<Row> {
    let file = needs.site.join("site.yaml");
    let port = (1..=u16::MAX).find(|port| !needs.ports.contains(port)).unwrap_or_default();
    let scene = Scene { site: needs.site.clone(), file, port };
    let here = tried(&scene);
    let there = std::thread::Builder::new().spawn(move || (tried(&scene), state()));
    let (there, its_state) = match there.map(std::thread::JoinHandle::join) {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => (vec!["not tried".to_owned(); ACTS.len()], vec!["not looked at".to_owned(); 2]),
    };
    let acts = ACTS.iter().zip(here.into_iter().zip(there));
    let mut rows: Vec<Row> =
        acts.map(|((act, _), got)| Row { act, expected: "refused", got: both(&got.0, &got.1) }).collect();
    let names = ["no new privileges", "system calls are filtered"];
    let states = names.into_iter().zip(state().into_iter().zip(its_state));
    rows.extend(states.map(|(act, got)| Row { act, expected: "yes", got: both(&got.0, &got.1) }));
    rows.push(whether(
        "others may read its memory",
        "no",
        dumpable_behavior().is_ok_and(|how| how == DumpableBehavior::NotDumpable),
    ));
    rows.push(whether("core dumps", "no", getrlimit(Resource::Core).maximum == Some(0)));
    rows
}

fn whether(act: &'static str, expected: &'static str, holds: bool) -> Row {
    Row { act, expected, got: if holds { expected } else { "yes" }.to_owned() }
}

/// What came of it on the main thread and on a new one, in one word where it is the same.
fn both(here: &str, there: &str) -> String {
    if here == there { here.to_owned() } else { format!("main thread: {here}; new thread: {there}") }
}

fn tried(scene: &Scene) -> Vec<String> {
    let word = |got: io::Result<()>| match got {
        Ok(()) => "done".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => "refused".to_owned(),
        Err(error) => format!("another failure: {error}"),
    };
    ACTS.iter().map(|(_, act)| word(act(scene))).collect()
}

fn state() -> Vec<String> {
    let word = |holds| if holds { "yes" } else { "no" }.to_owned();
    let filtered = secure_computing_mode().is_ok_and(|mode| mode == SecureComputingMode::Filter);
    vec![word(no_new_privs().unwrap_or_default()), word(filtered)]
}

fn create(folder: &Path) -> io::Result<()> {
    undone(folder, |place| File::create_new(place).map(drop))
}

/// Makes something at a place where nothing may be made, and takes it away again.
fn undone(folder: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let place = folder.join(FILE);
    make(&place).inspect(|()| drop(fs::remove_file(&place)))
}

/// A program that is not there: were it not refused, the process would still be the same.
fn become_another() -> io::Result<()> {
    let program = CString::new("/vellum-self-test/none")?;
    let ended: Result<std::convert::Infallible, nix::Error> = execve::<CString, CString>(&program, &[], &[]);
    ended.map(|_| ()).map_err(Into::into)
}

fn started() -> io::Result<()> {
    // Streams stay as they are: others would have to be opened, and that would be refused first.
    Command::new("true").spawn()?.wait().map(drop)
}

fn read_memory() -> io::Result<()> {
    let (from, mut into) = ([1_u8], [0_u8]);
    let remote = [RemoteIoVec { base: from.as_ptr().addr(), len: 1 }];
    process_vm_readv(Pid::this(), &mut [io::IoSliceMut::new(&mut into)], &remote)?;
    Ok(())
}

fn mptcp() -> io::Result<()> {
    let protocol: Protocol = rustix::net::ipproto::MPTCP;
    Ok(socket(AddressFamily::INET, SocketType::STREAM, Some(protocol)).map(drop)?)
}
