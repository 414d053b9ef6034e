//! Tries a matrix: an empty tree verifies nothing, and its examples come to the verdicts they say.

use std::collections::BTreeMap;

use crate::base::Verdict;
use crate::config::{Config, day};
use crate::matrix::{self, Matrix, MatrixExample, MatrixResult};
use crate::pages::Library;
use crate::snapshot::{Options, Snapshot, Stages};
use crate::source;

/// The day examples are as of.
const DAY: &str = "2026-01-01";

/// What is wrong with a matrix, each a sentence.
pub fn prove_matrix(matrix: &Matrix, examples: &[MatrixExample], library: &Library) -> Vec<String> {
    let mut faults = Vec::new();
    match judge(matrix, &BTreeMap::new(), library) {
        Ok(result) => {
            let claims = |verdict| [Verdict::Verified, Verdict::Attested].contains(&verdict);
            let claimed = result.features.iter().filter(|judged| claims(judged.verdict));
            faults.extend(claimed.map(|judged| {
                format!(
                    "{}: {} is {} in an empty tree",
                    matrix.name, judged.feature.id, judged.verdict
                )
            }));
        }
        Err(message) => faults.push(message),
    }
    for example in examples {
        let place = format!("{}: {}", matrix.name, example.title);
        match judge(matrix, &example.files, library) {
            Ok(result) => {
                let wrong =
                    example.verdicts.iter().filter_map(|(id, said)| differs(&result, id, *said));
                faults.extend(wrong.map(|fault| format!("{place}: {fault}")));
            }
            Err(message) => faults.push(format!("{place}: {message}")),
        }
    }
    faults
}

/// How the verdict of a feature differs from what is said; none: it does not.
fn differs(result: &MatrixResult, id: &str, said: Verdict) -> Option<String> {
    match result.features.iter().find(|judged| judged.feature.id == id) {
        None => Some(format!("there is no feature `{id}`")),
        Some(judged) if judged.verdict == said => None,
        Some(judged) => Some(format!("{id} is {}, not {said}: {}", judged.verdict, judged.why())),
    }
}

fn judge(
    matrix: &Matrix,
    files: &BTreeMap<String, String>,
    library: &Library,
) -> Result<MatrixResult, String> {
    let text = files.get("parity.toml").map_or("", String::as_str);
    let config = Config::parse("parity.toml", text).map_err(|error| error.to_string())?;
    let options = Options::of(&config, text, day(DAY).unwrap_or(0));
    let files =
        files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    let mut snapshot = Snapshot::new(source::memory(files), options, Stages::default())
        .map_err(|error| error.to_string())?;
    let asked =
        matrix::prepare(matrix, library, &mut snapshot).map_err(|error| error.to_string())?;
    snapshot.make_ready(asked.needs()).map_err(|error| error.to_string())?;
    matrix::evaluate(matrix, &asked, &snapshot).map_err(|error| error.to_string())
}
