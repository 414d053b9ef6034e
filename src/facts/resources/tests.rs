//! What the readers find, and what they leave open.

use super::*;
use crate::base::Value;
use crate::facts::{Input, Rows};

/// Each declaration as `line kind type name disabled`, each attribute as `line name=value`, then what is unsure.
fn read(analyzer: &Analyzer, text: &str) -> Vec<String> {
    let mut rows = Rows::default();
    (analyzer.extract)(&Input::new(text.as_bytes()), &mut rows);
    let shown = |value: &Value| match value {
        Value::Null => "?".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Real(text) | Value::Text(text) => text.clone(),
    };
    let mut lines = Vec::new();
    for (facts, cells) in &rows.facts {
        let cells: Vec<String> = cells.iter().map(shown).collect();
        lines.push(match facts {
            0 => format!("{} {} {} {} {}", cells[0], cells[1], cells[2], cells[3], cells[5]),
            _ => format!("{} {}={}", cells[0], cells[4], cells[5]),
        });
    }
    lines.extend(rows.unsure.iter().map(|(table, ..)| format!("unsure {table}")));
    lines
}

#[test]
fn literals_of_terraform_are_decided_and_expressions_are_not() {
    let text = r#"
# resource "cloudflare_load_balancer" "commented" {}
resource "cloudflare_record" "www" {
  proxied = var.proxied
  type    = "A"
  ttl     = -1
  name    = "${local.name}.example"
  tags    = ["a", upper("b")]
  inbound_rule {
    port_range = "5432"
  }
  dynamic "outbound_rule" {
    for_each = var.rules
    content {}
  }
}
"#;
    assert_eq!(
        read(&TERRAFORM, text),
        [
            "3 resource cloudflare_record www 0",
            "4 proxied=?",
            "5 type=A",
            "6 ttl=-1",
            "7 name=?",
            "8 tags=a",
            "8 tags=?",
            "10 inbound_rule.port_range=5432",
            "12 outbound_rule=?",
        ]
    );
}

#[test]
fn repetition_switches_a_resource_off_or_leaves_that_open() {
    let disabled = |line: &str| {
        let read = read(&TERRAFORM, &format!("resource \"a\" \"b\" {{\n{line}\n}}\n"));
        read[0].rsplit(' ').next().map(str::to_owned).expect("a declaration")
    };
    for (line, expected) in [
        ("", "0"),
        ("count = 0", "1"),
        ("count = 2", "0"),
        ("count = var.on ? 1 : 0", "?"),
        ("for_each = {}", "1"),
        ("for_each = { a = 1 }", "0"),
        ("for_each = toset(var.names)", "?"),
    ] {
        assert_eq!(disabled(line), expected, "{line}");
    }
}

#[test]
fn what_is_no_hcl_is_unsure() {
    let read = read(&TERRAFORM, "resource \"a\" {\n");
    assert_eq!(read, ["unsure resources", "unsure resource_attributes"]);
}

#[test]
fn bicep_declares_resources_modules_and_parameters() {
    let text = r#"
@description('Where: it''s here')
param location string = resourceGroup().location
param sku string = 'B1' // a default
// resource old 'Microsoft.Web/sites@2020-06-01' = {}
resource app 'Microsoft.Web/sites@2023-01-01' = {
  name: 'app-${uniqueString('a', '${location}')}'
  location: location
  properties: {
    httpsOnly: true
    count: 3
    size: 3 * 2
    hosts: [
      'a'
      sku
    ]
  }
  resource slot 'slots' = {
    name: 'b'
  }
}
resource known 'Microsoft.KeyVault/vaults@2023-01-01' existing = { name: 'kv' }
module net './net.bicep' = if (sku == 'B1') {
  name: 'net'
}
resource many 'Microsoft.Web/sites@2023-01-01' = [for n in ['a', 'b']: {
  name: n
}]
output id string = app.id
"#;
    assert_eq!(
        read(&BICEP, text),
        [
            "3 variable string location 0",
            "3 default=?",
            "4 variable string sku 0",
            "4 default=B1",
            "18 resource Microsoft.Web/sites/slots slot 0",
            "19 name=b",
            "6 resource Microsoft.Web/sites app 0",
            "7 name=?",
            "8 location=?",
            "10 properties.httpsOnly=true",
            "11 properties.count=3",
            "12 properties.size=?",
            "14 properties.hosts=a",
            "15 properties.hosts=?",
            "6 apiVersion=2023-01-01",
            "22 data Microsoft.KeyVault/vaults known 0",
            "22 name=kv",
            "22 apiVersion=2023-01-01",
            "23 module ./net.bicep net ?",
            "24 name=net",
            "26 resource Microsoft.Web/sites many ?",
            "26 *=?",
            "26 apiVersion=2023-01-01",
            "29 output string id 0",
            "29 value=?",
        ]
    );
}

#[test]
fn a_bicep_string_that_never_ends_leaves_the_rest_open() {
    assert!(read(&BICEP, "param a string = '''b\n").contains(&"unsure resources".to_owned()));
}

#[test]
fn bundles_declare_resources_of_all_targets() {
    let text = "bundle: {name: b}\nresources:\n  jobs:\n    nightly:\n      name: ${var.x}\n      max: 1\ntargets:\n  dev:\n    resources:\n      pipelines:\n        p: {name: q}\n";
    assert_eq!(
        read(&BUNDLE, text),
        [
            "4 resource jobs nightly 0",
            "5 name=?",
            "6 max=1",
            "11 resource pipelines p 0",
            "11 name=q"
        ]
    );
}

#[test]
fn an_app_spec_is_known_by_its_shape() {
    let text = "name: shop\nregion: fra\nservices:\n- name: web\n  instance_count: 2\n";
    assert_eq!(
        read(&APP, text),
        [
            "1 resource app shop 0",
            "1 name=shop",
            "2 region=fra",
            "4 resource service web 0",
            "4 name=web",
            "5 instance_count=2"
        ]
    );
    assert_eq!(read(&APP, "runtime: python312\nservice: default\n"), [""; 0]);
    assert_eq!(read(&APP, "apiVersion: v1\nkind: List\nname: a\nservices: [{name: b}]\n"), [""; 0]);
}

#[test]
fn hostile_texts_end() {
    for text in ["{".repeat(50_000), "resource a 'b' = {".repeat(2_000), "'${".repeat(20_000)] {
        read(&TERRAFORM, &text);
        read(&BICEP, &text);
    }
    let deep = format!("a = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(read(&TERRAFORM, &deep).contains(&"unsure resources".to_owned()));
    read(&TERRAFORM, &format!("a = {}1\n", "!".repeat(50_000)));
    read(&TERRAFORM, &"a {\n".repeat(5_000));
}
