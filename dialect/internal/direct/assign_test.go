package direct

import (
	"database/sql/driver"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type (
	name  string
	level int
)

func TestAssign(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		dest any
		src  driver.Value
		want any
	}{
		{new(string), "a", "a"},
		{new(string), []byte("a"), "a"},
		{new(string), int64(7), "7"},
		{new(int), int64(-7), -7},
		{new(int64), []byte("7"), int64(7)},
		{new(bool), int64(1), true},
		{new(float64), int64(2), 2.0},
		{new(float64), "0.5", 0.5},
		{new(*string), nil, (*string)(nil)},
		{new(*string), "a", new("a")},
		{new(*int), int64(7), new(7)},
		{new(*bool), int64(0), new(false)},
		{new(name), "a", name("a")},
		{new(*name), "a", new(name("a"))},
		{new(*name), nil, (*name)(nil)},
		{new(level), int64(3), level(3)},
		{new([]byte), []byte{1, 2}, []byte{1, 2}},
		{new([]byte), nil, []byte(nil)},
		{new(any), now, any(now)},
	} {
		if err := assign(c.dest, c.src); err != nil {
			t.Errorf("%v into a %T: %v", c.src, c.dest, err)
			continue
		}
		if diff := cmp.Diff(c.want, reflect.ValueOf(c.dest).Elem().Interface()); diff != "" {
			t.Errorf("%v into a %T: %s", c.src, c.dest, diff)
		}
	}
}

func TestAssignRefuses(t *testing.T) {
	for _, c := range []struct {
		dest any
		src  driver.Value
	}{
		{new(string), nil},
		{new(string), time.Now()},
		{new(int), "many"},
		{new(int), nil},
		{new(bool), "maybe"},
		{new(float64), []byte("x")},
		{new(int8), int64(300)},
		{new(*int), "many"},
		{new(struct{}), "a"},
		{"no pointer", "a"},
	} {
		if err := assign(c.dest, c.src); err == nil {
			t.Errorf("%v went into a %T", c.src, c.dest)
		}
	}
}

// The bytes are the driver's, which writes the next row over them.
func TestAssignCopies(t *testing.T) {
	src := []byte("first")
	var dest []byte
	if err := assign(&dest, src); err != nil {
		t.Fatal(err)
	}
	copy(src, "other")
	if string(dest) != "first" {
		t.Errorf("the value became %q", dest)
	}
}
