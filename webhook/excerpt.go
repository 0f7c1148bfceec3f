package webhook

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

const (
	maxExcerpt = 200            // characters
	maxBegin   = 4 * maxExcerpt // bytes of an answer that are looked at
	minToken   = 16             // characters of a part of a URL that may be one
	echo       = 24             // bytes that an answer and the body cannot share by chance
)

// excerpt returns the beginning of an answer's body for people to read, without
// what must not be stored: a secret, a token in the URL, or what the receiver
// repeats of the event.
func (t *target) excerpt(resp *http.Response, sent []byte) string {
	if resp.Header.Get("Content-Encoding") != "" {
		return ""
	}
	begin, err := io.ReadAll(io.LimitReader(resp.Body, maxBegin))
	if repeats(begin, sent) {
		return ""
	}
	text := t.redact(string(begin), err != nil || len(begin) == maxBegin)
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxExcerpt {
		text = string(runes[:maxExcerpt-1]) + "…"
	}
	return text
}

// redact takes out what only sender and receiver may know. Where a text was cut
// off, that goes for an end with which it may have begun, too.
func (t *target) redact(text string, cut bool) string {
	hidden := make([]bool, len(text)) // by byte
	for _, h := range t.confidential() {
		for i := range text {
			rest := text[i:]
			if strings.HasPrefix(rest, h) || cut && strings.HasPrefix(h, rest) {
				for j := range min(len(h), len(rest)) {
					hidden[i+j] = true
				}
			}
		}
	}
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString("[redacted]")
		}
	}
	return b.String()
}

// confidential returns the texts that must not be stored.
func (t *target) confidential() []string {
	var list []string
	if u, err := url.Parse(t.URL.Reveal()); err == nil {
		list = tokens(u)
	}
	for _, secret := range t.Secrets {
		list = append(list, secret.Reveal(), strings.TrimPrefix(secret.Reveal(), secretPrefix))
	}
	return list
}

// tokens returns the parts of a URL that may be one, as they stand in it and as
// they are meant.
func tokens(u *url.URL) []string {
	parts := append(strings.Split(u.EscapedPath(), "/"), strings.Split(u.Path, "/")...)
	for _, values := range u.Query() {
		parts = append(parts, values...)
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		_, value, _ := strings.Cut(pair, "=")
		parts = append(parts, value)
	}
	var list []string
	for _, p := range parts {
		if len(p) >= minToken {
			list = append(list, p)
		}
	}
	return list
}

// repeats reports whether an answer holds a piece of what was sent.
func repeats(answer, sent []byte) bool {
	for i := 0; i+echo <= len(answer); i++ {
		if bytes.Contains(sent, answer[i:i+echo]) {
			return true
		}
	}
	return false
}
