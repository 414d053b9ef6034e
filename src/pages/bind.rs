//! Binds the parameters of one use of a page, and with them the search it declares.

use std::collections::BTreeMap;

use super::page::{OneOrMore, Page, ParameterType, ScopeTemplate, SearchTemplate};
use crate::base::Value;
use crate::config::nearest;
use crate::snapshot::Search;
use crate::store::{glob, regex as pattern};

/// One use of a page: its parameters and, if it has one, its search.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// Parameters as the query sees them.
    pub parameters: BTreeMap<String, Value>,
    /// The declared search.
    pub search: Option<Search>,
}

impl Page {
    /// Parameters as given, with the page's defaults, and the search they make.
    ///
    /// # Errors
    /// A parameter is unknown, lacking or of another type.
    pub fn bind(&self, given: &BTreeMap<String, serde_json::Value>) -> Result<Bound, String> {
        if let Some(unknown) = given.keys().find(|name| !self.parameters.contains_key(*name)) {
            let known = self.parameters.keys().cloned();
            let hint = nearest(unknown, known)
                .map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            return Err(format!("`{}` has no parameter `{unknown}`{hint}", self.id));
        }
        let mut bound = Bound::default();
        for (name, parameter) in &self.parameters {
            let value = given.get(name).unwrap_or(&parameter.default);
            if value.is_null() && parameter.required {
                return Err(format!("`{}` needs `{name}`", self.id));
            }
            let cell = cell(value, parameter.kind);
            let cell = cell.ok_or_else(|| {
                format!(
                    "`{name}` of `{}` takes {}, not `{value}`",
                    self.id,
                    parameter.kind.article()
                )
            })?;
            bound.parameters.insert(name.clone(), cell);
        }
        bound.search =
            self.search.as_ref().map(|template| search(template, &bound.parameters)).transpose()?;
        Ok(bound)
    }
}

/// A declared search with its parameters filled in.
fn search(
    template: &SearchTemplate,
    parameters: &BTreeMap<String, Value>,
) -> Result<Search, String> {
    let fill = |text: &str| match text.strip_prefix(':') {
        Some(name) => parameters.get(name).cloned().ok_or(format!("`:{name}` is not a parameter")),
        None => Ok(Value::Text(text.to_owned())),
    };
    let globs = match &template.glob {
        OneOrMore::One(glob) => texts(&fill(glob)?),
        OneOrMore::More(globs) => globs.clone(),
    };
    let regex = fill(&template.regex)?.as_text().unwrap_or_default().to_owned();
    let scope = match &template.scope {
        ScopeTemplate::Fixed(scope) => *scope,
        ScopeTemplate::Parameter(name) => {
            let word = fill(name)?.as_text().unwrap_or_default().to_owned();
            serde_json::from_value(word.into())
                .map_err(|_| "`scope` is neither code nor all".to_owned())?
        }
    };
    pattern(&regex).map_err(|message| format!("search `{regex}`: {message}"))?;
    let check =
        |written: &String| glob(written).map(drop).map_err(|message| format!("search: {message}"));
    globs.iter().try_for_each(check)?;
    Ok(Search { globs, regex, scope })
}

fn texts(value: &Value) -> Vec<String> {
    let text = value.as_text().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_else(|_| vec![text.to_owned()])
}

fn cell(value: &serde_json::Value, kind: ParameterType) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match (kind, value) {
        (_, Json::Null) => Value::Null,
        (ParameterType::Text, Json::String(text)) => Value::Text(text.clone()),
        (ParameterType::Text, Json::Number(number)) => Value::Text(number.to_string()),
        // `equals: true` means the text: what it is compared with is text too.
        (ParameterType::Text, Json::Bool(flag)) => Value::Text(flag.to_string()),
        (ParameterType::Integer, Json::Number(number)) => Value::Int(number.as_i64()?),
        (ParameterType::Flag, Json::Bool(flag)) => Value::Int(i64::from(*flag)),
        (ParameterType::List, Json::String(text)) => {
            Value::Text(Json::from(vec![text.clone()]).to_string())
        }
        (ParameterType::List, Json::Array(items)) if items.iter().all(Json::is_string) => {
            Value::Text(value.to_string())
        }
        _ => return None,
    })
}
