//! Landlock: which files may be read, and to which ports TCP may connect. Everything else that it knows is refused.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use super::Needs;

/// The version of Landlock that is demanded: with truncation and with TCP ports, Linux 6.7.
const DEMANDED: ABI = ABI::V4;

/// The version from which devices, abstract sockets and signals are known too. seccomp refuses those everywhere.
const WELCOME: ABI = ABI::V6;

/// Restricts this thread.
///
/// # Errors
/// The kernel does not know what is demanded, or a folder that is needed is not there.
pub fn restrict(needs: &Needs) -> Result<(), String> {
    let status = rules(needs).map_err(|error| format!("Landlock of Linux 6.7 or later is needed: {error}"))?;
    match status {
        RulesetStatus::FullyEnforced => Ok(()),
        _ => Err("Landlock of Linux 6.7 or later is needed: this kernel enforces it in part".to_owned()),
    }
}

fn rules(needs: &Needs) -> Result<RulesetStatus, Box<dyn std::error::Error>> {
    let further = AccessFs::from_all(WELCOME) & !AccessFs::from_all(DEMANDED);
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(DEMANDED))?
        .handle_access(AccessNet::from_all(DEMANDED))?
        .set_compatibility(CompatLevel::SoftRequirement);
    let mut ruleset = if knows_more() {
        ruleset.handle_access(further)?.scope(Scope::from_all(WELCOME))?.create()?
    } else {
        ruleset.create()?
    };
    ruleset = ruleset.set_compatibility(CompatLevel::HardRequirement);
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    for folder in std::iter::once(&needs.site).chain(&needs.folders) {
        ruleset = ruleset.add_rule(PathBeneath::new(PathFd::new(folder)?, read))?;
    }
    for port in &needs.ports {
        ruleset = ruleset.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    Ok(ruleset.restrict_self()?.ruleset)
}

/// Whether the kernel knows all that is welcome. Asked for alone, so that an older one still enforces what is demanded.
fn knows_more() -> bool {
    let asked = || -> Result<(), RulesetError> {
        Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(AccessFs::from_all(WELCOME))?
            .scope(Scope::from_all(WELCOME))?
            .create()
            .map(|_| ())
    };
    asked().is_ok()
}
