package runtime_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/authgen/authgen/runtime"
)

func TestSame(t *testing.T) {
	pic, nan := "pic", math.NaN()
	for what, same := range map[string]bool{
		"null and null":           runtime.SamePtr[string](nil, nil),
		"a text and itself":       runtime.SamePtr(&pic, new("pic")),
		"a time and its like":     runtime.SamePtrBy(new(time.Unix(1, 0)), new(time.Unix(1, 0).UTC()), time.Time.Equal),
		"NaN and NaN":             runtime.SameFloat(nan, nan),
		"lists of the same":       runtime.SameList([]string{"a"}, []string{"a"}),
		"a list that may be null": runtime.SamePtrBy(new([]int{1}), new([]int{1}), runtime.SameList),
		"a list of the program's": runtime.Same(map[string]int{"a": 1}, map[string]int{"a": 1}),
	} {
		if !same {
			t.Errorf("%s are taken for a change", what)
		}
	}
	for what, same := range map[string]bool{
		"null and a text":      runtime.SamePtr(nil, &pic),
		"a text and null":      runtime.SamePtr(&pic, nil),
		"two texts":            runtime.SamePtr(&pic, new("other")),
		"a time and null":      runtime.SamePtrBy(new(time.Unix(1, 0)), nil, time.Time.Equal),
		"two times":            runtime.SamePtrBy(new(time.Unix(1, 0)), new(time.Unix(2, 0)), time.Time.Equal),
		"NaN and a number":     runtime.SameFloat(nan, 1),
		"lists of another one": runtime.SameList([]string{"a"}, []string{"a", "b"}),
	} {
		if same {
			t.Errorf("%s are taken for the same", what)
		}
	}
}

func TestSameJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[true]}`, `{ "b": [true], "a": 1 }`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`null`, `{}`, false},
	} {
		a, b := json.RawMessage(c.a), json.RawMessage(c.b)
		if got := runtime.SameJSON(a, b); got != c.want {
			t.Errorf("%s and %s: %v", a, b, got)
		}
	}
}
