package authgen

import "github.com/authgen/authgen/internal/criteria"

// A TableQuery says which rows to read of the table that T stands for. The zero TableQuery
// reads every row.
type TableQuery[T any] struct {
	Where   Predicate[T]
	OrderBy []Order[T] // then by id
	Limit   int        // 0: no limit; a negative one is ErrValidation
	Offset  int        // a negative one is ErrValidation
}

// Query returns the query without its table.
func (q TableQuery[T]) Query() criteria.Query {
	return criteria.Query{Where: q.Where.expr, OrderBy: terms(q.OrderBy), Limit: q.Limit, Offset: q.Offset}
}

// An Order sorts the rows of one table by one column.
type Order[T any] struct {
	term criteria.OrderTerm
}

// terms returns the orders without their table.
func terms[T any](orders []Order[T]) []criteria.OrderTerm {
	if len(orders) == 0 {
		return nil
	}
	list := make([]criteria.OrderTerm, len(orders))
	for i, o := range orders {
		list[i] = o.term
	}
	return list
}
