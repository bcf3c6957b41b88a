//! A table for a spreadsheet: RFC 4180, UTF-8 with a byte order mark, which such programs need to read Chinese.
//! No cell is ever taken for a formula: one that would begin like one gets an apostrophe before it.

const BYTE_ORDER_MARK: char = '\u{feff}';

pub struct Table(String);

impl Table {
    pub fn headed(names: &[&str]) -> Self {
        let mut table = Self(String::from(BYTE_ORDER_MARK));
        table.row(names);
        table
    }

    pub fn row(&mut self, cells: &[&str]) {
        let cells: Vec<_> = cells.iter().map(|cell| quoted(cell)).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_its_quotes_are_doubled() {
        let mut table = Table::headed(&["名称"]);
        for cell in ["=1+1", "+1", "-1", "@a", "\tx", "说\"好\"", "511499101203-01"] {
            table.row(&[cell]);
        }
        let text = String::from_utf8(table.into_bytes()).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"名称\"\r\n\"'=1+1\"\r\n\"'+1\"\r\n\"'-1\"\r\n\"'@a\"\r\n\"'\tx\"\r\n\"说\"\"好\"\"\"\r\n\"511499101203-01\"\r\n"
        );
    }
}
