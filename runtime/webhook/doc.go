// Package webhook sends the events of the outbox to receivers over HTTP, and
// receives them, signed as Standard Webhooks asks
// (https://www.standardwebhooks.com).
//
// A program that sends makes a [Sender] of its endpoints, written in Go or read
// by package endpoints, and gives it to the relay of the outbox, which keeps the
// deliveries and decides when one is due:
//
//	sender, err := webhook.New([]webhook.Endpoint{{
//		Name:    "cms",
//		URL:     "https://cms.example.com/api/webhooks/better-auth",
//		Secrets: []webhook.Secret{webhook.NewSecret(os.Getenv("CMS_WEBHOOK_SECRET"))},
//		Events:  []string{"user.*", "session.revoked"},
//	}})
//	...
//	defer sender.Close()
//	relay := outbox.NewRelay(store, outbox.Config{FanOut: sender, Deliver: sender, Engine: engine})
//
// A program that receives serves a [Handler]:
//
//	store := webhook.NewSQLStore(db, runtime.Postgres)
//	hook, err := webhook.Handler([]string{os.Getenv("CMS_WEBHOOK_SECRET")}, store,
//		func(ctx context.Context, event webhook.Event) error {
//			_, err := webhook.TxFrom(ctx).ExecContext(ctx, "INSERT INTO ...")
//			return err
//		})
//	...
//	http.Handle("/webhooks/auth", hook)
//
// An event is delivered at least once. Its id stays the same, and its sequence
// number tells the order within its document; an [SQLStore] makes of that exactly
// once, and never an older one after a newer.
package webhook
