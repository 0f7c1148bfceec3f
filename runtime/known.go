package runtime

// What the catalog tells of the tables is known from Open on, as far as the same
// statement means something else on a table of another program's than on one that
// CreateTables made.

// A known is what is known of the columns of one table.
type known struct {
	finer map[string]bool // their times have microseconds
	long  map[string]bool // they may hold values of 65,536 bytes and more

	labels map[string][]string // the values of their enum types

	limits map[string]string // what they hold at most: "text, which holds …"
}

// learn takes in what the catalog says.
func (db *DB) learn(live []*LiveTable) {
	all := map[*Table]*known{}
	for _, l := range live {
		if t := db.table(l.Name); t != nil {
			all[t] = knownBy(t, l)
		}
	}
	db.known.Store(&all)
}

func knownBy(t *Table, l *LiveTable) *known {
	k := &known{finer: map[string]bool{}, long: map[string]bool{}, labels: map[string][]string{}, limits: map[string]string{}}
	for _, f := range t.Fields {
		if c := l.Column(f.Column); c != nil {
			k.finer[f.Column], k.long[f.Column], k.labels[f.Column] = c.Micros, c.Long, c.Values
			if c.Limit != "" {
				k.limits[f.Column] = c.Type + ", which holds " + c.Limit
			}
		}
	}
	return k
}

// knownOf returns what is known of a table; of one that is not there yet, nil.
func (db *DB) knownOf(t *Table) *known {
	if all := db.known.Load(); all != nil {
		return (*all)[t]
	}
	return nil
}

// limit says what a column holds at most, or nothing.
func (k *known) limit(column string) string {
	if k == nil {
		return ""
	}
	return k.limits[column]
}

// isFiner reports whether the times of a column have microseconds.
func (k *known) isFiner(column string) bool { return k != nil && k.finer[column] }
