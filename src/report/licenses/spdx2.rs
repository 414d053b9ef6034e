//! The bill of materials as SPDX 2.3, in JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::bill::{Bill, Contents, or_unsaid, tool};
use crate::audit::{Audit, LicensedFile, LicensedPart};
use crate::base::sha1_hex;

/// The bill of materials. Files that are not among the contents are left out: the format wants their digest.
pub fn spdx2(audit: &Audit, contents: &Contents) -> String {
    let bill = Bill::of(audit);
    let files: Vec<(usize, &LicensedFile, &String)> = bill
        .files()
        .filter_map(|(at, file)| Some((at, file, contents.sha1.get(&file.path)?)))
        .collect();
    let packages: Vec<Value> = bill
        .parts()
        .map(|(at, part)| {
            let own: Vec<_> = files.iter().filter(|(_, file, _)| file.part == at).collect();
            let named: BTreeSet<String> =
                own.iter().flat_map(|(_, file, _)| Bill::named(file)).collect();
            let digests = own.iter().map(|(_, _, sha1)| sha1.as_str()).collect();
            package(&bill, at, part, named, digests)
        })
        .collect();
    let document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bill.name,
        "documentNamespace": format!("https://spdx.org/spdxdocs/parity-{}", bill.digest),
        "creationInfo": { "created": bill.created, "creators": [format!("Tool: {}", tool())] },
        "packages": packages,
        "files": files.iter().map(|(at, file, sha1)| self::file(*at, file, sha1)).collect::<Vec<_>>(),
        "hasExtractedLicensingInfos": bill.own().iter().map(|id| own(id, contents)).collect::<Vec<_>>(),
        "relationships": relationships(&bill, &files),
    });
    serde_json::to_string_pretty(&document).expect("texts and numbers") + "\n"
}

fn package(
    bill: &Bill<'_>,
    at: usize,
    part: &LicensedPart,
    named: BTreeSet<String>,
    mut digests: Vec<&str>,
) -> Value {
    digests.sort_unstable();
    let mut package = json!({
        "SPDXID": format!("SPDXRef-Package-{at}"),
        "name": bill.part_name(part),
        "downloadLocation": or_unsaid(bill.download.clone()),
        "filesAnalyzed": !digests.is_empty(),
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": or_unsaid(Bill::declared(part)),
        "copyrightText": "NOASSERTION",
    });
    if let Some(version) = bill.version {
        package["versionInfo"] = version.into();
    }
    if !part.dir.is_empty() {
        package["packageFileName"] = format!("./{}", part.dir).into();
    }
    let raw: Vec<String> =
        part.declared.iter().map(|said| format!("{}: {}", said.path, said.raw)).collect();
    if !raw.is_empty() {
        package["licenseComments"] = raw.join("\n").into();
    }
    if !digests.is_empty() {
        let code = sha1_hex(digests.concat().as_bytes());
        package["packageVerificationCode"] = json!({ "packageVerificationCodeValue": code });
        let named =
            if named.is_empty() { BTreeSet::from([or_unsaid(None::<String>)]) } else { named };
        package["licenseInfoFromFiles"] = named.into_iter().collect::<Vec<_>>().into();
    }
    package
}

fn file(at: usize, file: &LicensedFile, sha1: &str) -> Value {
    let mut named: Vec<String> = Bill::named(file).into_iter().collect();
    if named.is_empty() {
        named.push(or_unsaid(None::<String>));
    }
    json!({
        "SPDXID": format!("SPDXRef-File-{at}"),
        "fileName": format!("./{}", file.path),
        "checksums": [{ "algorithm": "SHA1", "checksumValue": sha1 }],
        "licenseConcluded": or_unsaid(Bill::stated(file)),
        "licenseInfoInFiles": named,
        "copyrightText": or_unsaid(Bill::held(file)),
    })
}

/// A licence that is on no list.
fn own(id: &str, contents: &Contents) -> Value {
    let text = contents.texts.get(id).filter(|text| !text.trim().is_empty());
    json!({
        "licenseId": id,
        "name": id,
        "extractedText": text.map_or("The repository does not hold its text.", |text| text.as_str()),
    })
}

fn relationships(bill: &Bill<'_>, files: &[(usize, &LicensedFile, &String)]) -> Vec<Value> {
    let relationship = |from: &str, what: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": what, "relatedSpdxElement": to });
    let mut all = vec![relationship("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Package-0")];
    all.extend(bill.parts().skip(1).map(|(at, _)| {
        relationship("SPDXRef-Package-0", "CONTAINS", &format!("SPDXRef-Package-{at}"))
    }));
    all.extend(files.iter().map(|(at, file, _)| {
        let part = format!("SPDXRef-Package-{}", file.part);
        relationship(&part, "CONTAINS", &format!("SPDXRef-File-{at}"))
    }));
    all
}
