package webhook_test

import (
	"context"
	"database/sql"
	"log"
	"net/http"
	"os"

	"github.com/authgen/authgen/dialect"
	"github.com/authgen/authgen/outbox"
	"github.com/authgen/authgen/webhook"
)

var (
	db     *sql.DB        // of the program
	store  *outbox.Outbox // outbox.New(db), of the generated db
	engine outbox.Sink    // runs jobs and attempts, for example in River
)

// The relay of the outbox hands what is due to the sender.
func ExampleNew() {
	sender, err := webhook.New([]webhook.Endpoint{{
		Name:    "cms",
		URL:     webhook.NewSecret("https://cms.example.com/api/webhooks/better-auth"),
		Secrets: []webhook.Secret{webhook.NewSecret(os.Getenv("CMS_WEBHOOK_SECRET"))},
		Events:  []string{"user.*", "session.revoked"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer sender.Close()
	relay := outbox.NewRelay(store, outbox.Config{Router: sender, Deliverer: sender, Engine: engine})
	if err := relay.Run(context.Background()); err != nil {
		log.Print(err)
	}
}

// What the function writes in the transaction of the store, it writes once.
func ExampleHandler() {
	secrets := []webhook.Secret{webhook.NewSecret(os.Getenv("CMS_WEBHOOK_SECRET"))}
	store := webhook.NewSQLStore(db, dialect.Postgres)
	hook, err := webhook.Handler(secrets, store, func(ctx context.Context, event webhook.Event) error {
		_, err := webhook.TxFrom(ctx).ExecContext(ctx, `INSERT INTO seen (id, type) VALUES ($1, $2)`, event.ID, event.Type)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/webhooks/auth", hook)
}
