package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/authgen/authgen/gen/schema"
)

// large returns a schema of n tables of 12 fields, as a person would write it.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString(head + "tables:\n")
	for i := range n {
		fmt.Fprintf(&b, "  # Table %[1]d.\n  table%[1]d:\n    fields:\n", i)
		b.WriteString("      name: string\n      image: text?\n      email: {type: string, unique: true, maxLength: 320}\n")
		b.WriteString("      role: {type: string, default: user, enum: [user, admin]}\n      age: int?\n      score: float\n")
		b.WriteString("      active: {type: bool, default: false}\n      tags: string[]\n      data: json?\n")
		b.WriteString("      createdAt: {type: time, default: now, immutable: true}\n      updatedAt: {type: time, onUpdate: now}\n")
		fmt.Fprintf(&b, "      parentId: {references: table%d, nullable: true, index: true}\n    triggers: [onCreate]\n", i/2)
	}
	return []byte(b.String())
}

func BenchmarkParse1000Tables(b *testing.B) {
	src := large(1000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := schema.Parse("schema.yaml", src); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}

// TestManyTables compares the time of four times the tables with the time of
// the tables, so that the speed of the machine does not count: a look-up that
// walks all tables for each would make it sixteen times as long.
func TestManyTables(t *testing.T) {
	skipInRace(t)
	parse := func(tables int) time.Duration {
		src := large(tables)
		best := time.Hour
		for range 3 {
			start := time.Now()
			s, problems := schema.Parse("schema.yaml", src)
			best = min(best, time.Since(start))
			if len(problems) > 0 || len(s.Tables) != tables {
				t.Fatalf("%d tables, %s", len(s.Tables), first(problems))
			}
		}
		return best
	}
	if few, many := parse(1250), parse(5000); many > 11*few {
		t.Errorf("1,250 tables took %v, 5,000 took %v", few, many)
	}
}
