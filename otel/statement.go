package otelauthgen

import "strings"

// operation returns the first word of a statement in capitals: "SELECT". A
// statement of the adapter does one operation, so this is that one.
func operation(sql string) string {
	sql = strings.TrimLeft(sql, " \t\r\n(")
	if i := strings.IndexFunc(sql, func(r rune) bool { return !isLetter(r) }); i >= 0 {
		sql = sql[:i]
	}
	if sql == "" {
		return "statement"
	}
	return strings.ToUpper(sql)
}

// leads is the word in front of the table in the statements of an operation.
var leads = map[string]string{"SELECT": "FROM", "DELETE": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}

// summarize returns an operation and the table it is done to, where that is
// plain to see: "SELECT user".
func summarize(operation, sql string) string {
	lead := leads[operation]
	for i := 0; lead != "" && i+len(lead) < len(sql); i++ {
		if end := i + len(lead); sql[end] == ' ' && strings.EqualFold(sql[i:end], lead) {
			return strings.TrimRight(operation+" "+identifier(sql[end+1:]), " ")
		}
	}
	return operation
}

// identifier returns the name that sql begins with, without its quotes.
func identifier(sql string) string {
	if strings.HasPrefix(sql, `"`) || strings.HasPrefix(sql, "`") {
		name, _, _ := strings.Cut(sql[1:], sql[:1])
		return name
	}
	if i := strings.IndexAny(sql, " \t\r\n(),;"); i >= 0 {
		sql = sql[:i]
	}
	return sql
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
