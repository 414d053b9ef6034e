//! placeholder
/// x
pub fn dirname(path: &str) -> &str { path.rfind('/').map_or("", |at| &path[..at]) }
/// x
pub fn basename(path: &str) -> &str { path.rfind('/').map_or(path, |at| &path[at+1..]) }
/// x
pub fn path_stem(path: &str) -> &str { basename(path) }
/// x
pub fn path_join(folder: &str, relative: &str) -> Option<String> { Some(format!("{folder}/{relative}")) }
