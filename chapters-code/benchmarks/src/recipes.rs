//! What a user can choose to make a spawned child start faster: one program, linked in several ways.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::counts;
use crate::cpu;
use crate::goal::Goal;
use crate::group::Group;
use crate::helper::Helper;
use crate::samples::Case;
use crate::unit::Unit;

pub(crate) const GROUP: Group = Group {
    name: "recipes",
    heads: ("Spawn and join one program", Some("times Cargo's own")),
    unit: Unit::Microseconds,
    rounds: 200,
    cases,
    goals: Vec::<Goal>::new,
    note: counted,
    page: Some("../multiprocess/docs/faster-spawn.md"),
};

/// How to build the program.
struct Recipe {
    name: &'static str,
    /// Its name as a file.
    file: &'static str,
    /// Which of the package's two programs: they differ in where a child is entered.
    program: &'static str,
    rustflags: &'static [&'static str],
    profile: &'static [&'static str],
}

const USUAL: Recipe =
    Recipe { name: "as Cargo builds it", file: "usual", program: "parent", rustflags: &[], profile: &[] };
const BEFORE_MAIN: &str = "parent_before_main";
const STATIC: &str = "-Ctarget-feature=+crt-static";
const FIXED: &str = "-Crelocation-model=static";
/// In that folder lies a `libgcc_s.so` that stands for `libgcc_eh.a`.
const OWN_UNWINDER: &str = concat!("-Lnative=", env!("CARGO_MANIFEST_DIR"), "/recipes/libgcc_eh");

const RECIPES: [Recipe; 13] = [
    USUAL,
    Recipe { name: "`opt-level = \"s\"`", file: "small", profile: &["opt-level='s'"], ..USUAL },
    Recipe {
        name: "`lto = \"fat\"`, `codegen-units = 1`",
        file: "lto",
        profile: &["lto='fat'", "codegen-units=1"],
        ..USUAL
    },
    Recipe { name: "`panic = \"abort\"`", file: "abort", profile: &["panic='abort'"], ..USUAL },
    Recipe {
        name: "bound lazily",
        file: "lazy",
        rustflags: &["-Crelro-level=partial", "-Clink-arg=-Wl,-z,lazy"],
        ..USUAL
    },
    Recipe { name: "at a fixed address", file: "fixed", rustflags: &[FIXED], ..USUAL },
    Recipe { name: "entered before `main`", file: "before", program: BEFORE_MAIN, ..USUAL },
    Recipe { name: "with its own unwinder", file: "unwinder", rustflags: &[OWN_UNWINDER], ..USUAL },
    Recipe {
        name: "with its own unwinder, entered before `main`",
        file: "unwinder_before",
        program: BEFORE_MAIN,
        rustflags: &[OWN_UNWINDER],
        ..USUAL
    },
    Recipe { name: "static", file: "static", rustflags: &[STATIC], ..USUAL },
    Recipe { name: "static at a fixed address", file: "static_fixed", rustflags: &[STATIC, FIXED], ..USUAL },
    Recipe {
        name: "static, entered before `main`",
        file: "static_before",
        program: BEFORE_MAIN,
        rustflags: &[STATIC],
        ..USUAL
    },
    Recipe {
        name: "static at a fixed address, entered before `main`",
        file: "static_fixed_before",
        program: BEFORE_MAIN,
        rustflags: &[STATIC, FIXED],
        ..USUAL
    },
];

impl Recipe {
    /// Where the program lies once it has been built.
    fn path(&self) -> anyhow::Result<PathBuf> {
        Ok(folder()?.join(self.file))
    }

    /// Naming the target keeps the flags from what runs while building, such as derive macros.
    fn build(&self, target: &str) -> anyhow::Result<()> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--release", "-p", "benchmark-parent", "--bin", self.program]);
        cargo.args(["--target", target, "--target-dir"]).arg(folder()?);
        for setting in self.profile {
            cargo.arg("--config").arg(format!("profile.release.{setting}"));
        }
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).env("RUSTFLAGS", self.rustflags.join(" "));
        ensure!(cargo.status().context("cargo")?.success(), "{} could not be built", self.name);
        fs::copy(folder()?.join(target).join("release").join(self.program), self.path()?)?;
        Ok(())
    }
}

/// Beside the folder that this program was built in.
fn folder() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("this program lies in target/release")?;
    Ok(target.join("recipes"))
}

/// What this machine's compiler builds for.
fn target() -> anyhow::Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let told = String::from_utf8(told.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc tells its host")?.to_owned())
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let target = target()?;
    let mut cases = Vec::new();
    for recipe in &RECIPES {
        eprintln!("building: {}", recipe.name);
        recipe.build(&target)?;
        let mut parent = Helper::at(&recipe.path()?)?;
        cases.push(Case::new(recipe.name, move || parent.time("start_and_join spawn")).over(USUAL.name));
    }
    Ok(cases)
}

/// A table of what each of them executes, which no other load on the machine changes.
fn counted() -> anyhow::Result<String> {
    let mut text = "| A child's whole run | instructions | `cpuid` | system calls | page faults | size |\n\
                    |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for recipe in &RECIPES {
        text += &row(recipe.name, &recipe.path()?)?;
    }
    let cpuid = match cpu::cpuid_takes() {
        Some(time) => format!(
            "Here one `cpuid`, which in a virtual machine is a detour through the host, takes {}.",
            Unit::Microseconds.show(time)
        ),
        None => "Only x86 has the instruction `cpuid`.".to_owned(),
    };
    Ok(format!(
        "{text}\nCounted once, by tracing the child one instruction at a time from its `execve` on. {cpuid}\n"
    ))
}

fn row(name: &str, program: &Path) -> anyhow::Result<String> {
    let counts = counts::of_a_child(program)?;
    let size = fs::metadata(program)?.len() as f64 / f64::from(1 << 20);
    Ok(format!(
        "| {name} | {} | {} | {} | {} | {size:.1} MiB |\n",
        counts.instructions, counts.cpuid, counts.system_calls, counts.page_faults
    ))
}
