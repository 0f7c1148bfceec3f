package direct

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// errNull is the error for a null that the Go type cannot store.
var errNull = errors.New("null in a field that is not nullable")

// assign stores a driver's value where dest points, as database/sql does. It begins with
// the types of generated code. It copies bytes, because they belong to the driver.
func assign(dest any, src driver.Value) (err error) {
	switch d := dest.(type) {
	case *string:
		*d, err = text(src)
	case *int64:
		*d, err = integer(src)
	case *int:
		var n int64
		n, err = integer(src)
		*d = int(n)
	case *bool:
		*d, err = boolean(src)
	case *float64:
		*d, err = float(src)
	case **string:
		err = nullable(d, src, text)
	case **int64:
		err = nullable(d, src, integer)
	case **int:
		err = nullable(d, src, func(src driver.Value) (int, error) { n, err := integer(src); return int(n), err })
	case **bool:
		err = nullable(d, src, boolean)
	case **float64:
		err = nullable(d, src, float)
	case sql.Scanner:
		err = d.Scan(src)
	default:
		err = reflected(reflect.ValueOf(dest), src)
	}
	return err
}

// nullable stores null as a nil pointer, and any other value as a pointer to it.
func nullable[T any](dest **T, src driver.Value, convert func(driver.Value) (T, error)) error {
	if src == nil {
		*dest = nil
		return nil
	}
	v, err := convert(src)
	if err == nil {
		*dest = &v
	}
	return err
}

func text(src driver.Value) (string, error) {
	switch v := src.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case nil:
		return "", errNull
	}
	return "", misfit("text", src)
}

func integer(src driver.Value) (int64, error) {
	switch v := src.(type) {
	case int64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case nil:
		return 0, errNull
	}
	s, err := text(src)
	if err != nil {
		return 0, misfit("a number", src)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, misfit("a number", src) // errors must not quote the text
	}
	return n, nil
}

func boolean(src driver.Value) (bool, error) {
	if src == nil {
		return false, errNull
	}
	v, err := driver.Bool.ConvertValue(src)
	if err != nil {
		return false, misfit("true or false", src)
	}
	return v.(bool), nil
}

func float(src driver.Value) (float64, error) {
	switch v := src.(type) {
	case float64:
		return v, nil
	case float32:
		return float64(v), nil
	case nil:
		return 0, errNull
	}
	s, err := text(src)
	if err != nil {
		return 0, misfit("a number", src)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, misfit("a number", src)
	}
	return f, nil
}

// reflected stores into types that the schema defines: typed ids, enums, and pointers to
// them.
func reflected(dest reflect.Value, src driver.Value) error {
	if dest.Kind() != reflect.Pointer || dest.IsNil() {
		return fmt.Errorf("cannot read into a %s", dest.Kind())
	}
	to := dest.Elem()
	if to.Kind() == reflect.Pointer {
		if src == nil {
			to.SetZero()
			return nil
		}
		v := reflect.New(to.Type().Elem())
		if err := assign(v.Interface(), src); err != nil {
			return err
		}
		to.Set(v)
		return nil
	}
	switch to.Kind() {
	case reflect.String:
		s, err := text(src)
		to.SetString(s)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := integer(src)
		if err == nil && to.OverflowInt(n) {
			return misfit("a number of this size", src)
		}
		to.SetInt(n)
		return err
	case reflect.Float32, reflect.Float64:
		f, err := float(src)
		to.SetFloat(f)
		return err
	case reflect.Bool:
		b, err := boolean(src)
		to.SetBool(b)
		return err
	case reflect.Slice:
		if to.Type().Elem().Kind() == reflect.Uint8 {
			return bytes(to, src)
		}
	case reflect.Interface:
		if b, ok := src.([]byte); ok {
			src = append([]byte(nil), b...)
		}
		to.Set(reflect.ValueOf(&src).Elem())
		return nil
	}
	return fmt.Errorf("cannot read into a %s", to.Type())
}

func bytes(to reflect.Value, src driver.Value) error {
	switch v := src.(type) {
	case nil:
		to.SetZero()
	case []byte:
		to.SetBytes(append(make([]byte, 0, len(v)), v...))
	case string:
		to.SetBytes([]byte(v))
	default:
		return misfit("bytes", src)
	}
	return nil
}

// misfit names only types, because the value may be a secret.
func misfit(want string, src driver.Value) error {
	return fmt.Errorf("%s is not stored as %T", want, src)
}
