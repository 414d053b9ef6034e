//! Tables of specifications: how wide the header is, and the first row that is not as wide.

use super::tables::GRID;
use crate::base::Value;

/// A table while its rows are read.
#[derive(Default)]
pub struct Grid {
    line: u32,
    columns: usize,
    rows: usize,
    is_ruled: bool,
    ragged: Option<(u32, usize)>,
}

impl Grid {
    /// Its next row.
    pub fn row(&mut self, line: u32, row: &str) {
        let cells = cells(row);
        if self.columns == 0 {
            (self.line, self.columns) = (line, cells);
        } else if !self.is_ruled
            && self.rows == 0
            && row.bytes().all(|byte| b"|-: ".contains(&byte))
        {
            self.is_ruled = true;
        } else {
            self.rows += 1;
            let is_ragged = self.ragged.is_none() && cells != self.columns;
            self.ragged = self.ragged.or_else(|| is_ragged.then_some((line, cells)));
        }
    }

    /// Its row; none without the rule under the header: that is no table.
    pub fn finish(self) -> Option<(usize, Vec<Value>)> {
        let (line, cells) = self.ragged.unzip();
        let row =
            [self.line.into(), self.columns.into(), self.rows.into(), line.into(), cells.into()];
        self.is_ruled.then(|| (GRID, row.to_vec()))
    }
}

/// How many cells a row has wherever it is shown: every bar parts two, in code too, but one behind a backslash.
fn cells(row: &str) -> usize {
    let row = row.trim();
    let mut is_escaped = false;
    let mut bars = 0;
    for byte in row.bytes() {
        bars += usize::from(byte == b'|' && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    let ends = usize::from(row.starts_with('|'))
        + usize::from(row.len() > 1 && row.ends_with('|') && !row.ends_with("\\|"));
    (bars + 1).saturating_sub(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_parts_cells_in_code_too() {
        let rows = ["| a | b |", "| `a|b` |", "| a \\| b | c", "|", ""];
        assert_eq!(rows.map(cells), [2, 2, 2, 1, 1]);
    }

    #[test]
    fn a_table_knows_its_first_ragged_row() {
        let mut grid = Grid::default();
        for (line, row) in
            (3..).zip(["| a | b |", "|---|---|", "| 1 | 2 |", "| 1 |", "| 1 | 2 | 3 |"])
        {
            grid.row(line, row);
        }
        let cells = grid.finish().unwrap().1;
        let numbers: Vec<i64> = cells.iter().filter_map(Value::as_int).collect();
        assert_eq!(numbers, [3, 2, 3, 6, 1]);
    }

    #[test]
    fn without_the_rule_it_is_no_table() {
        let mut grid = Grid::default();
        grid.row(1, "| a |");
        grid.row(2, "| b |");
        assert!(grid.finish().is_none());
    }
}
