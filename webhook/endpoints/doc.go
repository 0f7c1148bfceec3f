// Package endpoints reads the webhook endpoints of a program from a YAML file of
// their own:
//
//	endpoints:
//	  cms:
//	    url: ${CMS_URL}/api/webhooks/better-auth
//	    secrets: ${CMS_WEBHOOK_SECRET}
//	    events: [user.*, session.revoked]
//	    ordered: true
//	    allowPrivate: localhost
//	  audit:
//	    url: https://audit.example.com/in
//	    secrets: ["${AUDIT_SECRET}", "${AUDIT_SECRET_OLD}"]
//	    events: "*"
//	    timeout: 5s
//
// The keys of an endpoint are, as the fields of [webhook.Endpoint] describe them:
//
//	url           https://, or http:// where allowPrivate names the host; required
//	secrets       one, or two while one replaces the other; required
//	events        types of events: user.created, user.*, "*"; required
//	timeout       of an attempt: 5s, 500ms; 15s if absent, 30s at most
//	maxAttempts   before a delivery is exhausted; 15 if absent, which is three days
//	maxBody       bytes of the largest event that is sent; 1048576 if absent, which is what receivers take
//	rate          attempts a second, such as 10 or 0.5; no limit if absent
//	ordered       true keeps the order of the events of each document; false if absent
//	concurrency   attempts at a time; 8 if absent
//	allowPrivate  hosts, as they stand in url, that may have a private address
//	profile       standard, or better-auth for its two headers; standard if absent
//
// Where a list is meant, a single value stands for a list of one.
//
// In a value, but not in a key, ${NAME} stands for the variable NAME of the
// environment, and $$ for a dollar sign. A variable that is not set or is empty
// is an error. What a variable holds is taken as text: neither its dollar signs
// nor its YAML have a meaning. YAML itself asks for quotes around ${NAME} inside
// of [ ], and around "*".
//
// Everything that is wrong with a file comes in one [Error], each with its line
// and column. Anchors, aliases, tags, and files of more than 256 KiB are refused.
//
// It is read with gopkg.in/yaml.v3, as schema.yaml is, because that tells the line and
// column of each value, which the errors name. Only programs that import this package
// link it.
package endpoints
