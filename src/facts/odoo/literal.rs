//! Values that Python's `ast.literal_eval` can return, with the place of each.

/// A place in a text: line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A value and where it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it starts; inside any parentheses around it.
    pub at: Place,
    /// The line it ends on.
    pub last: u32,
    /// The value.
    pub value: Literal,
}

/// A Python literal. Dicts and sets keep every entry as written, repeated ones too.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True`, `False`.
    Bool(bool),
    /// An integer of any size: its decimal digits, after `-` if negative.
    Int(String),
    /// A float.
    Float(f64),
    /// A complex number: real and imaginary part.
    Complex(f64, f64),
    /// A `str`. Lone surrogates, which UTF-8 cannot hold, are U+FFFD.
    Text(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Node>),
    /// A list.
    List(Vec<Node>),
    /// A set.
    Set(Vec<Node>),
    /// A dict.
    Dict(Vec<(Node, Node)>),
}

impl Literal {
    /// The text, if this is a `str`.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The type, as Python names it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Literal::None => "None",
            Literal::Ellipsis => "ellipsis",
            Literal::Bool(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Float(_) => "float",
            Literal::Complex(..) => "complex",
            Literal::Text(_) => "str",
            Literal::Bytes(_) => "bytes",
            Literal::Tuple(_) => "tuple",
            Literal::List(_) => "list",
            Literal::Set(_) => "set",
            Literal::Dict(_) => "dict",
        }
    }

    /// The items, if this is a list, a tuple or a set.
    pub fn items(&self) -> Option<&[Node]> {
        match self {
            Literal::List(items) | Literal::Tuple(items) | Literal::Set(items) => Some(items),
            _ => None,
        }
    }

    /// Python's `bool(value)`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Literal::None => false,
            Literal::Ellipsis => true,
            Literal::Bool(flag) => *flag,
            Literal::Int(digits) => digits != "0",
            Literal::Float(number) => *number != 0.0,
            Literal::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Literal::Text(text) => !text.is_empty(),
            Literal::Bytes(bytes) => !bytes.is_empty(),
            Literal::Tuple(items) | Literal::List(items) | Literal::Set(items) => !items.is_empty(),
            Literal::Dict(entries) => !entries.is_empty(),
        }
    }

    /// A text that two hashable values share if and only if Python takes them for the same dict key; None where
    /// Python says `unhashable type`.
    pub fn identity(&self) -> Option<String> {
        match self {
            Literal::List(_) | Literal::Set(_) | Literal::Dict(_) => None,
            Literal::None => Some("None".to_owned()),
            Literal::Ellipsis => Some("...".to_owned()),
            Literal::Bool(flag) => Some(u8::from(*flag).to_string()),
            Literal::Int(digits) => Some(digits.clone()),
            Literal::Float(number) => Some(number_identity(*number)),
            Literal::Complex(real, imaginary) if *imaginary == 0.0 => Some(number_identity(*real)),
            Literal::Complex(real, imaginary) => {
                // Adding zero makes zero of minus zero, which Python takes for equal.
                Some(format!("{:e},{:e}j", real + 0.0, imaginary + 0.0))
            }
            Literal::Text(text) => Some(format!("{text:?}")),
            Literal::Bytes(bytes) => Some(format!("b{}", bytes.escape_ascii())),
            Literal::Tuple(items) => {
                let inner: Option<Vec<String>> =
                    items.iter().map(|item| item.value.identity()).collect();
                inner.map(|inner| format!("({})", inner.join(",")))
            }
        }
    }
}

/// Whole floats share the digits of the integer they equal; `{}` prints a float without an exponent.
fn number_identity(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { format!("{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_equal_are_the_same_key() {
        let one = Literal::Int("1".to_owned()).identity();
        assert_eq!(Literal::Bool(true).identity(), one);
        assert_eq!(Literal::Float(1.0).identity(), one);
        assert_eq!(Literal::Complex(1.0, 0.0).identity(), one);
        assert_ne!(Literal::Text("1".to_owned()).identity(), one);
        let large = Literal::Int("100000000000000000000".to_owned()).identity();
        assert_eq!(Literal::Float(1e20).identity(), large);
    }
}
