//! Files as ticketing systems and spreadsheets write them, and files that are none.

use proptest::prelude::*;

use super::*;
use crate::attendees::import::{MAX_ROWS, Refusal, RefusalReason};
use crate::attendees::model::{Approval, TicketState};
use crate::attendees::source::TicketData;

fn read(format: Format, bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    super::read(format, bytes, &"Asia/Kolkata".parse().unwrap())
}

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
fn json_with_a_member_twice_or_a_huge_number_is_judged_row_by_row() {
    let json = r#"[{"code": "AAAA01", "code": "AAAA02", "name": "Asha", "type": "General"},
        {"code": "AAAA03", "name": "Asha", "type": "General", "price": 1e400},
        {"code": 1e400, "name": "Asha", "type": "General"}]"#;
    let rows = read(Format::Json, json.as_bytes()).unwrap();
    assert_eq!(problems(&rows[0]), [("", "has a member twice")]);
    assert_eq!(ticket(&rows[1]).code.as_str(), "AAAA03");
    assert_eq!(problems(&rows[2])[0], ("code", "must be a text or a whole number of at most 19 digits"));
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
        good-2,Ravi,S,,,,,x\n\
        good-3,\"Ra\"vi,S\n\
        good-4,Asha,S,,,,,\n");
    let columns: Vec<&str> = problems(&rows[0]).iter().map(|(column, _)| *column).collect();
    assert_eq!(columns, ["code", "name", "email", "state", "valid_from"]);
    assert!(rows[1].ticket.is_ok());
    assert_eq!(problems(&rows[2]), [("code", "is already the code of row 2")]);
    assert_eq!(problems(&rows[3]), [("", "has 8 cells, but the header has 6. Check the quotes.")]);
    assert_eq!(problems(&rows[4]), [("", "has text or a blank beside a quote. Check the quotes.")]);
    assert!(rows[5].ticket.is_ok(), "empty cells beyond the header mean nothing");
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
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
    assert_eq!(refusal(csv, b"\xff\xfec\0o\0d\0e"), RefusalReason::NotText);
    assert_eq!(refusal(csv, b"code,name,type\nk7xq2mv9,Jos\xe9,S\n"), RefusalReason::NotText);
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
fn of_columns_that_could_mean_the_same_the_one_whose_texts_fit_counts() {
    // A position export: the state of the order, and the state of an address, twice.
    let rows = csv("Order code,Status,Email,Product,Attendee name,Attendee email,State,Ticket secret,State,Blocked\n\
        A,Canceled (paid fee),buyer@example.org,S,Asha,asha@example.org,Karnataka,secret-1,KA,No\n\
        B,Pending (overdue),buyer@example.org,S,Ravi,,,secret-2,Goa,\n\
        C,expired,buyer@example.org,S,Noor,,N,secret-3,,Yes\n\
        D,paid,buyer@example.org,S,Mina,,,secret-4,,\n");
    let states: Vec<_> = rows.iter().map(|row| ticket(row).state.unwrap()).collect();
    let [cancelled, unpaid, paid] = [TicketState::Cancelled, TicketState::Unpaid, TicketState::Paid];
    assert_eq!(states, [cancelled, unpaid, cancelled, paid]);
    let emails: Vec<_> = rows.iter().map(|row| ticket(row).email.clone().unwrap()).collect();
    assert_eq!(emails, [Some("asha@example.org".parse().unwrap()), None, None, None], "the buyer is not the attendee");
    let approvals: Vec<_> = rows.iter().map(|row| ticket(row).approval).collect();
    assert_eq!(approvals, [Some(Approval::Approved), None, Some(Approval::Unapproved), None]);
}

#[test]
fn empty_column_is_no_reason_to_call_a_ticket_paid() {
    for text in [
        "code,name,type,status,state\naaaaaa,A,S,canceled,\n",
        "code,name,type,state,status\naaaaaa,A,S,,canceled\n",
        "code,name,type,state,order status\nbbbbbb,B,S,paid,\naaaaaa,A,S,,canceled\n",
        "code,name,type,state,payment status\naaaaaa,A,S,Goa,refunded\n",
    ] {
        let rows = csv(text);
        assert_eq!(ticket(rows.last().unwrap()).state, Some(TicketState::Cancelled), "{text}");
    }
    // Words that nobody knows are a problem, in whatever column they are.
    let rows = csv("code,name,type,status,state\naaaaaa,A,S,bezahlt,\nbbbbbb,B,S,,Goa\n");
    assert!(rows.iter().all(|row| problems(row) == [("state", "must be `paid`, `unpaid` or `cancelled`")]));
}

#[test]
fn buyer_counts_where_the_file_knows_no_attendee() {
    let rows = csv("secret,name,product,email,attendee email\naaaaaa,A,S,buyer@example.org,\n");
    assert_eq!(ticket(&rows[0]).email, Some(Some("buyer@example.org".parse().unwrap())));
    let rows = csv("secret,name,attendee name,product\naaaaaa,Buyer,Asha,S\n");
    assert_eq!(ticket(&rows[0]).name.as_str(), "Asha");
}

#[test]
fn open_quote_is_a_refusal_and_swallows_no_row() {
    let text = "code,name,type,notes\nAAAA01,Bob,S,\"likes quotes\nAAAA02,Al,S,x\nAAAA03,Cy,S,x\n";
    let refusal = read(Format::Csv, text.as_bytes()).unwrap_err();
    assert_eq!(refusal.reason, RefusalReason::Malformed);
    assert_eq!(refusal.message, "The file is not valid CSV: the quote that opens in line 2 is never closed.");
}

#[test]
fn breaks_and_tabs_in_a_cell_are_blanks() {
    let rows = csv("code,name,type\naaaaaa,\"Asha\r\n Rao\",\"Early\tBird \"\n");
    assert_eq!((ticket(&rows[0]).name.as_str(), ticket(&rows[0]).ticket_type.as_str()), ("Asha Rao", "Early Bird"));
}

#[test]
fn utf_16_is_read_by_its_mark() {
    let text = "code\tname\ttype\naaaaaa\tJosé Łukasz\tS\n";
    let units =
        |bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect();
    for bytes in [units(u16::to_le_bytes), units(u16::to_be_bytes)] as [Vec<u8>; 2] {
        assert_eq!(read(Format::Csv, &bytes).unwrap(), csv(text));
    }
}

#[test]
fn number_is_taken_as_it_is_written_or_not_at_all() {
    let json = r#"[{"code": 123456789012345678, "name": "A", "type": "S"}, {"code": 12345678901234567890123, "name": "B", "type": "S"},
        {"code": 1234567.0, "name": "C", "type": "S"}, {"code": true, "name": "D", "type": "S", "x": 1.5}]"#;
    let rows = read(Format::Json, json.as_bytes()).unwrap();
    assert_eq!(ticket(&rows[0]).code.as_str(), "123456789012345678");
    let inexact = "must be a text or a whole number of at most 19 digits";
    let first = |row: &Row| row.ticket.as_ref().unwrap_err()[0].message.clone();
    assert_eq!([first(&rows[1]), first(&rows[2]), first(&rows[3])], [inexact, inexact, "must be a text"]);
}

#[test]
fn times_are_of_the_conference_where_they_have_no_offset() {
    for (text, utc) in [
        ("2026-12-01T09:00:00+05:30", Some("2026-12-01T03:30:00.000Z")),
        ("2026-12-01 09:00", Some("2026-12-01T03:30:00.000Z")),
        ("2026-12-01T09:00:30", Some("2026-12-01T03:30:30.000Z")),
        ("01.12.2026 09:00", Some("2026-12-01T03:30:00.000Z")),
        ("12/01/2026 9 a.m.", None),
        ("2026-13-01 09:00", None),
    ] {
        let rows = csv(&format!("code,name,type,valid from\naaaaaa,A,S,{text}\n"));
        let read = rows[0].ticket.as_ref().ok().map(|ticket| ticket.valid_from.flatten().unwrap().to_string());
        assert_eq!(read.as_deref(), utc, "{text}");
    }
    let rows = csv("code,name,type,valid from,valid until\naaaaaa,A,S,2026-12-02 09:00,2026-12-02 09:00\n");
    assert_eq!(problems(&rows[0]), [("valid_until", "must be after `valid_from`")]);
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
