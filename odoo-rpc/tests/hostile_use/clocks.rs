//! Changes where the clocks disagree, and within one second.

use super::fake::*;

const T0: i64 = 1_790_000_000;
fn stamp(at: i64) -> String {
    odoo_rpc::field::format_datetime(odoo_rpc::field::Timestamp::from_second(at).unwrap())
}
fn http(at: i64) -> String {
    let date = jiff::Timestamp::from_second(at).unwrap();
    date.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
type Row = (i64, i64, String);
fn table(rows: &[Row], request: &HttpRequest) -> Step {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    if request.url.path().ends_with("/read") {
        let ids: Vec<i64> = serde_json::from_value(body["ids"].clone()).unwrap();
        return ok(Value::from(
            rows.iter()
                .filter(|r| ids.contains(&r.0))
                .map(|r| json!({"id": r.0, "name": r.2}))
                .collect::<Vec<_>>(),
        ));
    }
    let fits = |row: &&Row| {
        body["domain"].as_array().unwrap().iter().filter_map(Value::as_array).all(|leaf| {
            if leaf[1] == "in" {
                return leaf[2].as_array().unwrap().contains(&row.0.into());
            }
            let order = match leaf[0].as_str().unwrap() {
                "id" => row.0.cmp(&leaf[2].as_i64().unwrap()),
                _ => stamp(row.1).as_str().cmp(leaf[2].as_str().unwrap()),
            };
            match leaf[1].as_str().unwrap() {
                ">" => order.is_gt(),
                ">=" => order.is_ge(),
                "<" => order.is_lt(),
                _ => order.is_le(),
            }
        })
    };
    let mut found: Vec<&Row> = rows.iter().filter(fits).collect();
    match body["order"].as_str() {
        Some("id") => found.sort_by_key(|r| r.0),
        _ => found.sort_by_key(|r| (r.1, r.0)),
    }
    found.truncate(body["limit"].as_u64().map_or(usize::MAX, |l| l as usize));
    ok(Value::from(found.iter().map(|r| json!({"id": r.0, "write_date": stamp(r.1)})).collect::<Vec<_>>()))
}
async fn drain(changes: &mut odoo_rpc::Changes<Partner>) -> Vec<(i64, String)> {
    let mut seen = Vec::new();
    for _ in 0..1000 {
        let page = changes.next().await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|p| (p.id.get(), p.name.clone().unwrap_or_default())));
    }
    seen
}

/// the current second holds a full page: no wait, and the second write within it is taken for the first.
#[tokio::test(start_paused = true)]
async fn the_last_word_of_the_current_second_comes_also_where_it_fills_a_page() {
    let start = tokio::time::Instant::now();
    let (client, _) =
        connect(With { headers: vec![("Date", http(T0))], ..With::default() }, move |_, request| {
            // The server's second T0 lasts from 0 to 1 s. Five records are written at 0 s, record 1 again at 0.3 s.
            let again = start.elapsed() >= Duration::from_millis(300);
            let rows: Vec<Row> = (1..=5)
                .map(|id| (id, T0, if id == 1 && again { "second" } else { "first" }.to_owned()))
                .collect();
            table(&rows, request)
        })
        .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    let mut all = drain(&mut changes).await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        all.extend(drain(&mut changes).await);
    }
    let last = all.iter().rev().find(|(id, _)| *id == 1).unwrap();
    assert_eq!(last.1, "second", "{all:?}");
}

/// one record fewer than a page.
#[tokio::test(start_paused = true)]
async fn the_last_word_of_the_current_second_comes() {
    let start = tokio::time::Instant::now();
    let (client, _) =
        connect(With { headers: vec![("Date", http(T0))], ..With::default() }, move |_, request| {
            let again = start.elapsed() >= Duration::from_millis(300);
            let rows: Vec<Row> = (1..=4)
                .map(|id| (id, T0, if id == 1 && again { "second" } else { "first" }.to_owned()))
                .collect();
            table(&rows, request)
        })
        .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    let all = drain(&mut changes).await;
    assert!(all.contains(&(1, "second".into())));
}

/// at a later round: a page full of what was seen in the overlap, with the current second at its end.
#[tokio::test(start_paused = true)]
async fn the_last_word_of_the_current_second_comes_behind_a_full_page_of_the_overlap() {
    let start = tokio::time::Instant::now();
    let (client, _) =
        connect(With { headers: vec![("Date", http(T0 + 10))], ..With::default() }, move |_, request| {
            let mut rows: Vec<Row> = (1..=4).map(|id| (id, T0 + id, "first".to_owned())).collect();
            let at = start.elapsed();
            if at >= Duration::from_secs(5) {
                let again = at >= Duration::from_millis(5300);
                rows.push((9, T0 + 9, if again { "second" } else { "first" }.to_owned()));
            }
            table(&rows, request)
        })
        .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    let mut all = drain(&mut changes).await;
    tokio::time::sleep(Duration::from_secs(5).saturating_sub(start.elapsed())).await;
    for _ in 0..5 {
        all.extend(drain(&mut changes).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let last = all.iter().rev().find(|(id, _)| *id == 9).unwrap();
    assert_eq!(last.1, "second", "{all:?}");
}

/// a cursor that an earlier version let run ahead of the server's clock (it allowed an hour beyond the client's).
#[tokio::test(start_paused = true)]
async fn a_cursor_of_an_earlier_version_that_ran_ahead_hides_nothing() {
    let rows = Arc::new(Mutex::new(vec![(1, T0, "a".to_owned()), (2, T0 + 1_800, "b".to_owned())]));
    let of = Arc::clone(&rows);
    let (client, _) =
        connect(With { headers: vec![("Date", http(T0 + 10))], ..With::default() }, move |_, request| {
            table(&of.lock().unwrap(), request)
        })
        .await;
    let kept: Cursor = serde_json::from_value(json!({"at": T0 + 1_800, "seen": {"2": T0 + 1_800}})).unwrap();
    let mut changes = client.records::<Partner>().changes(kept);
    drain(&mut changes).await;
    rows.lock().unwrap().push((3, T0 + 20, "c".to_owned()));
    let seen = drain(&mut changes).await;
    assert!(seen.contains(&(3, "c".into())), "{seen:?}");
}

/// a proxy whose clock is ahead writes the Date; the client's own clock is right.
#[tokio::test]
async fn a_proxy_whose_clock_is_ahead_hides_nothing() {
    let now = jiff::Timestamp::now().as_second();
    let rows = Arc::new(Mutex::new(vec![(1, now - 60, "a".to_owned()), (2, now + 1_800, "b".to_owned())]));
    let of = Arc::clone(&rows);
    let (client, _) =
        connect(With { headers: vec![("Date", http(now + 7_200))], ..With::default() }, move |_, request| {
            table(&of.lock().unwrap(), request)
        })
        .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start());
    drain(&mut changes).await;
    rows.lock().unwrap().push((3, now, "c".to_owned()));
    let seen = drain(&mut changes).await;
    assert!(seen.contains(&(3, "c".into())), "{seen:?}");
}

struct Strip(Arc<Fake>, AtomicUsize);
#[async_trait]
impl Transport for Strip {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let api = request.url.path().starts_with("/json");
        let mut response = self.0.send(request).await?;
        if api && self.1.fetch_add(1, Ordering::SeqCst) > 0 {
            response.headers.retain(|(name, _)| name != "Date");
        }
        Ok(response)
    }
    async fn open(
        &self,
        request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, TransportError> {
        self.0.open(request, body).await
    }
}

/// the Date of one answer holds for all later ones that have none.
#[tokio::test]
async fn one_date_does_not_hold_for_ever() {
    let now = jiff::Timestamp::now().as_second();
    let rows: Vec<Row> = (1..=1000).map(|id| (id, now - 86_400 + id * 60, "a".to_owned())).collect();
    let fake = Arc::new(Fake {
        behaviour: Box::new(move |_, request| table(&rows, request)),
        series: 19,
        asked: Mutex::default(),
        cuts: Mutex::default(),
        content_type: "",
        length: None,
        headers: vec![("Date", http(now - 86_400))],
    });
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.policy = Policy::once();
    let client =
        Client::connect_on(config, Arc::new(Strip(fake, AtomicUsize::new(0))), Arc::new(SystemClock::new()))
            .await
            .unwrap();
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(50);
    drain(&mut changes).await;
    let kept = serde_json::to_value(changes.cursor()).unwrap()["seen"].as_object().unwrap().len();
    assert!(kept <= 50, "{kept}");
}

/// A clock that says what a test wants, and goes on as the test's time does.
struct StartingAt(SystemClock, i64);

#[async_trait]
impl odoo_rpc::Clock for StartingAt {
    fn now(&self) -> Duration {
        self.0.now()
    }
    fn unix_seconds(&self) -> i64 {
        self.1 + self.0.now().as_secs() as i64
    }
    async fn sleep(&self, time: Duration) {
        self.0.sleep(time).await;
    }
    fn chance(&self) -> f64 {
        0.5
    }
}

/// A transaction that began in the same second as one that was seen, and commits later, within the overlap.
#[tokio::test(start_paused = true)]
async fn a_later_commit_of_the_same_second_comes() {
    let rows = Arc::new(Mutex::new(vec![(1, T0, "first".to_owned()), (2, T0, "same".to_owned())]));
    let of = Arc::clone(&rows);
    let fake = Arc::new(Fake {
        behaviour: Box::new(move |_, request| table(&of.lock().unwrap(), request)),
        series: 19,
        asked: Mutex::default(),
        cuts: Mutex::default(),
        content_type: "",
        length: None,
        headers: vec![],
    });
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.policy = Policy::once();
    let clock = Arc::new(StartingAt(SystemClock::new(), T0 + 5));
    let client = Client::connect_on(config, Arc::clone(&fake) as Arc<dyn Transport>, clock).await.unwrap();
    let mut changes = client.records::<Partner>().changes(Cursor::start());
    assert_eq!(drain(&mut changes).await.len(), 2);
    rows.lock().unwrap()[0].2 = "second".to_owned();
    assert_eq!(drain(&mut changes).await, []);
    // A cursor that was kept and restored.
    let kept: Cursor = serde_json::from_str(&serde_json::to_string(changes.cursor()).unwrap()).unwrap();
    assert_eq!(&kept, changes.cursor());
    let mut changes = client.records::<Partner>().changes(kept);
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(drain(&mut changes).await, [(1, "second".to_owned())]);
    let calls = fake.calls();
    assert_eq!(drain(&mut changes).await, []);
    assert!(fake.calls() - calls <= 4, "nothing is looked at again and again");
    assert!(!serde_json::to_string(changes.cursor()).unwrap().contains("unsettled"));
}
