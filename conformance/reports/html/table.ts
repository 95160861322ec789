import { areaOf } from '../../requirements/catalogue.ts';
import { areaName, byArea } from '../areas.ts';
import { isNotOffered, nameFailure, type RequirementResult, type RunResult } from '../result/result.ts';
import { escapeMarkup } from './escape.ts';
import { columnName, failureId } from './names.ts';

/** One row: a requirement, and what became of it in each result; undefined where a result does not have it. */
interface Row {
  readonly id: string;
  readonly level: string;
  readonly sentence: string;
  readonly cells: readonly (RequirementResult | undefined)[];
}

/** Write the requirements as rows, grouped by area, with a column per implementation. */
export function requirementTable(results: readonly RunResult[]): readonly string[] {
  const rows = rowsOf(results);
  const columns = results.map(
    ({ target }, place) => `<th scope="col">${escapeMarkup(columnName(results, target.name, place))}</th>`,
  );
  return [
    '<section id="requirements" aria-labelledby="requirements-title" tabindex="-1">',
    '<h2 id="requirements-title">Requirements</h2>',
    '<p class="filter"><label><input type="checkbox" id="only-failures" /> Show failures only</label></p>',
    '<div class="scroll" role="region" aria-labelledby="requirements-title" tabindex="0">',
    '<table>',
    `<caption class="hidden">What became of each requirement, by area${results.length > 1 ? ' and implementation' : ''}</caption>`,
    `<thead><tr><th scope="col">Requirement</th><th scope="col">Level</th>${columns.join('')}</tr></thead>`,
    ...[...byArea(rows, ({ id }) => id)].flatMap(([area, entries]) =>
      areaBody(area, entries, results.length),
    ),
    '</table>',
    '</div>',
    '</section>',
  ];
}

function rowsOf(results: readonly RunResult[]): readonly Row[] {
  // Results may have been asked for different requirements; within an area ids count up in the contract's order.
  const ids = [...new Set(results.flatMap(({ requirements }) => requirements.map(({ id }) => id)))].sort(
    (a, b) => (areaOf(a) === areaOf(b) ? a.localeCompare(b) : 0),
  );
  return ids.flatMap((id) => {
    const cells = results.map(({ requirements }) => requirements.find((entry) => entry.id === id));
    const any = cells.find((cell) => cell !== undefined);
    return any === undefined ? [] : [{ id, level: any.level, sentence: any.sentence, cells }];
  });
}

function areaBody(area: string, rows: readonly Row[], columns: number): readonly string[] {
  const has_failure = rows.some(isFailing);
  return [
    `<tbody class="${has_failure ? 'has-failure' : ''}">`,
    `<tr class="area"><th scope="rowgroup" colspan="${columns + 2}">${escapeMarkup(areaName(area))}</th></tr>`,
    ...rows.map(
      (row) =>
        `<tr class="${isFailing(row) ? 'failing' : ''}"><th scope="row"><code>${row.id}</code> <span>${escapeMarkup(row.sentence)}</span></th><td class="level">${row.level}</td>${row.cells.map((cell, place) => tableCell(cell, place)).join('')}</tr>`,
    ),
    '</tbody>',
  ];
}

function isFailing({ cells }: Row): boolean {
  return cells.some((cell) => cell?.result === 'failed');
}

function tableCell(cell: RequirementResult | undefined, place: number): string {
  if (cell === undefined) return '<td class="absent"><span class="badge">not judged</span></td>';
  const cases =
    cell.cases === 0 ? '' : ` <small>${cell.cases} ${cell.cases === 1 ? 'case' : 'cases'}</small>`;
  const why = cell.reason === undefined ? '' : `<br /><small>${escapeMarkup(cell.reason)}</small>`;
  if (cell.result === 'passed')
    return `<td class="passed"><span class="badge">✓ passed</span>${cases}${why}</td>`;
  if (cell.result === 'not_applicable')
    return `<td class="not_applicable"><span class="badge">${isNotOffered(cell) ? 'not offered' : 'not applicable'}</span>${why}</td>`;
  if (cell.result === 'not_judged')
    return `<td class="not_judged"><span class="badge">not judged</span>${why}</td>`;
  const names = nameFailure(cell);
  const kind = cell.fails_run ? 'failed' : 'tolerated';
  return `<td class="${kind}"><span class="badge">✗ failed</span>${cases}<br /><a href="#${failureId(place, cell.id)}">${escapeMarkup(names)}</a>${why}</td>`;
}
