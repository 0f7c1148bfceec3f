package cli

import "testing"

func TestListed(t *testing.T) {
	for want, words := range map[string][]string{
		" (there is none yet)":   nil,
		" (there is crm)":        {"crm"},
		" (there are crm, shop)": {"crm", "shop"},
		"":                       make([]string, 13),
	} {
		if got := Listed(words); got != want {
			t.Errorf("%v are listed as %q, want %q", words, got, want)
		}
	}
}
