package runtime

// Databases differ in which letters they fold, by version and collation too. So
// the conditions that disregard case fold the letters of ASCII and no others, on
// all of them alike (W10).

// folded returns the comparison of a column with one value, both in lower case.
//
//go:noinline
func folded(op operator, column, v string) Expr {
	return Expr{&node{op: op, column: column, fold: true, arg: lower(v)}}
}

// foldedOneOf returns the comparison of a column with several values, all in
// lower case.
func foldedOneOf[V ~string](op operator, column string, vs []V) Expr {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = lower(string(v))
	}
	return Expr{&node{op: op, column: column, fold: true, args: args}}
}

// lower returns v with its ASCII letters in lower case.
func lower(v string) string {
	text := []byte(v)
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
	return string(text)
}
