//! One claim, as it becomes a row.

use crate::base::Value;

/// The most characters of a claim's words, subject, unit and section that are kept.
const MAX_TEXT: usize = 300;

/// Something a document says that can be checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// Its line.
    pub line: u32,
    /// F1, F2 and so on.
    pub form: &'static str,
    /// What it is about.
    pub subject: String,
    /// The id its subject begins with.
    pub reference: Option<String>,
    /// X of X/Y.
    pub numerator: Option<u64>,
    /// Y of X/Y.
    pub denominator: Option<u64>,
    /// As written, without the sign.
    pub percent: Option<String>,
    /// The number of things.
    pub count: Option<u64>,
    /// What is counted.
    pub unit: Option<String>,
    /// What its status word means.
    pub status: Option<&'static str>,
    /// stated, target, planned or threshold.
    pub context: &'static str,
    /// Whether it says "about" or "at least".
    pub is_approximate: bool,
    /// What the document itself comes to.
    pub measured: Option<u64>,
    /// Title of the heading above it.
    pub section: String,
    /// Its words.
    pub text: String,
}

impl Claim {
    /// What makes it the same claim on another line.
    pub fn same(&self) -> (&'static str, String, String) {
        (self.form, short(&self.subject), short(&self.text))
    }

    /// The cells of its row; `number` tells equal claims of one document apart.
    pub fn cells(self, number: usize) -> [Value; 16] {
        let whole = |number: Option<u64>| -> Value {
            number.and_then(|number| i64::try_from(number).ok()).into()
        };
        [
            self.line.into(),
            number.into(),
            self.form.into(),
            short(&self.subject).into(),
            self.reference.into(),
            whole(self.numerator),
            whole(self.denominator),
            self.percent.into(),
            whole(self.count),
            self.unit.as_deref().map(short).into(),
            self.status.into(),
            self.context.into(),
            short(&self.text).into(),
            self.is_approximate.into(),
            whole(self.measured),
            short(&self.section).into(),
        ]
    }
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}
