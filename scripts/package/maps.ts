import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

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
  let has_source = false;
  const lines = decode(mappings).map((line) =>
    line.flatMap((segment): SourceMapSegment[] => {
      const place = segment.length === 1 ? -1 : (places[segment[1]] ?? -1);
      if (place === -1 && !has_source) return [];
      has_source = place !== -1;
      return segment.length === 1 || !has_source ? [[segment[0]]] : [withSource(segment, place)];
    }),
  );
  return {
    sources: sources.filter(stays),
    sourcesContent: sourcesContent
      .map((content, index) => (sources[index]?.startsWith('../generated/') === true ? null : content))
      .filter(stays),
    mappings: encode(lines),
  };
}

function withSource(segment: Exclude<SourceMapSegment, [number]>, source: number): SourceMapSegment {
  const [column, , line, place, ...name] = segment;
  return [column, source, line, place, ...name] as SourceMapSegment;
}
