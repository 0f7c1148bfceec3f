package runtime

import (
	"encoding/json"
	"testing"
)

func TestSameJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`[1e3]`, `[1000]`, true}, {`1.50`, `15e-1`, true}, {`0.001`, `1E-3`, true}, {`-0`, `0.0e9`, true}, {`1e+2`, `100`, true},
		{`1e400`, `10e399`, true}, {`9007199254740993`, `9007199254740992`, false}, {`1`, `-1`, false}, {`10`, `1`, false}, {`1`, `"1"`, false},
		{`{"a": [1, {"b": null}]}`, `{"a":[1.0,{"b":null}]}`, true}, {`{"a":1,"b":2}`, `{"b":2,"a":1}`, true}, {`{"a":1}`, `{"b":1}`, false},
		{`[1,2]`, `[2,1]`, false}, {`[1]`, `[1,1]`, false}, {`null`, `false`, false}, {`[]`, `{}`, false}, {`"x"`, `"x"`, true},
	} {
		if got := SameJSON(json.RawMessage(c.a), json.RawMessage(c.b)); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
