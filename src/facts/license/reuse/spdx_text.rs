//! The ids of an expression by its grammar alone: REUSE asks for the text of whatever is named, listed or not.

/// The ids of licences and exceptions, each once; none: the text is no expression.
pub(in super::super) fn ids(text: &str) -> Option<Vec<String>> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().take(200).collect();
    let mut reader = Reader { tokens: &tokens, at: 0, ids: Vec::new() };
    reader.expression(0)?;
    (reader.at == tokens.len()).then_some(reader.ids)
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    ids: Vec<String>,
}

impl Reader<'_> {
    fn expression(&mut self, depth: usize) -> Option<()> {
        self.term(depth)?;
        while self.is_word("and") || self.is_word("or") {
            self.at += 1;
            self.term(depth)?;
        }
        Some(())
    }

    fn term(&mut self, depth: usize) -> Option<()> {
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        if token == "(" {
            (depth < 20).then_some(())?;
            self.expression(depth + 1)?;
            (self.tokens.get(self.at) == Some(&")")).then_some(())?;
            self.at += 1;
            return Some(());
        }
        self.id(token)?;
        if self.is_word("with") {
            self.at += 1;
            let exception = *self.tokens.get(self.at)?;
            self.at += 1;
            self.id(exception)?;
        }
        Some(())
    }

    fn id(&mut self, token: &str) -> Option<()> {
        let is_operator = ["and", "or", "with"].iter().any(|word| token.eq_ignore_ascii_case(word));
        let is_plain = token.chars().all(|c| c.is_ascii_alphanumeric() || ".-+:_".contains(c));
        (is_plain && !is_operator).then_some(())?;
        if !self.ids.iter().any(|id| id == token) {
            self.ids.push(token.to_owned());
        }
        Some(())
    }

    fn is_word(&self, word: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn expressions_name_licences_and_exceptions() {
        let said = |text| ids(text).map(|ids| ids.join(" "));
        assert_eq!(
            said("MIT OR (Apache-2.0 AND GPL-3.0+ WITH X)").as_deref(),
            Some("MIT Apache-2.0 GPL-3.0+ X")
        );
        for wrong in ["", "MIT OR", "MIT Apache-2.0", "(MIT", "GPL v3", "MIT/ISC"] {
            assert_eq!(said(wrong), None, "{wrong}");
        }
    }
}
