//! What was typed. The only importer of the argument parser.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

/// What was typed.
#[derive(Debug, Parser)]
#[command(
    name = "vellum",
    version,
    about = "Publishes policies as a versioned static site, and proves what changed and when"
)]
#[command(arg_required_else_help = true)]
pub struct Args {
    /// The site's folder, which holds site.yaml
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The day for which to work; left out, `SOURCE_DATE_EPOCH` or the clock says it
    #[arg(long, global = true, value_name = "DATE")]
    pub as_of: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Args {
    /// Reads the command line; what is wrong with it is printed.
    ///
    /// # Errors
    /// The exit status: 2 for wrong use, 0 where help or the version was asked for.
    pub fn read() -> Result<Self, u8> {
        Self::try_parse().map_err(|error| {
            let _ = error.print();
            u8::try_from(error.exit_code()).unwrap_or(2)
        })
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the site
    Build(Build),
    /// Build, serve on this machine, and build again whenever a file changes
    Serve(Serve),
    /// Report every mistake, each at its line
    Check(Check),
    /// Freeze a text as a new version
    Publish(Publish),
    /// Move the day from which an upcoming version applies
    Reschedule(Reschedule),
    /// Say that a version no longer holds; its page stays, with the reason
    Withdraw(Withdraw),
    /// Take what forms send, and hand it to a mail server
    Relay(Relay),
    /// Show what changed between two versions
    Diff(Diff),
    /// List a policy's versions
    Log {
        /// The policy
        policy: String,
    },
    /// Check a built or a served site against its record
    Verify(Verify),
    /// Write one zip that proves a version
    Evidence(Evidence),
    /// Begin something new
    New {
        /// What to begin.
        #[command(subcommand)]
        what: New,
    },
    /// Bring in the history of texts that stand elsewhere
    Import {
        /// From where.
        #[command(subcommand)]
        from: Import,
    },
    /// Explain a diagnostic, or print the schema of a kind of file for an editor
    Explain(Explain),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object a line
    Json,
    /// SARIF 2.1.0, for hosts of code and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// `build`
#[derive(Debug, clap::Args)]
pub struct Build {
    /// Where the site is written; left out, `public` under the root
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The site's address, instead of the one in site.yaml
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Also build the pages of drafts, for a preview; no feed, manifest or sitemap names them
    #[arg(long)]
    pub drafts: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `serve`
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4000)]
    pub port: u16,
}

/// `check`
#[derive(Debug, clap::Args)]
pub struct Check {
    /// Also tell what would be told of published texts, were they drafts
    #[arg(long)]
    pub history: bool,
    /// Also tell what each privacy notice states of what GDPR Art. 13 asks for, where, and what was not found
    #[arg(long)]
    pub coverage: bool,
    /// Also ask whether links to other sites lead anywhere
    #[arg(long)]
    pub external: bool,
    /// Fail on warnings too
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    pub deny: Option<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `explain`
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The code of a diagnostic, such as V204
    #[arg(required_unless_present = "schema")]
    pub code: Option<String>,
    /// The JSON Schema of site, policy, draft, translation, version, page, form or theme
    #[arg(long, value_name = "NAME", conflicts_with = "code")]
    pub schema: Option<String>,
}

/// `publish`
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// The policy
    pub policy: String,
    /// The day from which the version applies: that of its publication or a later one, unless --from brings in history;
    /// left out on a terminal, it is asked for, with all else that was not said
    #[arg(long, value_name = "DATE")]
    pub effective: Option<String>,
    /// The version's number; left out, the next: a major one if the change matters, else a minor one; with
    /// --translation that of the version that is translated, left out the newest that holds
    #[arg(long, value_name = "V")]
    pub version: Option<String>,
    /// The change matters to those whom the policy binds
    #[arg(long)]
    pub material: bool,
    /// What changed, in plain language, instead of the draft's summary; may be given more than once
    #[arg(long, value_name = "TEXT")]
    pub summary: Vec<String>,
    /// Publish on that later day; left out, today
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// Replace a version that applies from the same day
    #[arg(long)]
    pub supersede: bool,
    /// Publish although the notice period of policy.yaml is not kept; the ledger records why
    #[arg(long, value_name = "REASON")]
    pub waive_notice: Option<String>,
    /// A text other than draft.md, with front matter like a draft's, to bring in history: of what was published on a
    /// day that has passed and has begun to apply no notice is asked, and it may have applied before it was published
    #[arg(long, value_name = "FILE", requires = "published")]
    pub from: Option<PathBuf>,
    /// The day on which the text of --from was published
    #[arg(long, value_name = "DATE", conflicts_with = "on", requires = "from")]
    pub published: Option<String>,
    /// Add the text of this language, draft.<LANG>.md or --from, to a version that is published already
    #[arg(long, value_name = "LANG",
        conflicts_with_all = ["effective", "material", "summary", "on", "supersede", "waive_notice", "without"])]
    pub translation: Option<String>,
    /// Leave the draft of this language aside; left out, all go out with the version; may be given more than once
    #[arg(long, value_name = "LANG", conflicts_with = "from")]
    pub without: Vec<String>,
    /// Show and say all of it, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `reschedule`
#[derive(Debug, clap::Args)]
pub struct Reschedule {
    /// The policy
    pub policy: String,
    /// The version, which does not apply yet
    pub version: String,
    /// The day from which it applies instead
    #[arg(long, value_name = "DATE")]
    pub effective: String,
}

/// `withdraw`
#[derive(Debug, clap::Args)]
pub struct Withdraw {
    /// The policy
    pub policy: String,
    /// The version, be it upcoming, in force or replaced
    pub version: String,
    /// Why, for everybody to read
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Show nothing of its text any more, by a court's order for instance; its hash and the reason stay
    #[arg(long)]
    pub redact: bool,
}

/// `relay`
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that was typed or not")]
pub struct Relay {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8025")]
    pub listen: String,
    /// Check settings and environment, and start nothing
    #[arg(long)]
    pub check: bool,
    /// Try each mail server with one real mail to the first form's first recipient, and tell what receivers will see
    #[arg(long, conflicts_with = "check")]
    pub test_mail: bool,
    /// Give up all rights as at a start, try every forbidden act, and print what came of it
    #[arg(long, conflicts_with_all = ["check", "unconfined"])]
    pub prove: bool,
    /// Print a unit for systemd and start nothing
    #[arg(long, conflicts_with_all = ["check", "prove", "unconfined"])]
    pub print_systemd: bool,
    /// Run although the kernel does not keep the relay from writing
    #[arg(long)]
    pub unconfined: bool,
}

/// `diff`
#[derive(Debug, clap::Args)]
pub struct Diff {
    /// The policy
    pub policy: String,
    /// The old version; left out, the one before the new, or the newest for a draft
    pub from: Option<String>,
    /// The new version, or `draft`; left out, the newest version
    pub to: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
}

/// How a redline is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum DiffFormat {
    /// For a terminal
    #[default]
    Ansi,
    /// The redline as on its page
    Html,
    /// Data, described in docs/redline.md
    Json,
    /// For a pull request
    Markdown,
}

/// `verify`
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The folder of a built site; left out, `public` under the root
    pub dir: Option<PathBuf>,
    /// Check the site that is served there instead
    #[arg(long, value_name = "URL", conflicts_with = "dir")]
    pub site: Option<String>,
    /// A head that somebody kept: the record must go on from it; may be given more than once
    #[arg(long, value_name = "HEX")]
    pub head: Vec<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `evidence`
#[derive(Debug, clap::Args)]
pub struct Evidence {
    /// The policy
    pub policy: String,
    /// The version
    pub version: String,
    /// Where the zip is written; left out, POLICY-VERSION.zip here
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `new`
#[derive(Debug, Subcommand)]
pub enum New {
    /// A site in a new folder
    Site {
        /// The folder
        dir: PathBuf,
    },
    /// A policy, with a draft to be written
    Policy {
        /// Its name in addresses: a-z, 0-9 and single dashes
        name: String,
    },
    /// A form
    Form {
        /// Its name in addresses: a-z, 0-9 and single dashes
        name: String,
    },
}

/// `import`
#[derive(Debug, Subcommand)]
pub enum Import {
    /// A folder of texts, whose names in order are versions in order
    Dir {
        /// The folder
        dir: PathBuf,
        /// What the policy is called
        #[arg(long = "as", value_name = "SLUG", conflicts_with = "each", required_unless_present = "each")]
        slug: Option<String>,
        /// Every folder in it is a policy
        #[arg(long)]
        each: bool,
    },
    /// The history of a file in a git repository, on the branch that is checked out
    Git {
        /// The repository
        repository: PathBuf,
        /// The file, from the top of the repository; again for an older name where git does not see the renaming
        #[arg(long, value_name = "FILE", required = true, allow_hyphen_values = true)]
        path: Vec<String>,
        /// What the policy is called
        #[arg(long = "as", value_name = "SLUG")]
        slug: String,
    },
}

/// The completions of a shell.
#[must_use]
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "vellum", &mut out);
    out
}

/// The manual page, and one for each command behind it.
#[must_use]
pub fn manual() -> Vec<u8> {
    let mut out = Vec::new();
    let _ = clap_mangen::Man::new(Args::command()).render(&mut out);
    out
}
