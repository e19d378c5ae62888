/** SQLite as the rows' keepers see it: a statement and its values, answered at once. */
export type Sql = (query: string, ...values: (string | number | null)[]) => Iterable<Row>

export type Row = Record<string, unknown>
