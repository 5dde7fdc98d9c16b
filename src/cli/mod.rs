//! The command line: arguments → calls → report → exit status. The environment, the clock and the terminal are read
//! here and nowhere else.

mod acted;
mod acts;
mod args;
mod asking;
mod build;
mod checks;
mod coverage;
mod edit;
mod evidence;
mod external;
mod explain;
mod import;
mod interview;
mod known;
mod new;
mod progress;
mod relay;
mod relay_again;
mod relay_door;
mod relay_start;
mod run;
mod serve;
mod show;
mod test_mail;
mod told;
mod translate;
mod verify;
mod world;

pub use run::main;
