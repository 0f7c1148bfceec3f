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

// TestManyTables is generous: it is there for what grows faster than the file.
func TestManyTables(t *testing.T) {
	start := time.Now()
	s, problems := schema.Parse("schema.yaml", large(5000))
	if len(problems) > 0 || len(s.Tables) != 5000 {
		t.Fatalf("%d tables, %s", len(s.Tables), first(problems))
	}
	if took := time.Since(start); took > 6*time.Second {
		t.Errorf("took %v", took)
	}
}
