//! Streams and changes: no record lost, none twice.

use super::fake::*;

#[derive(Clone, Debug)]
struct Row {
    id: i64,
    at: i64,
    name: String,
    hidden: bool,
}

fn row(id: i64, at: i64) -> Row {
    Row { id, at, name: String::new(), hidden: false }
}

const T0: i64 = 1_790_000_000;

fn stamp(at: i64) -> String {
    odoo_rpc::field::format_datetime(odoo_rpc::field::Timestamp::from_second(at).unwrap())
}

/// Odoo's `search`, `search_read` and `read` on rows. What is hidden is taken out after the limit, as `mail.message._search` does it.
fn table(rows: &[Row], request: &HttpRequest) -> Step {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let method = request.url.path().rsplit('/').next().unwrap().to_owned();
    if method == "read" {
        let ids: Vec<i64> = serde_json::from_value(body["ids"].clone()).unwrap();
        let read: Vec<Value> = rows
            .iter()
            .filter(|row| ids.contains(&row.id))
            .map(|row| json!({"id": row.id, "name": row.name}))
            .collect();
        return ok(Value::from(read));
    }
    let fits = |row: &&Row| {
        body["domain"].as_array().unwrap().iter().filter_map(Value::as_array).all(|leaf| {
            let (mine, other) = match leaf[0].as_str().unwrap() {
                "id" => (row.id.to_string(), leaf[2].to_string()),
                _ => (stamp(row.at), leaf[2].as_str().unwrap().to_owned()),
            };
            let order = match mine.parse::<i64>() {
                Ok(mine) => mine.cmp(&other.parse::<i64>().unwrap()),
                Err(_) => mine.cmp(&other),
            };
            match leaf[1].as_str().unwrap() {
                ">" => order.is_gt(),
                ">=" => order.is_ge(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                _ => unreachable!(),
            }
        })
    };
    let mut found: Vec<&Row> = rows.iter().filter(fits).collect();
    match body["order"].as_str() {
        Some("id") => found.sort_by_key(|row| row.id),
        _ => found.sort_by_key(|row| (row.at, row.id)),
    }
    found.truncate(body["limit"].as_u64().map_or(usize::MAX, |limit| limit as usize));
    found.retain(|row| !row.hidden);
    match method.as_str() {
        "search" => ok(Value::from(found.iter().map(|row| row.id).collect::<Vec<_>>())),
        _ => ok(Value::from(
            found
                .iter()
                .map(|row| json!({"id": row.id, "name": row.name, "write_date": stamp(row.at)}))
                .collect::<Vec<_>>(),
        )),
    }
}

async fn drain(changes: &mut odoo_rpc::Changes<Partner>) -> Vec<i64> {
    let mut seen = Vec::new();
    for _ in 0..200 {
        let page = changes.next().await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|partner| partner.id.get()));
    }
    seen
}

/// records/changes.rs: `advance` moves on before the records are read; a read that fails loses its page for good.
#[tokio::test]
async fn a_page_of_changes_that_could_not_be_read_comes_again() {
    // Twelve records an hour apart.
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let broken = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        if request.url.path().ends_with("/read") && broken.swap(false, Ordering::SeqCst) {
            return fails(TransportErrorKind::Read);
        }
        table(&rows, request)
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    changes.next().await.unwrap_err();
    let mut seen = drain(&mut changes).await;
    seen.extend(drain(&mut changes).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=12).collect::<Vec<_>>());
}

/// The same where the future is dropped (a timeout of the caller, `select!`).
#[tokio::test(start_paused = true)]
async fn a_page_of_changes_whose_future_was_dropped_comes_again() {
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let slow = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        let mut step = table(&rows, request);
        if request.url.path().ends_with("/read") && slow.swap(false, Ordering::SeqCst) {
            step.wait = Duration::from_secs(30);
        }
        step
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    assert!(tokio::time::timeout(Duration::from_secs(1), changes.next()).await.is_err());
    let mut seen = drain(&mut changes).await;
    seen.extend(drain(&mut changes).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=12).collect::<Vec<_>>());
}

/// records/changes.rs: `seen` is cut at the end of a round alone: a first run over a table keeps all its ids.
#[tokio::test]
async fn the_cursor_stays_small_within_a_round() {
    let rows: Vec<Row> = (1..=2000).map(|id| row(id, T0 - 20_000_000 + id * 3600)).collect();
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(50);
    for _ in 0..35 {
        changes.next().await.unwrap();
    }
    let kept = serde_json::to_value(changes.cursor()).unwrap()["seen"].as_object().unwrap().len();
    assert!(kept <= 50, "{kept} records in the cursor, of which the overlap of 180 s holds one");
}

/// A stamp of a time when the server's clock was ahead, but not ahead of the client's, which is fast.
#[tokio::test(start_paused = true)]
async fn a_stamp_ahead_of_the_servers_clock_hides_nothing() {
    let rows = Arc::new(Mutex::new(vec![row(1, T0), row(2, T0 + 1_800)]));
    let table_of = Arc::clone(&rows);
    let date = jiff::Timestamp::from_second(T0 + 10).unwrap();
    let date = date.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let with = With { headers: vec![("Date", date)], ..With::default() };
    let (client, _) = connect(with, move |_, request| table(&table_of.lock().unwrap(), request)).await;
    let mut changes = client.records::<Partner>().changes(Cursor::start());
    assert_eq!(drain(&mut changes).await, [1, 2]);
    assert_eq!(changes.cursor().at().as_second(), T0);
    rows.lock().unwrap().push(row(3, T0 + 20));
    assert_eq!(drain(&mut changes).await, [3]);
}

/// A page that Odoo thinned out after the limit (`mail.message._search`) is taken for the last one.
#[tokio::test]
async fn changes_go_on_behind_a_page_that_odoo_thinned_out() {
    let mut rows: Vec<Row> = (1..=30).map(|id| row(id, T0 + id)).collect();
    rows[2].hidden = true;
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(10);
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.extend(drain(&mut changes).await);
    }
    assert_eq!(seen.len(), 29, "stuck at {seen:?}");
}

/// The same for the ids of a stream: it ends without an error, and the rest is missing.
#[tokio::test]
async fn a_stream_goes_on_behind_ids_that_odoo_thinned_out() {
    let mut rows: Vec<Row> = (1..=10_500).map(|id| row(id, T0)).collect();
    rows[7].hidden = true;
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let all: Vec<_> = client.stream::<Partner>().collect().await;
    assert_eq!(all.len(), 10_499);
}

/// Pages are read by range, without the limit: what came into the query meanwhile goes over it.
#[tokio::test]
async fn a_stream_keeps_its_limit_while_records_come_in() {
    let (client, _) = connect(With::default(), |_, request| {
        let later = request.url.path().ends_with("search_read");
        let rows =
            if later { vec![row(1, T0), row(2, T0), row(3, T0)] } else { vec![row(1, T0), row(3, T0)] };
        table(&rows, request)
    })
    .await;
    let all: Vec<_> = client.records::<Partner>().limit(2).stream().collect().await;
    assert_eq!(all.len(), 2);
}

/// Failures in a row are counted per page, so pages of fewer than 16 never give up.
#[tokio::test]
async fn a_stream_of_small_pages_gives_up_too() {
    let (client, fake) = connect(With::default(), |_, request| {
        if request.url.path().ends_with("search_read") {
            return status(500, json!({"name": "builtins.KeyError", "message": "x", "debug": ""}));
        }
        table(&(1..=200).map(|id| row(id, T0)).collect::<Vec<_>>(), request)
    })
    .await;
    let options = StreamOptions { page: 8, max_page: 8, parallel: 1, ..StreamOptions::default() };
    let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
    assert!(all.len() <= 20, "{} errors and {} calls of 200 records", all.len(), fake.calls());
}

/// An id that the server says twice, at the border of two pages or windows.
#[tokio::test]
async fn a_record_does_not_come_twice_where_the_server_says_its_id_twice() {
    let (client, _) = connect(With::default(), |_, request| {
        if request.url.path().ends_with("/search") {
            return ok(json!([1, 2, 2, 3]));
        }
        table(&[row(1, T0), row(2, T0), row(3, T0)], request)
    })
    .await;
    let options = StreamOptions { page: 2, max_page: 2, parallel: 1, ..StreamOptions::default() };
    let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
    let ids: Vec<i64> = all.into_iter().filter_map(Result::ok).map(|partner| partner.id.get()).collect();
    assert!(ids.is_empty() || ids == [1, 2, 3], "{ids:?}");
}

/// One call per value changes the order of writes to one record.
#[tokio::test]
async fn the_last_of_several_writes_to_a_record_holds() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let set = |name: &str| Values::<Partner>::new().set(Partner::NAME, name.to_owned());
    let id = Id::new(1);
    client
        .records::<Partner>()
        .write_each(vec![(id, set("a")), (id, set("b")), (id, set("a"))])
        .await
        .unwrap();
    assert_eq!(fake.body(fake.calls() - 1)["vals"]["name"], "a");
}

/// Odoo takes `limit=0` for no limit (`if self.limit` in `odoo/tools/query.py`).
#[tokio::test]
async fn a_limit_of_nothing_does_not_ask_for_everything() {
    let (client, fake) = connect(With::default(), |_, _| ok(json!([{"id": 1, "name": "x"}]))).await;
    let read = client.records::<Partner>().limit(0).fetch().await.unwrap();
    assert!(read.is_empty(), "asked with {}", fake.body(0));
}

/// An empty page is "none for now", also where all of its records were deleted meanwhile.
#[tokio::test]
async fn a_page_of_deleted_records_is_not_the_end() {
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let first = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        if request.url.path().ends_with("/read") && first.swap(false, Ordering::SeqCst) {
            return ok("[]");
        }
        table(&rows, request)
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    assert!(!changes.next().await.unwrap().is_empty(), "\"none for now\", with eight more to come");
}

#[tokio::test]
async fn held_changes_and_stream_without_disturbance() {
    let rows: Vec<Row> = (1..=40).map(|id| row(id, T0 + id / 9)).collect();
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    for page in [2, 3, 9, 10, 40, 41] {
        let mut changes = client.records::<Partner>().changes(Cursor::start()).page(page);
        let mut seen = drain(&mut changes).await;
        // A cursor that was kept in the middle and restored.
        let kept: Cursor = serde_json::from_str(&serde_json::to_string(changes.cursor()).unwrap()).unwrap();
        seen.extend(drain(&mut client.records::<Partner>().changes(kept).page(page)).await);
        seen.sort_unstable();
        assert_eq!(seen, (1..=40).collect::<Vec<_>>(), "pages of {page}");
    }
    for page in [0, 1, 2, 40, 41] {
        let options = StreamOptions { page, max_page: page, ..StreamOptions::default() };
        let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
        let ids: Vec<i64> = all.into_iter().map(|partner| partner.unwrap().id.get()).collect();
        assert_eq!(ids, (1..=40).collect::<Vec<_>>(), "pages of {page}");
    }
}

#[tokio::test]
async fn held_a_poisoned_record_at_any_place_of_a_page() {
    for poison in [1, 2, 10, 11, 20] {
        let rows: Vec<Row> = (1..=20).map(|id| row(id, T0)).collect();
        let (client, _) = connect(With::default(), move |_, request| {
            let step = table(&rows, request);
            let hit = step.answer.as_ref().is_ok_and(|(_, body)| body.contains(&format!("\"id\":{poison},")));
            match hit && request.url.path().ends_with("search_read") {
                true => status(500, json!({"name": "builtins.KeyError", "message": "x", "debug": ""})),
                false => step,
            }
        })
        .await;
        for parallel in [1, 4] {
            let options = StreamOptions { page: 10, max_page: 10, parallel, ..StreamOptions::default() };
            let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
            let told: Vec<i64> = all
                .into_iter()
                .map(|item| item.map_or_else(|error| error.record().unwrap(), |partner| partner.id.get()))
                .collect();
            assert_eq!(told, (1..=20).collect::<Vec<_>>());
        }
    }
}

/// A program with a runtime per request: the read of one is left alone, and its runtime is gone.
#[test]
fn a_coalesced_read_that_was_left_alone_does_not_break_those_after_it() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = runtime();
    let people = first.block_on(async {
        let (client, _) = connect(With::default(), |_, _| ok(json!([{"id": 1, "name": "x"}]))).await;
        let people = client.records::<Partner>().coalesced(Duration::from_millis(50));
        let left = people.get(Id::new(1));
        assert!(tokio::time::timeout(Duration::from_millis(1), left).await.is_err());
        people
    });
    drop(first);
    let second = runtime();
    let outcome = second.block_on(people.get(Id::new(1)));
    let failed = outcome.map_err(|error| error.retryable());
    assert!(!matches!(failed, Err(odoo_rpc::Retry::Never)), "{failed:?}");
    let read = second.block_on(people.get(Id::new(1))).unwrap().unwrap();
    assert_eq!(read.name.as_deref(), Some("x"));
}

/// A batch that was left alone in a runtime that still lives but does not run.
#[test]
fn a_coalesced_read_does_not_wait_for_a_runtime_that_stands_still() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let first = runtime();
    let people = first.block_on(async {
        let (client, _) = connect(With::default(), |_, _| ok(json!([{"id": 1, "name": "x"}]))).await;
        let people = client.records::<Partner>().coalesced(Duration::from_millis(50));
        let left = people.get(Id::new(1));
        assert!(tokio::time::timeout(Duration::from_millis(1), left).await.is_err());
        people
    });
    let second = runtime();
    for round in 0..2 {
        let read = second
            .block_on(async { tokio::time::timeout(Duration::from_secs(3), people.get(Id::new(1))).await });
        assert!(read.is_ok(), "round {round}: it waits for ever");
    }
    drop(first);
}

/// One caller with an unsaved id.
#[tokio::test(start_paused = true)]
async fn one_unsaved_id_does_not_fail_the_reads_of_others() {
    // Odoo's read answers for id 0 too, as for a new record.
    let (client, fake) = connect(With::default(), |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        ok(Value::from(
            body["ids"]
                .as_array()
                .unwrap()
                .iter()
                .map(|id| json!({"id": if *id == 0 { json!(0) } else { id.clone() }, "name": false}))
                .collect::<Vec<_>>(),
        ))
    })
    .await;
    let people = client.records::<Partner>().coalesced(Duration::from_millis(5));
    let (good, bad) = tokio::join!(people.get(Id::new(1)), people.get(Id::unsaved()));
    assert!(good.is_ok(), "{} after ids {}", good.unwrap_err(), fake.body(0)["ids"]);
    drop(bad);
}
