package webhook

// documentRow stands for the type in the row of a document that is there for
// every document: it is what is locked, and has the sequence number of the last
// deletion, or 0.
const documentRow = ""

// known is the newest sequence number that was handled of a document, by type.
type known map[string]int64

// newest returns the largest of all.
func (k known) newest() int64 {
	var largest int64
	for _, sequence := range k {
		largest = max(largest, sequence)
	}
	return largest
}

// judge returns what is to become of an event whose id is new. The rule is that
// of [SQLStore].
func (k known) judge(e Event) Receipt {
	voids := max(k[e.Type], k[documentRow])
	if e.Operation == "delete" {
		voids = k.newest()
	}
	switch {
	case voids == e.Sequence: // its id was forgotten
		return Duplicate
	case voids > e.Sequence:
		return Stale
	}
	return Done
}
