//! What the process cannot do, seen from inside (the self-test) and from outside (`/proc`, `strace`, its memory).

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::encoded;
use crate::desk::{Desk, SECRET, desk, site};
use crate::harness::{Home, VELLUM, same};
use crate::mails::clean;
use crate::memory::{in_memory, nothing_left};
use crate::peer::{GOOD, Peer};

const MARKER: &str = "Zxqv-7731";

/// What `--prove` says where everything is refused, but for the line about swap.
const PROOF: &str = include_str!("prove.txt");

/// Whether this test may look into other processes and mount; without, it fails where it cannot look.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

#[test]
fn row_45_every_forbidden_act_is_tried_on_two_threads_and_refused() {
    let home = site();
    let mut command = home.command(&["relay", "--prove", "--as-of", "2026-11-24"]);
    let output = command.env("VELLUM_SMTP", "smtp://127.0.0.1:2525").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let (table, swap) = said.trim_end().rsplit_once('\n').unwrap();
    assert!(swap.starts_with("swap ") && (swap.contains(" off") || swap.contains(" on, in ")), "{swap}");
    same("relay --prove", PROOF, &format!("{table}\n"));
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert!(!home.at("vellum-self-test").exists());
}

#[test]
fn row_45_every_thread_is_held() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    let mut threads = 0;
    for task in fs::read_dir(format!("/proc/{}/task", desk.id())).unwrap() {
        let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "Seccomp_filters:\t2"] {
            assert!(status.lines().any(|held| held == line), "{line}: {status}");
        }
        threads += 1;
    }
    assert!(threads > 1, "the runtime has threads");
    let limits = fs::read_to_string(format!("/proc/{}/limits", desk.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
}

/// Starts the program as on a kernel without Landlock: its three calls say that there is no such call.
const WITHOUT_LANDLOCK: &str = r#"
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def op(code, k, jt=0, jf=0): return struct.pack("HBBI", code, jt, jf, k)
filter = op(0x20, 0) + op(0x35, 444, 0, 2) + op(0x25, 446, 1, 0) + op(0x06, 0x00050000 | 38) + op(0x06, 0x7fff0000)
program = ctypes.create_string_buffer(filter)
class Fprog(ctypes.Structure): _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
fprog = Fprog(len(filter) // 8, ctypes.addressof(program))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(fprog), 0, 0) == 0, ctypes.get_errno()
os.execv(sys.argv[1], sys.argv[1:])
"#;

fn without_landlock(home: &Home, arguments: &[&str]) -> Command {
    let plain = home.command(&[]);
    let mut command = Command::new("python3");
    command.args(["-c", WITHOUT_LANDLOCK, VELLUM]).args(arguments).current_dir(home.path()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("VELLUM_SMTP", "smtp://127.0.0.1:1").env("VELLUM_SECRET", SECRET);
    command
}

#[test]
fn row_46_a_kernel_without_landlock_is_told_and_nothing_runs() {
    let home = site();
    for last in ["--prove", "--listen=127.0.0.1:0"] {
        let output = without_landlock(&home, &["relay", "--as-of", "2026-11-24", last]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), &b""[..]), "{said}");
        for part in ["error: cannot confine the relay", "--unconfined", "Landlock of Linux 6.7 or later is needed"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[test]
fn row_46_unconfined_is_asked_for_by_name_and_told_loudly() {
    let home = Arc::new(site());
    let command =
        without_landlock(&home, &["relay", "--unconfined", "--as-of", "2026-11-24", "--listen", "127.0.0.1:0"]);
    let desk = Desk::run(home, command);
    assert_eq!(desk.post("ask", "name=Ada").status, 200);
    assert!(desk.log().contains("NOT CONFINED"), "{}", desk.log());
}

/// A root that is read only and has no `/tmp`, and one whose disks are full.
#[test]
fn row_47_no_disk_is_needed() {
    assert!(is_root(), "this test mounts: run it as root");
    let bare = "mkdir $M/proc $M/usr $M/lib $M/lib64 $M/dev && mount --rbind /proc $M/proc && mount --rbind /dev $M/dev \
                && for d in usr lib lib64; do mount --rbind /$d $M/$d; done && mount -o remount,ro $M \
                && exec chroot $M /vellum --root /site";
    let full = "mount -t tmpfs -o size=4k none /dev/shm && { dd if=/dev/zero of=/dev/shm/x bs=4k count=9 2>/dev/null; \
                dd if=/dev/zero of=$M/site/x bs=4k 2>/dev/null; true; } && cd $M/site && exec $M/vellum";
    for (what, rest) in [("bare", bare), ("full", full)] {
        let peer = Peer::start(&[GOOD]);
        let home = Arc::new(site());
        let script = format!(
            "set -e; mount --make-rprivate /; M=/mnt; mount -t tmpfs -o size=200m none $M; mkdir $M/site; \
             cp -r . $M/site; cp --sparse=never {VELLUM} $M/vellum; {rest} relay --listen 127.0.0.1:0 --as-of 2026-11-24"
        );
        let plain = home.command(&[]);
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).current_dir(home.path()).env_clear();
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("VELLUM_SMTP", peer.url()).env("VELLUM_SECRET", SECRET);
        let desk = Desk::run(home, command);
        assert_eq!(desk.send(&[("name", "Ada"), ("message", "a\nb")]).status, 303, "{what}: {}", desk.log());
        clean(&peer.one());
    }
}

#[test]
fn row_44_the_marker_is_on_the_sockets_and_in_no_other_system_call() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let trace = desk.home.at("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-yy", "-s", "400000", "-p", &desk.id().to_string(), "-o"]).arg(&trace);
    let mut strace = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while !fs::read_to_string(format!("/proc/{}/status", desk.id()))
        .unwrap()
        .contains(&format!("TracerPid:\t{}", strace.id()))
    {
        assert!(Instant::now() < until, "strace does not attach: is it installed, and is this root?");
        thread::sleep(Duration::from_millis(20));
    }
    for number in 0..40 {
        let name = format!("{MARKER} {number}");
        assert_eq!(desk.send(&[("name", &name), ("message", MARKER)]).status, 303);
    }
    let stop = Command::new("kill").args(["-TERM", &strace.id().to_string()]).status().unwrap();
    assert!(stop.success() && strace.wait().is_ok());
    let text = fs::read_to_string(&trace).unwrap();
    let marked: Vec<&str> = text.lines().filter(|line| line.contains(MARKER)).collect();
    assert!(marked.len() >= 80, "{} lines", marked.len());
    for line in marked {
        let socket = line.contains("<TCP:[") || line.contains("<TCPv6:[") || line.contains("resumed>");
        let call = ["read", "readv", "recvfrom", "write", "writev", "sendto"];
        assert!(
            socket && call.iter().any(|call| line.contains(&format!("{call}(")) || line.contains("resumed>")),
            "{line}"
        );
    }
    assert!(!desk.log().contains(MARKER));
}

#[test]
fn row_44_nothing_typed_is_left_in_memory() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    // It is there while a submission is under way: the look finds what there is to find.
    let body = encoded(&[("name", MARKER)]);
    let mut open = std::net::TcpStream::connect(&desk.address).unwrap();
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let asked = crate::client::bytes("POST /forms/ask", &kind, body.as_bytes());
    std::io::Write::write_all(&mut open, &asked[..asked.len() - 1]).unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(!in_memory(desk.id(), &MARKER[..8]).is_empty(), "what is under way is found");
    drop(open);
    thread::scope(|scope| {
        for part in 0..4 {
            let desk = &desk;
            scope.spawn(move || {
                for number in 0..75 {
                    let name = format!("{MARKER} {part}.{number}");
                    let email = format!("{MARKER}@example.org");
                    let long = format!("{MARKER} {}", "word ".repeat(number * 20));
                    let sent = [("name", name.as_str()), ("topic", MARKER), ("email", &email), ("message", &long)];
                    assert_eq!(desk.send(&sent).status, 303);
                    assert_eq!(desk.post("ask", &encoded(&sent)).status, 200);
                    assert_eq!(desk.post("ask", &encoded(&[("email", MARKER)])).status, 422);
                }
            });
        }
    });
    assert_eq!(peer.got().len(), 300);
    thread::sleep(Duration::from_millis(1500));
    nothing_left(desk.id(), MARKER);
}

/// Asks to look at the site again, and waits until it was done.
fn hang_up(desk: &Desk, says: &str) {
    assert!(Command::new("kill").args(["-HUP", &desk.id().to_string()]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(20);
    while !desk.log().contains(says) {
        assert!(Instant::now() < until, "{says}: {}", desk.log());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_version_that_is_published_while_it_runs_is_seen_and_what_was_sent_stays_sent() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let body = encoded(&[("name", "Ada")]);
    let sent = format!("{body}&_token={}", desk.token("ask", &body));
    assert_eq!(desk.post("ask", &sent).status, 303);
    let draft = desk.home.read("content/policies/privacy/draft.md").replace("names", "some names");
    desk.home.write("content/policies/privacy/draft.md", draft);
    let publish = ["publish", "privacy", "--effective", "2026-06-01", "--as-of", "2026-01-02"];
    assert_eq!(desk.home.run(&publish).status, 0);
    hang_up(&desk, "site read again");
    assert_eq!(desk.send(&[("name", "Eve")]).status, 303);
    assert_eq!(desk.post("ask", &sent).status, 303, "the same submission again is no second mail");
    let got = peer.got();
    assert_eq!(got.len(), 2);
    let policy = |number: usize| clean(&got[number]).one("X-Vellum-Policy").to_owned();
    assert!(
        policy(0).starts_with("privacy@1.1;") && policy(1).starts_with("privacy@1.2;"),
        "{} {}",
        policy(0),
        policy(1)
    );
}

#[test]
fn row_48_a_form_that_asks_for_more_than_is_disclosed_is_closed_while_it_runs() {
    let peer = Peer::start(&[GOOD]);
    let desk = desk(&peer.url());
    let form = desk.home.read("forms/ask.yaml");
    desk.home
        .write("forms/ask.yaml", form.replace("kind: telephone, data: choice", "kind: telephone, data: telephone"));
    hang_up(&desk, "form closed: ask collects what is not disclosed");
    let closed = desk.post("ask", &encoded(&[("name", "Ada"), ("message", "Kept")]));
    assert!(closed.status == 503 && closed.body.contains("Kept"), "{}", closed.body);
    assert_eq!(desk.send_to("both", &[("name", "Ada")]).status, 303);
    desk.home.write("forms/ask.yaml", form);
    hang_up(&desk, "site read again");
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
}

#[test]
fn the_unit_for_systemd_is_printed_whole_and_systemd_takes_it() {
    let home = Home::new();
    let said = home.run(&["relay", "--print-systemd"]).quiet().out;
    same("relay --print-systemd", include_str!("../../src/relay/vellum-relay.service"), &said);
    let plain = said.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in plain {
        assert!(line.starts_with('[') && line.ends_with(']') || line.contains('='), "{line}");
    }
    home.write("vellum-relay.service", said.replace("/usr/local/bin/vellum", VELLUM));
    let place = home.at("vellum-relay.service");
    // Its own measure of what is left to a unit, from 0 (nothing) to 100.
    for arguments in [&["verify", "--man=no"][..], &["security", "--offline=yes", "--threshold=15"]] {
        match Command::new("systemd-analyze").args(arguments).arg(&place).output() {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success() && !text.contains("vellum-relay"), "{arguments:?}: {text}");
            }
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}"),
        }
    }
}
