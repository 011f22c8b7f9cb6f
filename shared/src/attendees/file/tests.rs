//! Files as ticketing systems and spreadsheets write them, and files that are none.

use proptest::prelude::*;

use super::*;
use crate::attendees::import::{MAX_ROWS, RefusalReason};
use crate::attendees::model::{Approval, TicketState};
use crate::attendees::source::TicketData;

fn csv(text: &str) -> Vec<Row> {
    read(Format::Csv, text.as_bytes()).unwrap()
}

fn ticket(row: &Row) -> &TicketData {
    row.ticket.as_ref().unwrap()
}

/// Column and message of each problem of a row.
fn problems(row: &Row) -> Vec<(&str, &str)> {
    let all = row.ticket.as_ref().unwrap_err();
    all.iter().map(|problem| (problem.column.as_deref().unwrap_or_default(), problem.message.as_str())).collect()
}

fn refusal(format: Format, bytes: &[u8]) -> RefusalReason {
    read(format, bytes).unwrap_err().reason
}

#[test]
fn csv_is_read_whatever_its_separator_order_quotes_and_line_ends() {
    let plain = "code,name,ticket_type,email\nk7xq2mv9,\"Rao, Asha\",Standard,asha@example.org\n";
    let expected = csv(plain);
    assert_eq!(ticket(&expected[0]).name.as_str(), "Rao, Asha");
    for same in [
        "\u{feff}Code,Name,Ticket Type,E-Mail\r\nk7xq2mv9,\"Rao, Asha\",Standard,asha@example.org\r\n",
        "Ticket-Code;Attendee name;Product;Attendee email\nk7xq2mv9;Rao, Asha;Standard;ASHA@example.org",
        "sep=;\r\nemail;shoe size;TYPE;name;secret\r\nasha@example.org;42;Standard;\"Rao, Asha\";k7xq2mv9\r\n",
        "email\tname\tcode\tcategory\n\n asha@example.org \tRao, Asha\tk7xq2mv9\tStandard\n\t\t\t\n",
    ] {
        assert_eq!(csv(same), expected, "{same:?}");
    }
}

#[test]
fn json_is_read_as_csv_is() {
    let json = r#"[{"Code": "k7xq2mv9", "name": "Asha", "ticketType": "Standard", "email": null, "order": 17, "x": {}},
        {"code": "second-1", "name": ["Asha"], "ticket_type": "Standard"}, "third"]"#;
    let rows = read(Format::Json, json.as_bytes()).unwrap();
    let first = ticket(&rows[0]);
    assert_eq!((first.email.clone(), first.order.clone()), (Some(None), Some(Some("17".parse().unwrap()))));
    assert_eq!(problems(&rows[1])[0], ("name", "must be a text"));
    assert_eq!(problems(&rows[2])[0], ("", "must be an object"));
}

#[test]
fn optional_columns_say_what_they_say_or_nothing() {
    let rows = csv("code,name,type,email,status,approval status,valid from,valid until,order,updated at\n\
        aaaaaa,A,S,a@example.org,P,approved,2026-12-01T09:00:00+05:30,2026-12-02T00:00:00Z,XY12,2026-11-20T10:00:00Z\n\
        bbbbbb,B,S,,canceled,pending,,,,\n");
    let first = ticket(&rows[0]);
    assert_eq!((first.state, first.approval), (Some(TicketState::Paid), Some(Approval::Approved)));
    assert_eq!(first.valid_from.flatten().unwrap().to_string(), "2026-12-01T03:30:00.000Z");
    assert_eq!(rows[0].updated_at.unwrap().to_string(), "2026-11-20T10:00:00.000Z");
    let second = ticket(&rows[1]);
    assert_eq!((second.state, second.approval), (Some(TicketState::Cancelled), Some(Approval::Unapproved)));
    assert_eq!((second.email.clone(), second.valid_from, second.order.clone()), (Some(None), Some(None), Some(None)));
    let bare = csv("code,name,type\naaaaaa,A,S\n");
    let bare = ticket(&bare[0]);
    assert_eq!((bare.email.clone(), bare.state, bare.valid_from), (None, None, None));
}

#[test]
fn bad_rows_name_their_columns_and_leave_the_others_alone() {
    let rows = csv("code,name,type,email,state,valid_from\n\
        a#b,,S,nobody,maybe,tomorrow\n\
        good-1,Asha,S,,,\n\
        good-1,Ravi,S,,,\n\
        good-2,Ravi,S,,,,,\n\
        good-3,\"Ra\nvi\",S\n");
    let columns: Vec<&str> = problems(&rows[0]).iter().map(|(column, _)| *column).collect();
    assert_eq!(columns, ["code", "name", "email", "state", "valid_from"]);
    assert!(rows[1].ticket.is_ok());
    assert_eq!(problems(&rows[2]), [("code", "is already the code of row 2")]);
    assert_eq!(problems(&rows[3]), [("", "has 8 cells, but the header has 6. Check the quotes.")]);
    assert_eq!(problems(&rows[4]), [("name", "must not contain control characters")]);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn report_never_quotes_the_file() {
    let rows = csv("code,name,type,email,state,approval,valid_from\nXYZZY#,,XYZZY,XYZZY,XYZZY,XYZZY,XYZZY\n");
    assert!(problems(&rows[0]).iter().all(|(_, message)| !message.contains("XYZZY")));
    let broken = read(Format::Json, br#"[{"name": "XYZZY"#).unwrap_err();
    assert!(!broken.message.contains("XYZZY"), "{}", broken.message);
}

#[test]
fn files_that_are_none_are_refused_whole() {
    let (csv, json) = (Format::Csv, Format::Json);
    assert_eq!(refusal(csv, b""), RefusalReason::NoRows);
    assert_eq!(refusal(csv, b"code,name,type\n"), RefusalReason::NoRows);
    assert_eq!(refusal(csv, b"\xff\xfec\0o\0d\0e\0"), RefusalReason::NotText);
    assert_eq!(refusal(csv, b"PK\x03\x04\0\0spreadsheet"), RefusalReason::NotText);
    assert_eq!(refusal(csv, b"<html><body>Log in</body></html>"), RefusalReason::Columns);
    assert_eq!(refusal(csv, b"name,email\nAsha,asha@example.org\n"), RefusalReason::Columns);
    assert_eq!(refusal(csv, b"code,Code,name,type\n1,2,3,4\n"), RefusalReason::Columns);
    assert_eq!(refusal(json, b"{}"), RefusalReason::Malformed);
    assert_eq!(refusal(json, b"[{},"), RefusalReason::Malformed);
    assert_eq!(refusal(json, b"[] []"), RefusalReason::Malformed);
    assert_eq!(refusal(json, b"[]"), RefusalReason::NoRows);
    let message = read(csv, b"name,email\nAsha,asha@example.org\n").unwrap_err().message;
    assert_eq!(message, "The file lacks these columns: `code`, `ticket_type`. Add them.");
}

#[test]
fn files_that_are_too_large_are_refused_whole() {
    let rows = |count: usize| {
        let row = |n: usize| format!("code-{n},Asha,Standard\n");
        format!("code,name,type\n{}", (0..count).map(row).collect::<String>())
    };
    assert_eq!(csv(&rows(MAX_ROWS)).len(), MAX_ROWS);
    assert_eq!(refusal(Format::Csv, rows(MAX_ROWS + 1).as_bytes()), RefusalReason::TooLarge);
    let blank = vec![b'\n'; 20 * 1024 * 1024 + 1];
    assert_eq!(refusal(Format::Csv, &blank), RefusalReason::TooLarge);
    let kinds = format!("code,name,type\n{}", (0..51).map(|n| format!("code-{n},A,Kind {n}\n")).collect::<String>());
    assert_eq!(refusal(Format::Csv, kinds.as_bytes()), RefusalReason::TooManyTypes);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text: String) {
        for format in [Format::Csv, Format::Json] {
            let headed = format!("code,name,type\n{text}");
            let _rows_or_refusal = [read(format, &bytes), read(format, text.as_bytes()), read(format, headed.as_bytes())];
        }
    }

    /// What a CSV writer wrote is read back, with line breaks and quotes in names but for those that a name may not
    /// have.
    #[test]
    fn written_names_are_read_back(names in proptest::collection::vec("[a-zA-Z\",;' नमस्ते]{1,30}", 1..20)) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["code", "name", "type"]).unwrap();
        for (n, name) in names.iter().enumerate() {
            writer.write_record([&format!("code-{n}"), name, "Standard"]).unwrap();
        }
        let rows = read(Format::Csv, &writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(rows.len(), names.len());
        for (row, name) in rows.iter().zip(&names) {
            let read = row.ticket.as_ref().map(|ticket| ticket.name.to_string()).unwrap_or_default();
            prop_assert_eq!(read, name.trim());
        }
    }
}
