package runtime

import "strings"

// Statements cuts a script of DDL, as authgen writes it, into its statements.
// Each ends in ";" and a line break, and no text or name in such a script
// holds a line break, so that nothing is cut in two.
func Statements(script string) []string {
	var list []string
	for _, s := range strings.Split(script, ";\n") {
		if strings.TrimSpace(s) != "" {
			list = append(list, s)
		}
	}
	return list
}
