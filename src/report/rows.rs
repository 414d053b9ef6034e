//! Findings as rows: comma-separated values, or a JSON object a line.

use super::escape::{csv, terminal as safe};
use super::wire::finding_wire;
use crate::audit::Audit;
use crate::settle::Finding;

/// The columns of a finding.
const COLUMNS: &str = "id,rule,severity,path,line,end_line,subject,message,status,fingerprint\r\n";

/// Every finding as a line of comma-separated values (RFC 4180), behind a header.
pub fn findings_csv(audit: &Audit) -> String {
    let mut out = COLUMNS.to_owned();
    out.extend(audit.findings.iter().map(row));
    out
}

fn row(finding: &Finding) -> String {
    let number = |line: Option<u32>| line.map(|line| line.to_string()).unwrap_or_default();
    let cells = [
        finding.id.clone(),
        finding.rule.clone(),
        finding.severity.to_string(),
        finding.path.clone().unwrap_or_default(),
        number(finding.line),
        number(finding.end_line),
        finding.subject.clone(),
        finding.message.clone(),
        finding.status.as_str().to_owned(),
        finding.fingerprint.clone(),
    ];
    cells.map(|cell| csv(&safe(&cell))).join(",") + "\r\n"
}

/// Every finding as a JSON object on a line of its own, with the keys it has in the JSON of an audit.
pub fn findings_jsonl(audit: &Audit) -> String {
    let line = |finding| {
        serde_json::to_string(&finding_wire(finding, audit)).expect("plain data is JSON") + "\n"
    };
    audit.findings.iter().map(line).collect()
}
