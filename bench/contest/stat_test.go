package contest

import "testing"

func TestQuartiles(t *testing.T) {
	for _, c := range []struct {
		values            []float64
		low, median, high float64
	}{
		{[]float64{3}, 3, 3, 3},
		{[]float64{5, 1, 4, 2, 3}, 2, 3, 4},
		{[]float64{1, 2, 3, 4}, 1.75, 2.5, 3.25},
	} {
		low, median, high := Quartiles(c.values)
		if low != c.low || median != c.median || high != c.high {
			t.Errorf("%v: %v, %v, %v", c.values, low, median, high)
		}
	}
}

func TestSQL(t *testing.T) {
	const query = `UPDATE "user" SET "name" = ? WHERE "id" = ?`
	for kind, want := range map[Kind]string{
		SQLiteFile: query,
		Postgres:   `UPDATE "user" SET "name" = $1 WHERE "id" = $2`,
		MariaDB:    "UPDATE `user` SET `name` = ? WHERE `id` = ?",
	} {
		if got := kind.SQL(query); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}
