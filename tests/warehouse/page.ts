/** Give the SQL statements of a page, in its order. */
export function statementsOf(page: string): readonly string[] {
  return [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => sql.trimEnd());
}
