//! What is stored of claims, and the table pages read.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

/// The table that a document which cannot be read leaves open.
pub const OPEN: &str = "claims";

const NUMBER: Column =
    Column::int("number", "Which of the equal claims of the document it is, from 1.");
const FORM: Column = Column::text(
    "form",
    "F1 `X/Y (Z%)`, F2 `Z% (X of Y)`, F3 status in a table row, F4 total row, F5 roll-up of a section or layer, F6 bare \
     percentage, F7 inventory count, F8 ticked or marked item, F9 state of a whole, F10 key of a data file, F11 said of \
     all, F12 printed output in a fence, F13 count in a heading, F14 bare fraction.",
);
const SUBJECT: Column = Column::text(
    "subject",
    "What it is about: its label, its row's id and name, its column, or its heading.",
);
const REFERENCE: Column =
    Column::text("ref", "The id a table row begins with, such as `3.1` or `FR-001`.");
const NUMERATOR: Column = Column::int("numerator", "X of X/Y.");
const DENOMINATOR: Column = Column::int("denominator", "Y of X/Y.");
const PERCENT: Column = Column::text("percent", "The percentage, a number; null: none is said.");
const COUNT: Column = Column::int("count", "The number of things it says there are.");
const UNIT: Column = Column::text("unit", "What is counted, lower case.");
const STATUS: Column = Column::text(
    "status",
    "What its status word or mark means: done, partial, planned, missing, deferred, not-applicable.",
);
const CONTEXT: Column = Column::text("context", "stated, target, planned or threshold.");
const TEXT: Column =
    Column::text("text", "The line, or the table cell and its row, without markup.");
const APPROXIMATE: Column =
    Column::flag("approximate", "Whether it says so: `~`, about, at least, `80+`.");
const MEASURED: Column = Column::int(
    "measured",
    "What the document itself comes to: sum of the column (F4), rows of the table it sums up (F5), entries listed \
     (F13); null: nothing to hold it against.",
);
const SECTION: Column = Column::text("section", "Title of the heading above it.");

/// The stored facts.
pub const FACTS: &[Facts] = &[Facts { name: "claim", columns: COLUMNS }];

/// The stored facts of data files.
pub const DATA_FACTS: &[Facts] = &[Facts { name: "data_claim", columns: COLUMNS }];

const COLUMNS: &[Column] = &[
    Column::LINE,
    NUMBER,
    FORM,
    SUBJECT,
    REFERENCE,
    NUMERATOR,
    DENOMINATOR,
    Column::text("percent", "The percentage as written."),
    COUNT,
    UNIT,
    STATUS,
    CONTEXT,
    TEXT,
    APPROXIMATE,
    MEASURED,
    SECTION,
];

/// The table of the contract.
pub const TABLES: &[View] = &[View {
    table: Table {
        name: "claims",
        doc: "Statements of documents and data files in numbers and status words.",
        columns: &[
            Column::PATH,
            Column::LINE,
            Column::text("id", "Its short id, made of path, form, subject and words: it outlives line numbers."),
            FORM,
            SUBJECT,
            REFERENCE,
            NUMERATOR,
            DENOMINATOR,
            PERCENT,
            Column::int("decimals", "Decimals of the percentage as written."),
            COUNT,
            UNIT,
            STATUS,
            CONTEXT,
            TEXT,
            APPROXIMATE,
            MEASURED,
            SECTION,
        ],
        named: "subject",
    },
    query: "select path, line, 'c-' || short_id(path || char(10) || form || char(10) || number || char(10) || subject
                || char(10) || text) as id,
            form, subject, ref, numerator, denominator, cast(percent as numeric) as percent,
            case instr(percent, '.') when 0 then 0 else length(percent) - instr(percent, '.') end as decimals,
            count, unit, status, context, text, approximate, measured, section
        from (select * from fact_claim union all select * from fact_data_claim)",
}];
