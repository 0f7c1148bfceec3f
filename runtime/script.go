package runtime

import "strings"

// Statements splits a script of DDL that authgen wrote into its statements. Each of them
// ends in ";" and a line break. No text or name in such a script holds a line break, so
// that no statement is cut in two.
func Statements(script string) []string {
	var list []string
	for _, s := range strings.Split(script, ";\n") {
		if strings.TrimSpace(s) != "" {
			list = append(list, s)
		}
	}
	return list
}
