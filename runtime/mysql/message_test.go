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
