package direct

import (
	"database/sql/driver"
	"time"
)

// value returns an argument in one of the types that every driver takes.
func value(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, string, int64, float64, bool, []byte, time.Time:
		return v, nil
	case int:
		return int64(v), nil
	case *string:
		return deref(v), nil
	case *int:
		if v == nil {
			return nil, nil
		}
		return int64(*v), nil
	case *int64:
		return deref(v), nil
	case *float64:
		return deref(v), nil
	case *bool:
		return deref(v), nil
	}
	// Named types, pointers to them, and types that implement driver.Valuer.
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

func deref[T any](p *T) driver.Value {
	if p == nil {
		return nil
	}
	return *p
}
