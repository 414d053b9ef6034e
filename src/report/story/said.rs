//! What documents say of features, by how it stands to the evidence.

use serde::Serialize;

use crate::base::Verdict;
use crate::matrix::Agreement;
use crate::matrix::MatrixResult;

/// What documents say of the features of one matrix.
#[derive(Debug, Default, Serialize)]
pub(super) struct Said {
    overstated: Vec<Row>,
    understated: Vec<Row>,
    unverifiable: Vec<Row>,
    agreed: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    title: String,
    claimed: &'static str,
    path: String,
    line: Option<u32>,
    verdict: Verdict,
    why: String,
}

impl Said {
    pub(super) fn of(result: &MatrixResult) -> Said {
        let mut said = Said::default();
        for judged in &result.features {
            let (Some(claim), Some(agreement)) = (&judged.claim, judged.agreement) else {
                continue;
            };
            let into = match agreement {
                Agreement::Overstated => &mut said.overstated,
                Agreement::Understated => &mut said.understated,
                Agreement::Unverifiable => &mut said.unverifiable,
                Agreement::Agreed => &mut said.agreed,
            };
            into.push(Row {
                id: judged.feature.id.clone(),
                title: judged.feature.title.clone(),
                claimed: claim.claimed.word(),
                path: claim.path.clone(),
                line: claim.line,
                verdict: judged.verdict,
                why: judged.why(),
            });
        }
        said
    }
}
