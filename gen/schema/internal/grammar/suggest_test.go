package grammar

import "testing"

// TestHint holds what a message about a wrong word ends in.
func TestHint(t *testing.T) {
	fields := []string{"email", "maxLength", "name", "string"}
	cases := []struct {
		name, word string
		candidates []string
		want       string
	}{
		{"a letter", "nama", fields, ` (did you mean "name"?)`},
		{"capitals", "NAME", fields, ` (did you mean "name"?)`},
		{"two letters swapped", "emial", fields, ` (did you mean "email"?)`},
		{"abbreviated", "maxLen", fields, ` (did you mean "maxLength"?)`},
		{"longer", "stringType", fields, ` (did you mean "string"?)`},
		{"another word", "zzz", fields, ` (valid are "email", "maxLength", "name" and "string")`},
		{"only one", "zzz", fields[:1], ` (there is only "email")`},
		{"none", "zzz", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := NewSuggester().Hint(c.word, c.candidates); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestHintsEnd holds that suggestions stop once they have cost enough.
func TestHintsEnd(t *testing.T) {
	s := &Suggester{budget: 3}
	if got := s.Similar("nama", []string{"a", "b", "c", "name"}); got != "" {
		t.Errorf("got %q", got)
	}
}
