package model

import (
	"strings"
	"unicode"
)

// initialisms are the words that Go writes in one case. They are Go's usual
// initialisms that occur in schemas.
var initialisms = map[string]string{
	"acl": "ACL", "api": "API", "ascii": "ASCII", "cpu": "CPU", "css": "CSS", "csv": "CSV", "db": "DB",
	"dns": "DNS", "eof": "EOF", "gid": "GID", "guid": "GUID", "html": "HTML", "http": "HTTP",
	"https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP", "jpeg": "JPEG", "json": "JSON", "jwk": "JWK",
	"jwks": "JWKS", "jwt": "JWT", "mfa": "MFA", "oauth": "OAuth", "oidc": "OIDC", "otp": "OTP",
	"pdf": "PDF", "png": "PNG", "qr": "QR", "ram": "RAM", "rpc": "RPC", "saml": "SAML", "sku": "SKU",
	"sla": "SLA", "smtp": "SMTP", "sms": "SMS", "sql": "SQL", "ssh": "SSH", "sso": "SSO", "svg": "SVG",
	"tcp": "TCP", "tls": "TLS", "totp": "TOTP", "ttl": "TTL", "udp": "UDP", "ui": "UI", "uid": "UID",
	"ulid": "ULID", "uri": "URI", "uris": "URIs", "url": "URL", "urls": "URLs", "utf8": "UTF8",
	"uuid": "UUID", "vat": "VAT", "vm": "VM", "xml": "XML", "xsrf": "XSRF", "xss": "XSS", "zip": "ZIP",
}

// words splits a name at the edges that people see in it: at a character that is neither a
// letter nor a digit, at a capital after a small letter, and at the last capital before a
// small letter ("HTTPServer" is HTTP and Server). Digits belong to the word before them.
func words(name string) []string {
	var list []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			list = append(list, string(word))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(runes[i-1]):
			flush()
		case unicode.IsUpper(r) && i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !plural(runes[i:]):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return list
}

// plural reports whether the runes are the end of an initialism's plural, as
// in "userIDs": a capital, an s and then no small letter.
func plural(runes []rune) bool {
	return len(runes) >= 2 && runes[1] == 's' && (len(runes) == 2 || !unicode.IsLower(runes[2]))
}

// exported returns the Go name of a key: emailVerified is EmailVerified,
// user_id is UserID. It is empty if the key has neither letter nor digit.
func exported(key string) string {
	var b strings.Builder
	for _, w := range words(key) {
		low := strings.ToLower(w)
		if s, ok := initialisms[low]; ok {
			b.WriteString(s)
			continue
		}
		if key == strings.ToUpper(key) {
			w = low // in USER_ID every word is in capitals, so the capitals tell nothing
		}
		runes := []rune(w)
		b.WriteRune(unicode.ToUpper(runes[0]))
		b.WriteString(string(runes[1:]))
	}
	return b.String()
}

// unexported returns a Go name with its first word small: UserID is userID,
// APIKey is apiKey, OAuthClient is oauthClient.
func unexported(name string) string {
	if rest, ok := strings.CutPrefix(name, "OAuth"); ok {
		return "oauth" + rest
	}
	runes := []rune(name)
	n := 0
	for n < len(runes) && unicode.IsUpper(runes[n]) {
		n++
	}
	if n > 1 && n < len(runes) && unicode.IsLower(runes[n]) && !plural(runes[n-1:]) {
		n-- // the last capital begins the next word
	}
	return strings.ToLower(string(runes[:n])) + string(runes[n:])
}

// snake returns a key in the words of SQL: emailVerified is email_verified.
func snake(key string) string {
	list := words(key)
	for i, w := range list {
		list[i] = strings.ToLower(w)
	}
	return strings.Join(list, "_")
}

// prose returns a key as words of a sentence: twoFactor is "two factor".
func prose(key string) string {
	list := words(key)
	for i, w := range list {
		if s, ok := initialisms[strings.ToLower(w)]; ok && strings.ToLower(w) != "id" {
			list[i] = s
		} else {
			list[i] = strings.ToLower(w)
		}
	}
	return strings.Join(list, " ")
}

// pluralOf returns the plural of a noun, written as userRole or as user_role. It knows the
// rules but not the exceptions, so that users can foretell the name.
func pluralOf(noun string) string {
	low := strings.ToLower(noun)
	switch {
	case strings.HasSuffix(low, "s"), strings.HasSuffix(low, "x"), strings.HasSuffix(low, "z"),
		strings.HasSuffix(low, "ch"), strings.HasSuffix(low, "sh"):
		return noun + "es"
	case strings.HasSuffix(low, "y") && len(low) > 1 && !strings.ContainsRune("aeiou", rune(low[len(low)-2])):
		return noun[:len(noun)-1] + "ies"
	}
	return noun + "s"
}

// withArticle returns "a user", "an account".
func withArticle(noun string) string {
	if noun != "" && strings.ContainsRune("aeioAEIO", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
