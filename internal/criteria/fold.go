package criteria

// Databases fold different letters, also by version and collation. So conditions that ignore
// case fold only the letters of ASCII, on every database (W10).

// Folded returns the comparison of a column with one value, both in lower case.
//
//go:noinline
func Folded(op Operator, column, v string) Expr {
	return Expr{&Node{Op: op, Column: column, Fold: true, Arg: lower(v)}}
}

// FoldedOneOf returns the comparison of a column with several values, all in
// lower case.
func FoldedOneOf[V ~string](op Operator, column string, vs []V) Expr {
	args := make([]any, len(vs))
	for i, v := range vs {
		args[i] = lower(string(v))
	}
	return Expr{&Node{Op: op, Column: column, Fold: true, Args: args}}
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
