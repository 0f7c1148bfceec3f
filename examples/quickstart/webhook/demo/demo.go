// Package demo has what the two programs of the webhook example share.
package demo

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/authgen/authgen/webhook"
)

// Address is where the receiver listens.
const Address = "127.0.0.1:8787"

// Path is where the receiver takes events.
const Path = "/webhooks/auth"

// Secret returns the secret that signs the events: WEBHOOK_SECRET of the environment, or one
// that is only for trying things out, because everybody can read it here.
func Secret() webhook.Secret {
	if secret := os.Getenv("WEBHOOK_SECRET"); secret != "" {
		return webhook.NewSecret(secret)
	}
	return webhook.NewSecret("whsec_" + base64.StdEncoding.EncodeToString([]byte("known to all, so no secret")))
}

// Say prints a line with the time of day, so that you can compare the terminals of the two
// programs.
func Say(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
