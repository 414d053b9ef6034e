//! What may be written on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::base::Severity;

/// Says what is true about a repository's claims, with evidence anyone can re-check from git.
///
/// Without a command: the first look. Exit status: 0 audit done, nothing failed; 1 audit done, something failed (the last
/// line says what); 2 no audit was performed.
#[derive(Debug, Clone, Parser)]
#[command(name = "parity", version, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Common {
    /// The repository: a working tree, a bare clone or a plain folder [default: the working tree around this folder]
    #[arg(long, value_name = "DIR", global = true)]
    pub repo: Option<PathBuf>,
    /// The revision: a branch, tag, commit or ref such as refs/pull/7/head [default: what is there]
    #[arg(long, value_name = "REV", global = true)]
    pub rev: Option<String>,
    /// How the result is written
    #[arg(long, value_enum, global = true)]
    pub format: Option<Format>,
    /// Where the result is written [default: standard output]
    #[arg(short, long, value_name = "FILE", global = true)]
    pub output: Option<PathBuf>,
    /// A configuration instead of the repository's own parity.toml
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// A setting of parity.toml, e.g. sql.runner=psql
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    pub set: Vec<String>,
    /// A built-in set of mappings, e.g. ipai; none: no mappings but the repository's own
    #[arg(long, value_name = "NAME", global = true)]
    pub profile: Option<String>,
    /// One product of parity.toml: findings and evidence of its own files only
    #[arg(long, value_name = "NAME", global = true)]
    pub product: Option<String>,
    /// The day ages and ends are judged by [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", global = true)]
    pub as_of: Option<String>,
    /// Rules in preview and drafts of matrices too: what is proposed and not yet proven right
    #[arg(long, global = true)]
    pub all: bool,
    /// Run the migrations on a scratch PostgreSQL and judge by what it comes to: this runs SQL of the repository
    #[arg(long, global = true, conflicts_with = "database")]
    pub replay: bool,
    /// Judge a running database instead, e.g. postgresql://me@db.example.org/app; it is only read
    #[arg(long, value_name = "URL", global = true)]
    pub database: Option<String>,
    /// The migrations folder that --replay or --database is about [default: all; of --database the largest]
    #[arg(long, value_name = "DIR", global = true)]
    pub catalog: Option<String>,
    /// Keep no facts between runs
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Print how long each stage and page took, to standard error
    #[arg(long, global = true)]
    pub timings: bool,
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Terminal,
    /// One document; for `query` an array of objects
    Json,
    /// One object a line
    Jsonl,
    /// Comma-separated values
    Csv,
    /// The evidence report
    Markdown,
    /// The evidence report, as one file for a browser
    Html,
    /// SARIF 2.1.0; of `report`, with every verdict
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
    /// What a change does, in Markdown, for the summary of a CI job
    Summary,
    /// The graph of addons, as a picture
    Svg,
    /// The licences of all files as SPDX 2.3, in JSON
    Spdx,
    /// The same as SPDX 3.0, in JSON-LD
    Spdx3,
    /// The same as CycloneDX 1.6, in JSON
    Cyclonedx,
}

#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// Judge by every rule, the waivers and the gates: for hooks and CI
    Check(Check),
    /// Accept the findings of today: from now on they are known, and only what is new fails
    Baseline(Baseline),
    /// Accept one finding for a while: writes a waiver to parity.toml
    Waive(Waive),
    /// Mend what can be mended safely, each change proven by auditing the changed tree again
    Fix(Fix),
    /// Judge the features of one matrix or all
    Score(Score),
    /// Find what in the tree comes nearest to each feature, and write what is accepted into the mapping
    Map(Map),
    /// Write matrices as short as they can be written, comments kept
    Fmt(Fmt),
    /// Write the evidence report
    Report(Report),
    /// List the Odoo addons: series, licence, edition of what they need, health; what stands in for Enterprise; the graph
    Addons,
    /// List the licences: what files state, what each part declares, the odd ones; as SPDX or CycloneDX: a bill of materials
    #[command(visible_alias = "sbom")]
    Licenses,
    /// Say what a rule, kind of evidence, matrix/feature or finding is, and why
    Explain(Explain),
    /// Ask the tables a question in SQL
    Query(Query),
    /// Print the tables, their columns and the functions
    Schema(Schema),
    /// Run the examples on pages and in matrices
    Test(Test),
    /// Write something to begin with
    #[command(subcommand)]
    New(New),
}

#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum New {
    /// Write a specification bundle that passes the rules about bundles
    Spec(NewSpec),
    /// Write a mapping of a known catalogue, or a catalogue of your own with its mapping
    Matrix(NewMatrix),
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct NewMatrix {
    /// The catalogue's name: a known one, or lower-case words with hyphens
    pub name: String,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct NewSpec {
    /// What it is called: lower-case words with hyphens
    pub slug: String,
    /// Which files, and how they are made up
    #[arg(long, value_enum, default_value = "constitution-prd")]
    pub layout: Layout,
    /// The folder of bundles: `spec`, for spec-kit `specs`
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// What a new bundle is made up of.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Layout {
    /// constitution, PRD, plan, tasks
    ConstitutionPrd,
    /// spec, plan, tasks, in a numbered folder
    SpecKit,
    /// constitution, PRD, plan and tasks of replacing a product
    Parity,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Check {
    /// Only these rules or families
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules or families
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Judge what is staged instead of the working tree, and report what is new against HEAD
    #[arg(long)]
    pub staged: bool,
    /// Report only what is new against this revision
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub since: Option<String>,
    /// Report only what is new against HEAD
    #[arg(long, conflicts_with_all = ["since", "staged"])]
    pub changed: bool,
    /// Write the same audit in another format too; may be repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    pub also: Vec<String>,
    /// Let waivers not count
    #[arg(long)]
    pub no_waivers: bool,
    /// Let parity.baseline.json not count
    #[arg(long)]
    pub no_baseline: bool,
    /// The least severity that fails
    #[arg(long, value_enum, default_value = "error")]
    pub fail_on: FailOn,
}

/// The least severity that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors, warnings and notes
    Note,
    /// Errors and warnings
    Warning,
    /// Errors
    Error,
    /// Nothing but gates
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails.
    pub(super) fn fails(self, severity: Severity) -> bool {
        match self {
            FailOn::Note => true,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Error => severity >= Severity::Error,
            FailOn::Never => false,
        }
    }
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Baseline {
    /// Only take out what is not found any more
    #[arg(long)]
    pub prune: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Waive {
    /// The finding's id, as `check` prints it
    pub id: String,
    /// Why it is accepted
    #[arg(long)]
    pub reason: String,
    /// Who answers for it
    #[arg(long)]
    pub owner: String,
    /// The last day it holds
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: String,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Fix {
    /// Only findings of these rules or families
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not of these rules or families
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Print the changes as a patch and write nothing
    #[arg(long)]
    pub diff: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Score {
    /// The matrix [default: all that are not drafts]
    pub matrix: Option<String>,
    /// Only what is undecided, by kind of evidence and what it lacks
    #[arg(long)]
    pub unknown: bool,
    /// What each verdict rests on, too: every piece of evidence with what is found of it
    #[arg(long, conflicts_with = "unknown")]
    pub why: bool,
    /// Fail below this low score, e.g. odoo-sh=20
    #[arg(long, value_name = "MATRIX=PCT")]
    pub min: Vec<String>,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Map {
    /// The catalogue
    pub catalogue: String,
    /// Only features with these verdicts [default: missing, partial and unknown ones that are not mapped yet]
    #[arg(long, value_name = "VERDICTS", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Only these features, by id
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub feature: Vec<String>,
    /// How many things are proposed for a feature
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub most: usize,
    /// Accept proposals by their numbers, or a line of evidence, e.g. 2.1=1,3 or '2.1=table ops.backups'
    #[arg(long, value_name = "ID=WHAT")]
    pub accept: Vec<String>,
    /// Record a decision instead, e.g. 9.2=not-applicable (or accepted, deferred)
    #[arg(long, value_name = "ID=DECISION", requires = "reason")]
    pub decide: Option<String>,
    /// Why it was decided so
    #[arg(long)]
    pub reason: Option<String>,
    /// Who decided it [default: the owner of the mapping]
    #[arg(long)]
    pub by: Option<String>,
    /// Ask for each feature, reading the answers from standard input
    #[arg(long)]
    pub ask: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Fmt {
    /// The files [default: parity/*.yaml and parity/catalogues/*.yaml]
    pub files: Vec<PathBuf>,
    /// Write nothing; fail if something would be written
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Report {
    /// A template instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Explain {
    /// What to explain [default: list what can be]
    pub id: Option<String>,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Query {
    /// One SELECT over the tables that `parity schema` lists
    #[arg(required_unless_present = "export")]
    pub sql: Option<String>,
    /// Write all tables to a new SQLite file instead
    #[arg(long, value_name = "FILE.db", conflicts_with = "sql")]
    pub export: Option<PathBuf>,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Schema {
    /// Only this table
    pub table: Option<String>,
    /// With a query for each table
    #[arg(long)]
    pub examples: bool,
    /// The functions a query may use
    #[arg(long)]
    pub functions: bool,
    /// A JSON Schema instead
    #[arg(long, value_enum)]
    pub json_schema: Option<JsonSchema>,
}

/// Something that has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum JsonSchema {
    /// The JSON of an audit
    Audit,
    /// parity.toml
    Config,
    /// A catalogue of features
    Catalogue,
    /// A mapping of them
    Mapping,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Test {
    /// A folder of pages and matrices [default: the built-in ones]
    pub folder: Option<PathBuf>,
}
