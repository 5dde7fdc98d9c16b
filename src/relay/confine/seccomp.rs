//! seccomp: the system calls that the relay makes, and no other. What is not named here is refused with EPERM: other
//! programs and processes, files but for reading, attributes, memory that is a file or can be run, sockets but TCP.

use std::collections::BTreeMap;

use libc as sys;
use seccompiler::{
    BackendError, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Is, SeccompCondition as When,
    SeccompFilter, SeccompRule as Rule, TargetArch, apply_filter,
};

/// Calls that are allowed whatever their arguments are.
const FREE: &[sys::c_long] = &[
    // Streams that are open, and connections.
    sys::SYS_read,
    sys::SYS_readv,
    sys::SYS_pread64,
    sys::SYS_write,
    sys::SYS_writev,
    sys::SYS_close,
    sys::SYS_lseek,
    sys::SYS_connect,
    sys::SYS_accept,
    sys::SYS_accept4,
    sys::SYS_getsockname,
    sys::SYS_getpeername,
    sys::SYS_getsockopt,
    sys::SYS_setsockopt,
    sys::SYS_shutdown,
    sys::SYS_recvfrom,
    // Files, looked at.
    sys::SYS_fstat,
    sys::SYS_newfstatat,
    sys::SYS_statx,
    sys::SYS_readlinkat,
    sys::SYS_getdents64,
    sys::SYS_faccessat,
    sys::SYS_getcwd,
    // A policy's folder is locked while it is read.
    sys::SYS_flock,
    // Memory.
    sys::SYS_munmap,
    sys::SYS_mremap,
    sys::SYS_madvise,
    sys::SYS_brk,
    // Threads.
    sys::SYS_futex,
    sys::SYS_set_robust_list,
    sys::SYS_rseq,
    sys::SYS_membarrier,
    sys::SYS_sched_yield,
    sys::SYS_sched_getaffinity,
    sys::SYS_set_tid_address,
    sys::SYS_getpid,
    sys::SYS_gettid,
    sys::SYS_exit,
    sys::SYS_exit_group,
    // Refused by a filter of its own: this one would say that it is not permitted.
    sys::SYS_clone3,
    // Signals that are heard.
    sys::SYS_rt_sigaction,
    sys::SYS_rt_sigprocmask,
    sys::SYS_rt_sigreturn,
    sys::SYS_sigaltstack,
    sys::SYS_restart_syscall,
    // Waiting, the clock, randomness.
    sys::SYS_epoll_create1,
    sys::SYS_epoll_ctl,
    sys::SYS_epoll_pwait,
    sys::SYS_eventfd2,
    sys::SYS_ppoll,
    sys::SYS_clock_gettime,
    sys::SYS_clock_nanosleep,
    sys::SYS_nanosleep,
    sys::SYS_gettimeofday,
    sys::SYS_getrandom,
    // What the process is.
    sys::SYS_uname,
    sys::SYS_sysinfo,
    sys::SYS_getrusage,
    sys::SYS_getuid,
    sys::SYS_geteuid,
    sys::SYS_getgid,
    sys::SYS_getegid,
];

/// The same by the names that only this architecture has.
#[cfg(target_arch = "x86_64")]
const FREE_HERE: &[sys::c_long] = &[
    sys::SYS_stat,
    sys::SYS_lstat,
    sys::SYS_access,
    sys::SYS_readlink,
    sys::SYS_poll,
    sys::SYS_epoll_wait,
    sys::SYS_time,
    sys::SYS_getrlimit,
];
#[cfg(not(target_arch = "x86_64"))]
const FREE_HERE: &[sys::c_long] = &[];

/// The bits of an open that write, create, truncate, append, or make a file without a name.
const CHANGES: u64 = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20_000_000;
/// The bit of a mapping that can be run.
const RUNS: u64 = 0x4;
const IPV4: u64 = 2;
const IPV6: u64 = 10;
/// The type of a socket without its flags, and the type of TCP.
const TYPE: u64 = 0xf;
const STREAM: u64 = 1;
/// TCP by its number. Another protocol over streams would go round the rules for ports.
const TCP: u64 = 6;
/// The flag of a send that connects first, past the rules for ports.
const FAST_OPEN: u64 = 0x2000_0000;
/// A new thread of this process: the flag that makes it one, and the flags that make anything else of it.
const THREAD: u64 = 0x0001_0000;
const NOT_A_THREAD: u64 = 0x7e02_0000 | 0x4000 | 0x2000 | 0x0080_0000 | 0x80;
/// Duplicates, and flags of descriptors.
const FCNTL: [u64; 6] = [0, 1, 2, 3, 4, 1030];
/// Whether a stream blocks, what it holds, whether it is a terminal and how wide.
const IOCTL: [u64; 5] = [0x5421, 0x541b, 0x5451, 0x5401, 0x5413];
/// A thread's name, and what the self-test asks for.
const PRCTL: [u64; 4] = [15, 3, 21, 39];

type Rules = BTreeMap<i64, Vec<Rule>>;

/// Restricts this thread.
///
/// # Errors
/// The kernel has no seccomp.
pub fn restrict() -> Result<(), String> {
    let arch: TargetArch = std::env::consts::ARCH.try_into().map_err(|error: BackendError| said(&error))?;
    // The library takes "there is no such call" for "use the older one", whose flags can be looked at.
    let absent = errno(sys::ENOSYS);
    let newer = SeccompFilter::new(BTreeMap::from([(sys::SYS_clone3, Vec::new())]), SeccompAction::Allow, absent, arch);
    let named =
        SeccompFilter::new(rules().map_err(|error| said(&error))?, errno(sys::EPERM), SeccompAction::Allow, arch);
    for filter in [newer, named] {
        let program = filter.and_then(seccompiler::BpfProgram::try_from).map_err(|error| said(&error))?;
        apply_filter(&program).map_err(|error| format!("seccomp: {error}"))?;
    }
    Ok(())
}

fn said(error: &BackendError) -> String {
    format!("seccomp: {error}")
}

fn errno(number: sys::c_int) -> SeccompAction {
    SeccompAction::Errno(number.unsigned_abs())
}

fn rules() -> Result<Rules, BackendError> {
    let free = FREE.iter().chain(FREE_HERE).map(|call| (*call, Vec::new()));
    let mut rules: Rules = free.collect();
    rules.insert(sys::SYS_openat, vec![without(2, CHANGES)?]);
    #[cfg(target_arch = "x86_64")]
    rules.insert(sys::SYS_open, vec![without(1, CHANGES)?]);
    rules.insert(sys::SYS_mmap, vec![without(2, RUNS)?]);
    rules.insert(sys::SYS_mprotect, vec![without(2, RUNS)?]);
    rules.insert(sys::SYS_fcntl, one_of(1, &FCNTL)?);
    rules.insert(sys::SYS_ioctl, one_of(1, &IOCTL)?);
    rules.insert(sys::SYS_prctl, one_of(0, &PRCTL)?);
    // Limits are read and not set; nothing is sent to an address that was not connected to.
    rules.insert(sys::SYS_prlimit64, vec![Rule::new(vec![nothing(2)?])?]);
    rules.insert(sys::SYS_sendto, vec![Rule::new(vec![nothing(4)?, masked(3, FAST_OPEN, 0)?])?]);
    rules.insert(sys::SYS_clone, vec![Rule::new(vec![masked(0, THREAD | NOT_A_THREAD, THREAD)?])?]);
    rules.insert(sys::SYS_socket, sockets()?);
    Ok(rules)
}

fn sockets() -> Result<Vec<Rule>, BackendError> {
    let mut rules = Vec::new();
    for (family, protocol) in [(IPV4, 0), (IPV4, TCP), (IPV6, 0), (IPV6, TCP)] {
        rules.push(Rule::new(vec![equal(0, family)?, masked(1, TYPE, STREAM)?, equal(2, protocol)?])?);
    }
    Ok(rules)
}

fn without(argument: u8, bits: u64) -> Result<Rule, BackendError> {
    Rule::new(vec![masked(argument, bits, 0)?])
}

fn one_of(argument: u8, values: &[u64]) -> Result<Vec<Rule>, BackendError> {
    values.iter().map(|value| Rule::new(vec![equal(argument, *value)?])).collect()
}

fn equal(argument: u8, value: u64) -> Result<When, BackendError> {
    When::new(argument, Width::Dword, Is::Eq, value)
}

fn nothing(argument: u8) -> Result<When, BackendError> {
    When::new(argument, Width::Qword, Is::Eq, 0)
}

fn masked(argument: u8, bits: u64, value: u64) -> Result<When, BackendError> {
    When::new(argument, Width::Dword, Is::MaskedEq(bits), value)
}
