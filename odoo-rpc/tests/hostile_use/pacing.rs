//! Deadlines, lock-outs, places and names.

use super::fake::*;

/// Refusals of the key that was replaced lock out the new one.
#[tokio::test(start_paused = true)]
async fn a_new_key_is_not_locked_out_by_the_refusal_of_the_old_one() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |_, request| {
        let old =
            request.headers.iter().any(|(name, value)| *name == "Authorization" && value.ends_with(KEY));
        match old {
            true => Step { wait: Duration::from_secs(5), answer: Ok((401, "{}".to_owned())) },
            false => ok("1"),
        }
    })
    .await;
    let two =
        futures_util::future::join_all((0..2).map(|_| client.search_count("res.partner", Domain::all())));
    let replace = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.replace_key("another-secret-key");
    };
    let (refused, ()) = tokio::join!(two, replace);
    assert!(refused.iter().all(Result::is_err));
    assert_eq!(client.search_count("res.partner", Domain::all()).await.unwrap(), 1);
}

/// The question for the arguments has the whole timeout for itself, before the call has it again.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_the_question_for_the_arguments_too() {
    let (client, _) = connect(With::default(), |_, request| {
        let doc = request.url.path().contains("doc-bearer");
        let body = json!({"methods": {"do_it": {"parameters": {"what": {}}}}}).to_string();
        Step { wait: Duration::from_secs(if doc { 50 } else { 100 }), answer: Ok((200, body)) }
    })
    .await;
    let begun = tokio::time::Instant::now();
    let call = Call::new("res.partner", "do_it").arg(1).timeout(Duration::from_secs(10));
    client.call(call).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(11), "{:?} of 10 s", begun.elapsed());
}

/// And after a name was learnt the deadline begins anew.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_the_second_sending_under_a_learnt_name_too() {
    let (client, _) = connect(With::default(), |_, _| Step {
        wait: Duration::from_secs(9),
        answer: Ok((422, json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": "missing a required argument: 'other'"}).to_string())),
    })
    .await;
    let begun = tokio::time::Instant::now();
    let call = Call::new("res.partner", "write").ids([1]).arg(json!({})).timeout(Duration::from_secs(10));
    client.call(call).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(11), "{:?} of 10 s", begun.elapsed());
}

/// A documentation that could not be had once is never asked for again.
#[tokio::test]
async fn a_blip_while_asking_for_the_arguments_is_not_for_ever() {
    let (client, _) =
        connect(With::default(), |at, request| match request.url.path().contains("doc-bearer") {
            true if at == 0 => status(503, ""),
            true => ok(json!({"methods": {"do_it": {"parameters": {"what": {}}}}})),
            false => ok("1"),
        })
        .await;
    let call = || Call::new("res.partner", "do_it").arg(1);
    let _first = client.call(call()).await;
    assert_eq!(client.call(call()).await.unwrap(), 1);
}

/// A required argument that is missing is taken for the name of the one that is there.
#[tokio::test]
async fn a_missing_argument_is_not_the_name_of_another_one() {
    // An addon's `write(self, vals, reason)`.
    let (client, fake) = connect(With::default(), |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        for name in ["vals", "reason"] {
            if body.get(name).is_none() {
                let message = format!("missing a required argument: '{name}'");
                return status(
                    422,
                    json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": message}),
                );
            }
        }
        ok("true")
    })
    .await;
    let call = || Call::new("res.partner", "write").ids([1]).arg(json!({"name": "x"}));
    client.call(call()).await.unwrap_err();
    // The right call: what the refusal "taught" must not stand in its way.
    let sent = client.call(call().kwarg("reason", "r")).await;
    assert_eq!(sent.unwrap(), true);
    assert_eq!(fake.body(fake.calls() - 1)["vals"], json!({"name": "x"}));
}

/// The same where the other argument alone is required: the call runs with the value in the wrong place.
#[tokio::test]
async fn a_value_is_not_sent_under_the_name_of_another_argument() {
    // An addon's `copy(self, default=None, *, reason)`.
    let (client, _) = connect(With::default(), |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        match body.get("reason") {
            None => status(422, json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": "missing a required argument: 'reason'"})),
            Some(_) => ok(json!([7])),
        }
    })
    .await;
    let call = Call::new("res.partner", "copy").ids([1]).arg(json!({"name": "copy"}));
    assert!(
        client.call(call).await.is_err(),
        "done, with the values given as the reason and none as the default"
    );
}

/// client/methods.rs: `call` refuses an answer in which a name stands twice, `read` and `search_read` take the latter.
#[tokio::test]
async fn a_name_that_stands_twice_in_a_record_is_refused_by_every_method() {
    let (client, _) = connect(With::default(), |_, _| ok(r#"[{"id":1,"credit":5.0,"credit":5000.0}]"#)).await;
    assert!(client.call(Call::new("res.partner", "read").ids([1])).await.is_err());
    let read = client.read("res.partner", &[1], &["credit"]).await;
    assert!(read.is_err(), "{read:?}");
}

/// A call that is dropped while it waits for its pace keeps its token.
#[tokio::test(start_paused = true)]
async fn calls_that_were_dropped_in_line_leave_no_debt() {
    let policy = Policy { calls_per_second: Some(1.0), burst: 1, break_after: 0, ..Policy::self_hosted() };
    let (client, fake) = connect(With { policy, ..With::default() }, |_, _| ok("1")).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    client.search_count("res.partner", Domain::all()).await.unwrap();
    for _ in 0..50 {
        let call = client.search_count("res.partner", Domain::all());
        assert!(tokio::time::timeout(Duration::from_millis(10), call).await.is_err());
    }
    assert_eq!(fake.calls(), 1);
    let begun = tokio::time::Instant::now();
    client.search_count("res.partner", Domain::all()).await.unwrap();
    assert!(begun.elapsed() <= Duration::from_secs(2), "{:?}", begun.elapsed());
}

/// Lines of lines need keys too.
#[tokio::test(start_paused = true)]
async fn a_load_with_lines_of_lines_without_keys_is_not_repeated() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read)).await;
    let fields = ["id", "line_ids/id", "line_ids/sub_ids/name"];
    let rows = vec![vec!["s.a".to_owned(), "s.l".to_owned(), "new each time".to_owned()]];
    client.load("x.y", &fields, rows).await.unwrap_err();
    assert_eq!(fake.calls(), 1);
}

/// A column that makes lines without an external id is sent as repeatable.
#[tokio::test(start_paused = true)]
async fn an_upsert_whose_columns_make_lines_without_keys_is_not_repeated() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read)).await;
    let record =
        UpsertRecord::new("s.order").set("order_line/name", "doubled").set("order_line/product_id/id", "s.p");
    let _error = client.upsert("sale.order", vec![record], UpsertOptions::default()).await.unwrap_err();
    assert!(fake.calls() <= 1, "sent {} times", fake.calls());
}

/// A column named like the key is a second key.
#[tokio::test]
async fn an_upsert_has_one_key() {
    let (client, fake) = connect(With::default(), |_, _| ok(json!({"ids": [1], "messages": []}))).await;
    let record = UpsertRecord::new("s.a").set("id", "s.other");
    let sent = client.upsert("res.partner", vec![record], UpsertOptions::default()).await;
    assert!(sent.is_err(), "{}", fake.body(0));
}

/// policy/breaker.rs: `now + pause`.
#[tokio::test]
async fn a_pause_for_ever_does_not_panic() {
    let policy = Policy { break_after: 1, break_for: Duration::MAX, attempts: 1, ..Policy::self_hosted() };
    let (client, _) =
        connect(With { policy, ..With::default() }, |_, _| fails(TransportErrorKind::Connect)).await;
    for _ in 0..2 {
        assert!(client.search_count("res.partner", Domain::all()).await.is_err());
    }
}

/// A password that is refused is tried at each call; Odoo locks the address out after five.
#[tokio::test(start_paused = true)]
async fn a_password_that_is_refused_is_not_tried_for_ever() {
    let logins = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&logins);
    let (client, _) = connect(With { policy: policy(), ..With::default() }, move |_, request| {
        let refused = |name: &str| {
            ok(json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 100, "message": "x", "data": {"name": name, "message": "no"}}}))
        };
        if request.url.path() == "/web/session/authenticate" {
            return match counted.fetch_add(1, Ordering::SeqCst) {
                0 => ok(rpc(json!({"uid": 2}))),
                _ => refused("odoo.exceptions.AccessDenied"),
            };
        }
        refused("odoo.http.SessionExpiredException")
    })
    .await;
    let session = client.web_session("passw0rd").await.unwrap();
    for _ in 0..10 {
        session.call(Call::new("res.partner", "search_count")).await.unwrap_err();
    }
    let tried = logins.load(Ordering::SeqCst) - 1;
    assert!(tried <= 2, "the refused password was sent {tried} times");
}

/// A refused key is not counted for downloads.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_refused_is_not_tried_for_ever_by_downloads() {
    let (client, fake) = connect(With { policy: policy(), ..With::default() }, |_, _| {
        status(401, json!({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}))
    })
    .await;
    for _ in 0..10 {
        client.download(1).await.unwrap_err();
    }
    assert!(fake.calls() <= 2, "the refused key was sent {} times", fake.calls());
}

/// The question for the arguments goes past the breaker, with the key that is locked.
#[tokio::test(start_paused = true)]
async fn a_locked_key_is_not_sent_to_ask_for_arguments() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| status(401, "{}")).await;
    for _ in 0..2 {
        client.search_count("res.partner", Domain::all()).await.unwrap_err();
    }
    for model in ["a.a", "b.b", "c.c", "d.d", "e.e"] {
        client.call(Call::new(model, "do_it").arg(1)).await.unwrap_err();
    }
    assert_eq!(fake.calls(), 2, "{:?}", fake.paths());
}

struct SlowVersion(Arc<AtomicUsize>);

#[async_trait]
impl Transport for SlowVersion {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(request.timeout.min(Duration::from_secs(50))).await;
        Ok(HttpResponse { status: 404, headers: vec![], body: Bytes::new() })
    }
}

/// Each of three requests has the whole time that is left.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_questions_for_the_version() {
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.timeout = Duration::from_secs(60);
    config.policy = Policy::once();
    let begun = tokio::time::Instant::now();
    let transport = Arc::new(SlowVersion(Arc::default()));
    Client::connect_with(config, transport).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(61), "{:?} of 60 s", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn held_places_come_back_after_panic_drop_and_timeout() {
    let policy = Policy { max_concurrent: 1, break_after: 1, ..Policy::once() };
    let (client, _) = connect(With { policy, ..With::default() }, |at, _| match at {
        0 => panic!("a transport that panics"),
        1 | 2 => Step { wait: Duration::from_secs(1000), answer: Ok((200, "1".to_owned())) },
        _ => ok("1"),
    })
    .await;
    let count = || client.search_count("res.partner", Domain::all());
    let panics = client.clone();
    let task = tokio::spawn(async move { panics.search_count("res.partner", Domain::all()).await });
    assert!(task.await.unwrap_err().is_panic());
    assert!(tokio::time::timeout(Duration::from_secs(1), count()).await.is_err());
    let (first, queued) = tokio::join!(count(), count());
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Timeout);
    queued.unwrap_err();
    // The breaker opened; after its pause a probe that is dropped gives way to the next.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(tokio::time::timeout(Duration::ZERO, count()).await.is_ok_and(|read| read.is_ok()));
    assert_eq!(count().await.unwrap(), 1);
}

/// RFC 9110, 10.2.3: a date is as good as seconds. It is held against the date of the answer, not against the client's clock.
#[tokio::test]
async fn a_pause_until_a_date_is_told() {
    let headers = vec![
        ("Date", "Tue, 24 Nov 2026 15:00:00 GMT".to_owned()),
        ("Retry-After", "Tue, 24 Nov 2026 15:01:30 GMT".to_owned()),
    ];
    let (client, _) = connect(With { headers, ..With::default() }, |_, _| status(429, "slow down")).await;
    let failed = client.records::<Partner>().fetch().await.unwrap_err();
    assert_eq!(failed.retry_after(), Some(Duration::from_secs(90)));
}
