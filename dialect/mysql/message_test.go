package mysql

import "testing"

func TestColumnIn(t *testing.T) {
	for message, want := range map[string]string{
		"Column 'x' cannot be null":                                              "x",
		"Column 'a'b' cannot be null":                                            "a'b",
		"Field 'x' doesn't have a default value":                                 "x",
		"Field 'a'b' doesn't have a default value":                               "a'b",
		"Data too long for column 'x' at row 1":                                  "x",
		"Data too long for column 'a'b' at row 1":                                "a'b",
		"Incorrect integer value: 'for column' for column `db`.`t`.`x` at row 1": "x",
		"Incorrect integer value: 'y' for column `db`.`t`.`c`d` at row 1":        "c`d",
		"Incorrect string value: '\\xFF' for column `x` at row 1":                "x",
		"Duplicate entry 'a' for key 'user_email_uidx'":                          "",
		"CONSTRAINT `user.role` failed for `app`.`user`":                         "",
	} {
		if got := columnIn(message); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
}

func TestTooLong(t *testing.T) {
	for message, want := range map[string]string{
		"BIGINT UNSIGNED value is out of range in '18446744073709551615 + (char_length(`db`.`t`.`x`) > 16384)'":           "x",
		"BIGINT UNSIGNED value is out of range in '18446744073709551615 + (char_length(`db`.`a``b`.`c``.``d)`) > 16384)'": "c`.`d)",
	} {
		if got, ok := tooLong(message); got != want || !ok {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
	if _, ok := tooLong("BIGINT value is out of range in '`db`.`t`.`x` + 1'"); ok {
		t.Error("a sum of another kind")
	}
}
