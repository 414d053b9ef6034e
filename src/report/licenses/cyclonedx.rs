//! The bill of materials as CycloneDX 1.6, in JSON.

use serde_json::{Value, json};

use super::bill::{Bill, Contents, tool};
use crate::audit::{Audit, LicensedFile, LicensedPart};
use crate::facts::license;

/// The bill of materials: the whole, its parts, and in each its files.
pub fn cyclonedx(audit: &Audit, contents: &Contents) -> String {
    let bill = Bill::of(audit);
    let (digest, mut parts) = (&bill.digest, bill.parts());
    let serial = format!(
        "urn:uuid:{}-{}-5{}-8{}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[13..16],
        &digest[17..20],
        &digest[20..]
    );
    let root = parts.next().map(|(_, part)| component(&bill, 0, part, "application"));
    let mut components = files(&bill, 0, contents);
    components.extend(parts.map(|(at, part)| {
        let mut component = component(&bill, at, part, "library");
        component["components"] = files(&bill, at, contents).into();
        component
    }));
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial,
        "version": 1,
        "metadata": {
            "timestamp": bill.created,
            "lifecycles": [{ "phase": "pre-build" }],
            "tools": { "components": [{ "type": "application", "name": tool() }] },
            "component": root,
        },
        "components": components,
    });
    serde_json::to_string_pretty(&document).expect("texts and numbers") + "\n"
}

fn component(bill: &Bill<'_>, at: usize, part: &LicensedPart, kind: &str) -> Value {
    let mut component = json!({
        "type": kind,
        "bom-ref": format!("part-{at}"),
        "name": bill.part_name(part),
    });
    if let Some(version) = bill.version {
        component["version"] = version.into();
    }
    if let Some(license) = Bill::declared(part) {
        component["licenses"] = licenses(license, "declared", None);
    }
    if !part.dir.is_empty() {
        component["properties"] = json!([{ "name": "parity:folder", "value": part.dir }]);
    }
    component
}

fn files(bill: &Bill<'_>, part: usize, contents: &Contents) -> Vec<Value> {
    let own = bill.files().filter(|(_, file)| file.part == part);
    own.map(|(at, file)| self::file(at, file, contents)).collect()
}

fn file(at: usize, file: &LicensedFile, contents: &Contents) -> Value {
    let mut component = json!({
        "type": "file",
        "bom-ref": format!("file-{at}"),
        "name": file.path,
        "omniborId": [format!("gitoid:blob:sha1:{}", file.blob)],
        "swhid": [format!("swh:1:cnt:{}", file.blob)],
    });
    if let Some(license) = Bill::stated(file) {
        let text = contents.texts.get(&license);
        component["licenses"] = licenses(&license, "declared", text);
    }
    if let Some(held) = Bill::held(file) {
        component["copyright"] = held.into();
    }
    component
}

/// One licence by its id or name, or an expression.
fn licenses(expression: &str, how: &str, text: Option<&String>) -> Value {
    let is_one = !expression.contains([' ', '(', '+']);
    match license::status(expression) {
        "listed" | "deprecated" if is_one => {
            json!([{ "license": { "id": expression, "acknowledgement": how } }])
        }
        _ if is_one => {
            let mut license = json!({ "name": expression, "acknowledgement": how });
            if let Some(text) = text {
                license["text"] = json!({ "content": text });
            }
            json!([{ "license": license }])
        }
        _ => json!([{ "expression": expression, "acknowledgement": how }]),
    }
}
