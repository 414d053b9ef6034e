//! What is stored of data files, and the tables pages read.

use crate::base::{Column, Table};
use crate::facts::{Facts, View};

/// Index of the file in [`XML_FACTS`].
pub(super) const FILE: usize = 0;
/// Index of the records.
pub(super) const RECORD: usize = 1;
/// Index of fields that a record has twice.
pub(super) const TWICE: usize = 2;

const ROOT: Column =
    Column::text("root", "Name of the outermost element; undecided: it cannot be read.").open();
const HEADER: Column =
    Column::text("header", "The XML declaration as it is written; empty: there is none.");
const ERROR: Column = Column::text("error", "Why it is no XML; null: it is.");
const ROOT_LINE: Column = Column::int("root_line", "Line of the outermost element.");
const DATA_LINE: Column =
    Column::int("data_line", "Line of a `<data>` that is all the root holds; null: there is none.");
const DISABLED: Column = Column::text(
    "disabled",
    "Checks that a comment `oca-hooks:disable=` silences in the file, each between commas.",
);
const TAG: Column = Column::text("tag", "record, menuitem or template.");
const ID: Column = Column::text("id", "Its id; empty: it has none.");
const NOUPDATE: Column =
    Column::text("noupdate", "`noupdate` of the element around it; 0 if not said.");
const MODEL: Column = Column::text("model", "Its model; empty: it has none.");
const INHERITS: Column =
    Column::text("inherits", "What a template inherits, `inherit_id`; empty: nothing.");
const MAILS: Column = Column::flag(
    "mails",
    "Whether it is a new user whose creation sends a mail to reset the password.",
);
const FIELD: Column = Column::text("field", "Name of the field.");
const RECORD_LINE: Column = Column::int("record_line", "Line of the record.");

pub(super) const XML_FACTS: &[Facts] = &[
    Facts {
        name: "xml_file",
        columns: &[Column::LINE, ROOT, HEADER, ERROR, ROOT_LINE, DATA_LINE, DISABLED],
    },
    Facts {
        name: "xml_record",
        columns: &[Column::LINE, TAG, ID, NOUPDATE, MODEL, INHERITS, MAILS],
    },
    Facts { name: "xml_twice", columns: &[Column::LINE, FIELD, RECORD_LINE] },
];

pub(super) const XML_TABLES: &[View] = &[
    View {
        table: Table {
            name: "odoo_xml",
            doc: "XML files outside `static`.",
            columns: &[
                Column::PATH,
                Column::LINE,
                ROOT,
                HEADER,
                ERROR,
                ROOT_LINE,
                DATA_LINE,
                DISABLED,
            ],
            named: "path",
        },
        query: "select path, line, root, header, error, root_line, data_line, disabled from fact_xml_file",
    },
    View {
        table: Table {
            name: "odoo_records",
            doc: "Records, menu items and templates of such files.",
            columns: &[Column::PATH, Column::LINE, TAG, ID, NOUPDATE, MODEL, INHERITS, MAILS],
            named: "path",
        },
        query: "select path, line, tag, id, noupdate, model, inherits, mails from fact_xml_record",
    },
    View {
        table: Table {
            name: "odoo_fields_twice",
            doc: "Fields that one record of such a file has more than once, at the first.",
            columns: &[Column::PATH, Column::LINE, FIELD, RECORD_LINE],
            named: "path",
        },
        query: "select path, line, field, record_line from fact_xml_twice",
    },
];

const CSV_ERROR: Column = Column::text("error", "Why it cannot be read; null: it can.");

pub(super) const CSV_FACTS: &[Facts] = &[
    Facts { name: "csv_file", columns: &[Column::LINE, CSV_ERROR] },
    Facts { name: "csv_row", columns: &[Column::LINE, ID] },
];

pub(super) const CSV_TABLES: &[View] = &[
    View {
        table: Table {
            name: "odoo_csv",
            doc: "CSV files in the folders where addons keep data.",
            columns: &[Column::PATH, Column::LINE, CSV_ERROR],
            named: "path",
        },
        query: "select path, line, error from fact_csv_file",
    },
    View {
        table: Table {
            name: "odoo_csv_rows",
            doc: "Rows of such files that have a column `id`.",
            columns: &[Column::PATH, Column::LINE, ID],
            named: "path",
        },
        query: "select path, line, id from fact_csv_row",
    },
];
