//! The bill of materials as SPDX 3.0, in JSON-LD.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bill::{Bill, Contents, tool};
use crate::audit::{Audit, LicensedFile, LicensedPart};

/// The name under which all elements refer to how the document was made.
const MADE: &str = "_:made";

/// The elements of one document, in order.
struct Graph<'a> {
    bill: &'a Bill<'a>,
    contents: &'a Contents,
    elements: Vec<Value>,
    /// The element of each expression.
    expressions: BTreeMap<String, String>,
}

/// The bill of materials.
pub fn spdx3(audit: &Audit, contents: &Contents) -> String {
    let bill = Bill::of(audit);
    let mut graph =
        Graph { bill: &bill, contents, elements: Vec::new(), expressions: BTreeMap::new() };
    graph.fill();
    let document = json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": graph.whole(),
    });
    serde_json::to_string_pretty(&document).expect("texts and numbers") + "\n"
}

impl Graph<'_> {
    fn id(&self, name: &str) -> String {
        format!("https://spdx.org/spdxdocs/parity-{}#{name}", self.bill.digest)
    }

    fn fill(&mut self) {
        for (at, part) in self.bill.parts() {
            self.package(at, part);
        }
        for (at, file) in self.bill.files() {
            self.file(at, file);
        }
        let parts: Vec<(usize, Vec<String>)> =
            self.bill.parts().map(|(at, _)| (at, self.within(at))).collect();
        for (at, within) in parts.into_iter().filter(|(_, within)| !within.is_empty()) {
            self.relate(&format!("package-{at}"), "contains", within);
        }
    }

    /// The files of a part; of the whole, the other parts too.
    fn within(&self, at: usize) -> Vec<String> {
        let others = self.bill.parts().skip(1).filter(|_| at == 0);
        let others = others.map(|(other, _)| self.id(&format!("package-{other}")));
        let files = self.bill.files().filter(|(_, file)| file.part == at);
        others.chain(files.map(|(file, _)| self.id(&format!("file-{file}")))).collect()
    }

    fn package(&mut self, at: usize, part: &LicensedPart) {
        let mut package = json!({
            "type": "software_Package",
            "spdxId": self.id(&format!("package-{at}")),
            "creationInfo": MADE,
            "name": self.bill.part_name(part),
        });
        if let Some(version) = self.bill.version {
            package["software_packageVersion"] = version.into();
        }
        if let Some(download) = &self.bill.download {
            package["software_downloadLocation"] = download.clone().into();
        }
        self.elements.push(package);
        if let Some(license) = Bill::declared(part) {
            let license = self.expression(license);
            self.relate(&format!("package-{at}"), "hasDeclaredLicense", vec![license]);
        }
    }

    fn file(&mut self, at: usize, file: &LicensedFile) {
        let mut element = json!({
            "type": "software_File",
            "spdxId": self.id(&format!("file-{at}")),
            "creationInfo": MADE,
            "name": file.path,
            "software_contentIdentifier": [{
                "type": "software_ContentIdentifier",
                "software_contentIdentifierType": "gitoid",
                "software_contentIdentifierValue": format!("gitoid:blob:sha1:{}", file.blob),
            }],
        });
        if let Some(held) = Bill::held(file) {
            element["software_copyrightText"] = held.into();
        }
        self.elements.push(element);
        if let Some(license) = Bill::stated(file) {
            let license = self.expression(&license);
            self.relate(&format!("file-{at}"), "hasDeclaredLicense", vec![license]);
        }
    }

    /// The element of an expression, made where it is first asked for.
    fn expression(&mut self, expression: &str) -> String {
        if let Some(known) = self.expressions.get(expression) {
            return known.clone();
        }
        let id = self.id(&format!("license-{}", self.expressions.len()));
        self.expressions.insert(expression.to_owned(), id.clone());
        let own: Vec<String> = self
            .bill
            .own()
            .into_iter()
            .filter(|own| expression.split([' ', '(', ')', '+']).any(|word| word == own))
            .collect();
        let mut element = json!({
            "type": "simplelicensing_LicenseExpression",
            "spdxId": id,
            "creationInfo": MADE,
            "simplelicensing_licenseExpression": expression,
        });
        if !own.is_empty() {
            let entry = |own: &String| json!({ "type": "DictionaryEntry", "key": own, "value": self.id(own) });
            element["simplelicensing_customIdToUri"] =
                own.iter().map(entry).collect::<Vec<_>>().into();
        }
        self.elements.push(element);
        id
    }

    fn relate(&mut self, from: &str, what: &str, to: Vec<String>) {
        let relationship = json!({
            "type": "Relationship",
            "spdxId": self.id(&format!("relationship-{}", self.elements.len())),
            "creationInfo": MADE,
            "from": self.id(from),
            "relationshipType": what,
            "to": to,
        });
        self.elements.push(relationship);
    }

    /// Texts of licences that are on no list.
    fn own(&self) -> Vec<Value> {
        let text = |id: &String| {
            let text = self
                .contents
                .texts
                .get(id)
                .map_or("The repository does not hold its text.", |text| text.as_str());
            json!({
                "type": "simplelicensing_SimpleLicensingText",
                "spdxId": self.id(id),
                "creationInfo": MADE,
                "name": id,
                "simplelicensing_licenseText": text,
            })
        };
        self.bill.own().iter().map(text).collect()
    }

    /// All elements, and those that say what they are together.
    fn whole(mut self) -> Vec<Value> {
        let own = self.own();
        self.elements.extend(own);
        let root = self.id("package-0");
        let inner: Vec<Value> =
            self.elements.iter().map(|element| element["spdxId"].clone()).collect();
        let (agent, sbom) = (self.id("tool"), self.id("sbom"));
        let mut all = vec![
            json!({
                "type": "CreationInfo", "@id": MADE, "specVersion": "3.0.1",
                "created": self.bill.created, "createdBy": [agent],
            }),
            json!({ "type": "SoftwareAgent", "spdxId": agent, "creationInfo": MADE, "name": tool() }),
            json!({
                "type": "SpdxDocument", "spdxId": self.id("document"), "creationInfo": MADE, "name": self.bill.name,
                "profileConformance": ["core", "software", "simpleLicensing"],
                "rootElement": [sbom], "element": [sbom, agent],
            }),
            json!({
                "type": "software_Sbom", "spdxId": sbom, "creationInfo": MADE, "name": self.bill.name,
                "software_sbomType": ["source"], "rootElement": [root], "element": inner,
            }),
        ];
        all.append(&mut self.elements);
        all
    }
}
