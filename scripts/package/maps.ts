import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly mappings: string;
}

/**
 * Let a source map lead to our own sources only: nine tenths of it are packages, whose sources are on the registry. A file
 * of packages alone loses its map, and the line that names it. What is generated is named with its lines and not repeated: `npm run
 * generate` makes it anew.
 */
export function keepOwn(file: string): void {
  const map = JSON.parse(readFileSync(file, 'utf8')) as SourceMap;
  const own = map.sources.map((source) => !source.includes('node_modules/'));
  if (own.includes(true)) {
    writeFileSync(file, JSON.stringify({ ...map, ...onlyThese(map, own) }));
    return;
  }
  const code = file.replace(/\.map$/, '');
  rmSync(file);
  writeFileSync(code, readFileSync(code, 'utf8').replace(/\/\/# sourceMappingURL=.*\n?$/, ''));
}

/**
 * Leave sources out of a map. What they gave leads nowhere: a place without a source ends the one before it.
 *
 * @param kept  for each of the map's sources, whether it stays.
 */
function onlyThese({ sources, sourcesContent, mappings }: SourceMap, kept: readonly boolean[]): SourceMap {
  const places = kept.map((is_kept, index) => (is_kept ? kept.slice(0, index).filter(Boolean).length : -1));
  const stays = (_: unknown, index: number): boolean => kept[index] === true;
  // Numbers stand as differences to the segment before: what was read, and what is written.
  const read = [0, 0, 0, 0, 0];
  const written = [0, 0, 0, 0, 0];
  let has_source = false;
  const lines = mappings.split(';').map((line) => {
    read[0] = 0;
    written[0] = 0;
    const segments = line === '' ? [] : line.split(',');
    return segments
      .flatMap((segment) => {
        const numbers = decode(segment);
        numbers.forEach((number, field) => {
          read[field] = (read[field] ?? 0) + number;
        });
        const place = numbers.length > 1 ? (places[read[1] ?? 0] ?? -1) : -1;
        if (place === -1 && !has_source) return [];
        has_source = place !== -1;
        const values = has_source
          ? [read[0], place, ...read.slice(2, numbers.length)].map((value) => value ?? 0)
          : [read[0] ?? 0];
        const differences = values.map((value, field) => value - (written[field] ?? 0));
        values.forEach((value, field) => {
          written[field] = value;
        });
        return [encode(differences)];
      })
      .join(',');
  });
  return {
    sources: sources.filter(stays),
    sourcesContent: sourcesContent
      .map((content, index) => (sources[index]?.startsWith('../generated/') === true ? null : content))
      .filter(stays),
    mappings: lines.join(';'),
  };
}

/** Read base 64 numbers of variable length: five bits a digit, the lowest first, of which the first bit is the sign. */
function decode(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function encode(numbers: readonly number[]): string {
  return numbers
    .map((number) => {
      let value = number < 0 ? -number * 2 + 1 : number * 2;
      let text = '';
      do {
        const rest = Math.floor(value / 32);
        text += DIGITS[(value % 32) + (rest > 0 ? 32 : 0)];
        value = rest;
      } while (value > 0);
      return text;
    })
    .join('');
}
