package runtime

import (
	"regexp"
	"sync"
)

// A Pattern is a regular expression (RE2) that is compiled when it is first
// needed, so that a program does not pay at its start for tables it never
// writes.
type Pattern struct {
	Text string
	once sync.Once
	re   *regexp.Regexp
}

// match reports whether v matches. The generator has compiled the text before.
func (p *Pattern) match(v string) bool {
	p.once.Do(func() { p.re = regexp.MustCompile(p.Text) })
	return p.re.MatchString(v)
}

// Pattern refuses text that the expression does not match. Where no text is
// present there is nothing to match.
func (c *Checks) Pattern(field string, present bool, v string, pattern *Pattern) {
	if present && !pattern.match(v) {
		c.fail(field, "pattern", "does not match %s", pattern.Text)
	}
}
