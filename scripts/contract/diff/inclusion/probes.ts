/** Texts of many shapes: where one of them passes on one side only, no doubt is left. The search draws them too. */
export const PROBES: readonly string[] = [
  ...['', 'a', 'A', '0', ' ', 'ä', 'a_b', 'a-b', 'a b', 'a/b', '/a/b', 'null', 'not a shape'],
  ...['2024-01-15', '2024-02-30', '2024-1-5', '11:02:11Z', 'PT5M', '1.5', '-1'],
  ...['2024-01-15T11:02:11.412Z', '2024-01-15T11:02:11Z', '2024-01-15T11:02:11.123456Z'],
  ...['2024-01-15T11:02:11+02:00', '2024-01-15 11:02:11Z', '2024-01-15t11:02:11z'],
  ...['0f8fad5b-d9cb-469f-a165-70867728950e', '0F8FAD5B-D9CB-469F-A165-70867728950E'],
  'urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e',
  ...['a@b.example', 'A@B.EXAMPLE', 'https://a.example/b', 'a.example', 'A.EXAMPLE', '10.0.0.1', '::1'],
];
