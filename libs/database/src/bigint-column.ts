/** How a `bigint` column becomes a number: Postgres hands it over as text. For values below 2^53, such as sizes in bytes. */
export const bigintAsNumber = {
  to: (value: number): number => value,
  from: (value: string): number => Number(value),
};
